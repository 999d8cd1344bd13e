import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster';
import { handle } from '../../src/apiserver/http/handle';
import { Pods } from '../../src/kinds/core/pod';
import { sampleEveryMs } from '../../src/containers/usage';

const cluster = createCluster({ nodes: 1 }).boot();
const { client, server, clock } = cluster;
const run = (name: string, container: object) =>
  client.create(Pods, { metadata: { name, namespace: 'default', labels: { app: name } }, spec: { containers: [{ name, image: 'busybox', ...container }] } });
run('loop', { command: ['sh', '-c', 'while true; do :; done'], resources: { limits: { cpu: '300m' } } });
run('web', { image: 'nginx' });
clock.advanceBy(4 * sampleEveryMs);

const ask = (path: string, query = '', accept = 'application/vnd.kubernetes.protobuf,application/json') => {
  const answer = handle(server, { method: 'GET', path, query, headers: { accept }, body: new Uint8Array(), user: { name: 'admin', groups: ['system:masters'] } });
  if (!('body' in answer) || typeof answer.body !== 'string') throw new Error('no answer');
  return { code: answer.code, type: answer.contentType, body: JSON.parse(answer.body) };
};

describe('metrics.k8s.io', () => {
  test('is found by discovery', () => {
    expect(ask('/apis/metrics.k8s.io/v1beta1').body.resources.map(({ name, kind, verbs }: Record<string, unknown>) => [name, kind, verbs]))
      .toEqual([['nodes', 'NodeMetrics', ['get', 'list']], ['pods', 'PodMetrics', ['get', 'list']]]);
    expect(ask('/apis').body.groups.map(({ name }: { name: string }) => name)).toContain('metrics.k8s.io');
  });

  test('tells what pods use, in JSON to those who would rather have protobuf', () => {
    const { code, type, body } = ask('/apis/metrics.k8s.io/v1beta1/namespaces/default/pods');
    expect([code, type, body.kind, body.items.length]).toEqual([200, 'application/json', 'PodMetricsList', 2]);
    expect(body.items[0]).toMatchObject({
      metadata: { name: 'loop', namespace: 'default', labels: { app: 'loop' } }, window: '15s', containers: [{ name: 'loop', usage: { cpu: '300m', memory: '1Mi' } }],
    });
    expect(Date.parse(body.items[0].timestamp) % sampleEveryMs).toBe(0);
  });

  test('selects by label and finds by name', () => {
    expect(ask('/apis/metrics.k8s.io/v1beta1/pods', 'labelSelector=app%3Dweb').body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['web']);
    expect(ask('/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/web').body.containers).toEqual([{ name: 'web', usage: { cpu: '0', memory: '4Mi' } }]);
    expect(ask('/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/none').body.message).toBe('pods.metrics.k8s.io "none" not found');
  });

  test('sums up for nodes, and knows nothing of one that is off', () => {
    const { items } = ask('/apis/metrics.k8s.io/v1beta1/nodes').body;
    expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['control-plane', 'node-1']);
    expect(parseFloat(items[1].usage.cpu)).toBeGreaterThan(300);
    expect(ask('/apis/metrics.k8s.io/v1beta1/nodes', '', 'application/json;as=Table;v=v1;g=meta.k8s.io').body.columnDefinitions.map(({ name }: { name: string }) => name))
      .toEqual(['Name', 'cpu', 'memory', 'Window']);
    cluster.kubelets.crashNode('node-1');
    expect(ask('/apis/metrics.k8s.io/v1beta1/nodes').body.items).toHaveLength(1);
    expect(ask('/apis/metrics.k8s.io/v1beta1/namespaces/default/pods').body.items).toEqual([]);
    cluster.kubelets.restartNode('node-1');
  });
});
