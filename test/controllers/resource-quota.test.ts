import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StatusError } from '../../src/api/status';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Pods } from '../../src/kinds/core/pod';
import { ResourceQuotas } from '../../src/kinds/core/resourcequota';
import { Services } from '../../src/kinds/core/service';
import { Deployments } from '../../src/kinds/apps/deployment';
import { startCluster, web, type Cluster } from './cluster';

const key = (name: string) => ({ namespace: 'default', name });
const quota = (cluster: Cluster, hard: Readonly<Record<string, string>>, spec: object = {}) =>
  cluster.client.create(ResourceQuotas, { metadata: { name: 'q', namespace: 'default' }, spec: { hard, ...spec } });
const used = (cluster: Cluster) => cluster.client.get(ResourceQuotas, key('q')).status?.used;
const counted = (cluster: Cluster) => cluster.until('the quota is counted', () => used(cluster) !== undefined);
const pod = (name: string, requests: Readonly<Record<string, string>> = {}, spec: object = {}) => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx:1.27', resources: { requests } }], ...spec },
});

describe('a quota', () => {
  test('counts what is there already', () => {
    using cluster = startCluster();
    cluster.client.create(ConfigMaps, { metadata: key('one') });
    quota(cluster, { configmaps: '5', 'count/deployments.apps': '2', pods: '10' });
    counted(cluster);
    expect(cluster.client.get(ResourceQuotas, key('q')).status).toMatchObject({
      hard: { configmaps: '5', 'count/deployments.apps': '2', pods: '10' },
      used: { 'count/deployments.apps': '0', pods: '0' },
    });
    expect(Number(used(cluster)?.['configmaps'])).toBeGreaterThanOrEqual(1);
  });

  test('has what goes back at once, and what is created noted at once', () => {
    using cluster = startCluster();
    quota(cluster, { pods: '2' });
    counted(cluster);
    cluster.client.create(Pods, pod('a'));
    cluster.client.create(Pods, pod('b'));
    expect(used(cluster)).toEqual({ pods: '2' });
    expect(() => cluster.client.create(Pods, pod('c'))).toThrow('pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2');
    cluster.client.delete(Pods, key('a'), { gracePeriodSeconds: 0 });
    cluster.advance(100);
    expect(used(cluster)).toEqual({ pods: '1' });
    cluster.client.create(Pods, pod('c'));
  });

  test('frees what a pod used when the pod has ended', () => {
    using cluster = startCluster();
    quota(cluster, { pods: '5', 'count/pods': '5' });
    counted(cluster);
    const made = cluster.client.create(Pods, pod('a'));
    cluster.client.update(Pods, { ...made, status: { ...made.status, phase: 'Succeeded' } }, 'status');
    cluster.advance(100);
    expect(used(cluster)).toEqual({ pods: '0', 'count/pods': '1' });
  });

  test('follows its own limits', () => {
    using cluster = startCluster();
    const { metadata } = quota(cluster, { pods: '5' });
    counted(cluster);
    cluster.client.patch(ResourceQuotas, metadata, { spec: { hard: { pods: null, services: '3' } } });
    cluster.advance(100);
    const services = cluster.client.list(Services, 'default').items.length;
    expect(cluster.client.get(ResourceQuotas, metadata).status).toEqual({ hard: { services: '3' }, used: { services: String(services) } });
  });

  test('holds a deployment back, which goes on once there is room', () => {
    using cluster = startCluster();
    const { metadata } = quota(cluster, { pods: '2' });
    counted(cluster);
    cluster.client.create(Deployments, web(3));
    cluster.until('two pods are there', () => cluster.pods().length === 2);
    cluster.advance(5_000);
    expect(cluster.pods()).toHaveLength(2);
    expect(cluster.replicaSets()[0]?.status?.conditions?.[0]).toMatchObject({ type: 'ReplicaFailure', reason: 'FailedCreate' });
    cluster.client.patch(ResourceQuotas, metadata, { spec: { hard: { pods: '3' } } });
    cluster.until('the third is there', () => cluster.pods().length === 3);
  });

  test('counts a change of type of a service', () => {
    using cluster = startCluster();
    quota(cluster, { 'services.nodeports': '1' });
    counted(cluster);
    const service = cluster.client.create(Services, { metadata: key('s'), spec: { type: 'NodePort', ports: [{ port: 80 }] } });
    expect(used(cluster)).toEqual({ 'services.nodeports': '1' });
    cluster.client.patch(Services, service.metadata, { spec: { type: 'ClusterIP', ports: [{ port: 80, nodePort: null }] } }, 'strategic');
    cluster.advance(100);
    expect(used(cluster)).toEqual({ 'services.nodeports': '0' });
  });
});

type Operation = { readonly name: string; readonly what: 'create' | 'delete' | 'end'; readonly cpu: string; readonly deadline: boolean };
const operation: fc.Arbitrary<Operation> = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'), what: fc.constantFrom('create', 'create', 'delete', 'end'), cpu: fc.constantFrom('100m', '1', '0.5'), deadline: fc.boolean(),
});

test('what is used is the sum over what is there, whatever was done', () => {
  fc.assert(fc.property(fc.array(operation, { maxLength: 20 }), fc.constantFrom(0, 30, 2_000), (operations, latencyMs) => {
    using cluster = startCluster({ latencyMs, nodes: [] });
    quota(cluster, { pods: '100', 'requests.cpu': '2500m' }, { scopes: ['NotTerminating'] });
    counted(cluster);
    for (const each of operations) {
      act(cluster, each);
      cluster.advance(7);
    }
    cluster.advance(20_000);
    const charged = cluster.client.list(Pods, 'default').items.filter(({ spec, status }) => spec.activeDeadlineSeconds === undefined && status?.phase !== 'Succeeded');
    const milli = charged.reduce((sum, { spec }) => sum + milliOf(spec.containers[0]?.resources?.requests?.['cpu'] ?? '0'), 0);
    expect(used(cluster)?.['pods']).toBe(String(charged.length));
    expect(milliOf(used(cluster)?.['requests.cpu'] ?? '0')).toBe(milli);
    expect(milli).toBeLessThanOrEqual(2_500);
  }), { numRuns: 40 });
});

const milliOf = (text: string): number => (text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1_000);

/** One thing somebody does; what is refused is refused. */
function act(cluster: Cluster, { name, what, cpu, deadline }: Operation): void {
  try {
    if (what === 'create') cluster.client.create(Pods, pod(name, { cpu }, deadline ? { activeDeadlineSeconds: 600 } : {}));
    else if (what === 'delete') cluster.client.delete(Pods, key(name), { gracePeriodSeconds: 0 });
    else {
      const found = cluster.client.get(Pods, key(name));
      cluster.client.update(Pods, { ...found, status: { ...found.status, phase: 'Succeeded' } }, 'status');
    }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}
