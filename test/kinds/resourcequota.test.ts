import { describe, expect, test } from 'vitest';
import { ResourceQuotas } from '../../src/kinds/core/resourcequota';
import type { ResourceQuota, ResourceQuotaSpec } from '../../src/schema/types';
import { pod } from './objects';

const wrong = (spec: ResourceQuotaSpec): readonly string[] => {
  const quota: ResourceQuota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: pod().metadata, spec };
  return [...(ResourceQuotas.rules?.(quota, {}) ?? [])].map(({ field, detail }) => `${field}: ${detail}`);
};

const compute = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);
const counted = [
  'pods', 'services', 'services.nodeports', 'services.loadbalancers', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims',
  'resourcequotas',
];

describe('a quota', () => {
  test.each([...compute, ...counted, 'requests.storage', 'count/pods', 'requests.hugepages-2Mi'])('can limit %s', (name) =>
    expect(wrong({ hard: { [name]: '1' } })).toEqual([]));
  test('knows storage as a resource, but cannot limit it by that name', () =>
    expect(wrong({ hard: { storage: '1' } })).toEqual(['spec.hard[storage]: must be a standard resource for quota']));
  test.each(counted)('limits %s by whole pieces', (name) => expect(wrong({ hard: { [name]: '500m' } })).toEqual([`spec.hard[${name}]: must be an integer`]));
  test.each([...compute, 'pods'])('narrows %s to pods that terminate', (name) => expect(wrong({ hard: { [name]: '1' }, scopes: ['Terminating'] })).toEqual([]));
  test('does not narrow what is not of pods', () =>
    expect(wrong({ hard: { services: '1' }, scopes: ['Terminating'] })).toEqual(['spec.scopes: unsupported scope applied to resource']));
});
