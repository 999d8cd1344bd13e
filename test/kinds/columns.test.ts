import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/kinds/registry';
import { podSummary } from '../../src/kinds/core/pod-columns';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';
import type { Container, ContainerStatus, PodStatus, Service } from '../../src/schema/types';
import printers from '../../src/schema/data/printer-columns.json';
import { container, pod } from './objects';

const status = (name: string, parts: Partial<ContainerStatus> = {}): ContainerStatus => ({ name, image: 'i', imageID: 'i', ready: false, restartCount: 0, ...parts });
const running = (name: string, parts: Partial<ContainerStatus> = {}) => status(name, { ready: true, started: true, state: { running: {} }, ...parts });
const waiting = (name: string, reason: string, parts: Partial<ContainerStatus> = {}) => status(name, { state: { waiting: { reason } }, ...parts });
const ended = (name: string, exitCode: number, parts: { reason?: string; signal?: number } = {}) => status(name, { state: { terminated: { exitCode, ...parts } } });
const readyCondition = (value: string) => [{ type: 'Ready', status: value }];

type Case = readonly [expected: string, status: PodStatus, initContainers: readonly Container[]];
const init = [container('i'), container('j')];
const sidecar = [container('i', { restartPolicy: 'Always' })];
const none: readonly Container[] = [];
const cases: readonly Case[] = [
  ['Pending 0/2 0', { phase: 'Pending' }, none],
  ['SchedulingGated 0/2 0', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }, none],
  ['Running 2/2 0', { phase: 'Running', containerStatuses: [running('a'), running('b')] }, none],
  ['CrashLoopBackOff 1/2 3', { phase: 'Running', containerStatuses: [running('a'), waiting('b', 'CrashLoopBackOff', { restartCount: 3 })] }, none],
  ['ImagePullBackOff 0/2 0', { phase: 'Pending', containerStatuses: [waiting('a', 'ImagePullBackOff'), waiting('b', 'ContainerCreating')] }, none],
  ['Error 0/2 0', { phase: 'Failed', containerStatuses: [ended('a', 1, { reason: 'Error' }), ended('b', 0, { reason: 'Completed' })] }, none],
  ['ExitCode:3 0/2 0', { phase: 'Failed', containerStatuses: [ended('a', 3), running('b', { ready: false })] }, none],
  ['Signal:9 0/2 0', { phase: 'Failed', containerStatuses: [ended('a', 137, { signal: 9 })] }, none],
  ['NotReady 1/2 0', { phase: 'Running', conditions: readyCondition('False'), containerStatuses: [ended('a', 0, { reason: 'Completed' }), running('b')] }, none],
  ['Running 1/2 0', { phase: 'Running', conditions: readyCondition('True'), containerStatuses: [ended('a', 0, { reason: 'Completed' }), running('b')] }, none],
  ['Evicted 0/2 0', { phase: 'Failed', reason: 'Evicted' }, none],
  ['Init:0/2 0/2 0', { phase: 'Pending', initContainerStatuses: [status('i', { state: { running: {} } }), waiting('j', 'PodInitializing')] }, init],
  ['Init:1/2 0/2 0', { phase: 'Pending', initContainerStatuses: [ended('i', 0), waiting('j', 'PodInitializing')] }, init],
  ['Init:Error 0/2 0', { phase: 'Pending', initContainerStatuses: [ended('i', 1, { reason: 'Error' })] }, init],
  ['Init:CrashLoopBackOff 0/2 4', { phase: 'Pending', initContainerStatuses: [waiting('i', 'CrashLoopBackOff', { restartCount: 4 })] }, init],
  ['Running 3/3 1', { phase: 'Running', initContainerStatuses: [running('i', { restartCount: 1 })], containerStatuses: [running('a'), running('b')] }, sidecar],
];

describe('STATUS, READY and RESTARTS of a pod', () => {
  test.each(cases)('%s', (expected, given, initContainers) => {
    const shown = podSummary(pod({ containers: [container('a'), container('b')], initContainers }, given));
    expect(`${shown.status} ${shown.ready}/${shown.containers} ${shown.restarts}`).toBe(expected);
  });
  test('a pod that is being deleted is Terminating, unless it is over or its node is lost', () => {
    const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(podSummary(pod({}, { phase: 'Running' }, deleted)).status).toBe('Terminating');
    expect(podSummary(pod({}, { phase: 'Succeeded' }, deleted)).status).toBe('Succeeded');
    expect(podSummary(pod({}, { phase: 'Running', reason: 'NodeLost' }, deleted)).status).toBe('Unknown');
  });
  test('restarts say how long ago the last was', () => {
    const restarted = pod({}, { containerStatuses: [running('c', { restartCount: 2, lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:00:00Z' } } })] });
    const cell = Pods.columns?.find(({ name }) => name === 'Restarts')?.value(restarted, Date.parse('2026-01-01T00:05:00Z'));
    expect(cell).toBe('2 (5m ago)');
  });
});

test('a service shows where it is reached from outside', () => {
  const external = (spec: object, given: object = {}) => {
    const service: Service = { apiVersion: 'v1', kind: 'Service', metadata: pod().metadata, spec, status: given };
    return Services.columns?.find(({ name }) => name === 'External-IP')?.value(service, 0);
  };
  expect(external({ type: 'ClusterIP' })).toBe('<none>');
  expect(external({ type: 'LoadBalancer' })).toBe('<pending>');
  expect(external({ type: 'LoadBalancer', externalIPs: ['9.9.9.9'] }, { loadBalancer: { ingress: [{ hostname: 'b.example' }, { ip: '1.2.3.4' }] } })).toBe('1.2.3.4,b.example,9.9.9.9');
  expect(external({ type: 'ExternalName', externalName: 'a.example' })).toBe('a.example');
});

type Printer = { readonly columns: readonly { readonly name: string; readonly type: string; readonly format?: string; readonly priority: number }[] };
const { kinds } = printers as { readonly kinds: Readonly<Record<string, Printer>> };
/** A real 1.36 server shows no number of secrets. */
const otherwise = new Set(['ServiceAccount', 'IPAddress', 'Event']);

describe('columns are those of the upstream printers', () => {
  const known = [...builtInKinds.values()].filter(({ columns, apiVersion, kind }) => columns && kinds[`${apiVersion} ${kind}`] && !otherwise.has(kind));
  test.each(known.map((kind) => [kind.resource, kind] as const))('%s', (_, kind) => {
    const shown = kind.columns?.map(({ name, type = 'string', priority = 0 }) => `${name} ${type} ${priority}`);
    expect(shown).toEqual(kinds[`${kind.apiVersion} ${kind.kind}`]?.columns.map(({ name, type, priority }) => `${name} ${type} ${priority}`));
  });
});
