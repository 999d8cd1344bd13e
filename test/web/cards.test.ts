import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/types';
import { cardsOf, mostCards } from '../../web/lib/cards';
import type { Workload, WorkloadState } from '../../web/lib/workloads';

const object = (name: string): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' } });
const workload = (name: string, state: WorkloadState): Workload =>
  ({ object: object(name), resource: 'deployments.apps', kind: 'Deployment', count: '', counted: '', state, note: '', parts: [], owners: new Set() });
const many = (count: number, state: WorkloadState, prefix: string): Workload[] => Array.from({ length: count }, (_, i) => workload(`${prefix}-${i}`, state));

describe('cards of services and workloads', () => {
  test('each has its own while they can be looked at', () => {
    const few = many(mostCards, 'settled', 'web');
    expect(cardsOf([], few)).toEqual({ totals: [], services: [], workloads: few });
  });

  test('many are summed up by kind, and only what is not as it should be is shown', () => {
    const { totals, workloads } = cardsOf([], [...many(998, 'settled', 'web'), workload('bad', 'failed'), workload('new', 'working')]);
    expect(totals).toEqual([{ kind: 'Deployment', resource: 'deployments.apps', text: '1,000: 998 settled, 1 working, 1 failed' }]);
    expect(workloads.map(({ object: { metadata } }) => metadata.name)).toEqual(['bad', 'new']);
    expect(cardsOf([], many(1_000, 'settled', 'web')).totals[0]?.text).toBe('1,000 settled');
  });
});
