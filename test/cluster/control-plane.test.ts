import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { StatusError } from '../../src/api/status';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';

const place = { namespace: 'default', name: 'web' };
const web = (replicas: number) => ({
  metadata: place,
  spec: {
    replicas, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] } },
  },
});
const ready = (cluster: Cluster): number => cluster.client.get(Deployments, place).status?.readyReplicas ?? 0;
const pods = (cluster: Cluster) => cluster.client.list(Pods, 'default').items;

function until(cluster: Cluster, what: string, done: () => boolean, limitMs = 300_000): void {
  const limit = cluster.clock.now() + limitMs;
  while (!done()) {
    if (cluster.clock.now() > limit) throw new Error(`not within ${limitMs} ms of virtual time: ${what}`);
    cluster.clock.advanceBy(100);
  }
}

describe('a fresh cluster', () => {
  const cluster = createCluster({ nodes: 2 }).boot();

  test('has its namespaces, nodes and the kubernetes service', () => {
    expect(cluster.client.list(Namespaces).items.map(({ metadata }) => metadata.name)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(cluster.client.list(Nodes).items.map(({ metadata, spec }) => [metadata.name, spec.taints?.map(({ key }) => key), spec.podCIDR])).toEqual([
      ['control-plane', ['node-role.kubernetes.io/control-plane'], '10.244.0.0/24'], ['node-1', undefined, '10.244.1.0/24'], ['node-2', undefined, '10.244.2.0/24'],
    ]);
    expect(cluster.client.get(Services, { namespace: 'default', name: 'kubernetes' }).spec.clusterIP).toBe('10.96.0.1');
  });

  test('shows its control plane as mirror pods', () => {
    const names = cluster.client.list(Pods, 'kube-system').items.filter(({ metadata }) => metadata.annotations?.['kubernetes.io/config.mirror']).map(({ metadata }) => metadata.name);
    expect(names).toEqual([
      'etcd-control-plane', 'kube-apiserver-control-plane', 'kube-controller-manager-control-plane',
      'kube-proxy-control-plane', 'kube-proxy-node-1', 'kube-proxy-node-2', 'kube-scheduler-control-plane',
    ]);
  });

  test('takes a Deployment to Ready pods on the workers, each with an address of its node', () => {
    cluster.client.create(Deployments, web(4));
    until(cluster, 'four pods are Ready', () => ready(cluster) === 4, 60_000);
    for (const { spec, status } of pods(cluster)) {
      expect(spec.nodeName).toMatch(/^node-[12]$/);
      expect(status?.podIP).toMatch(spec.nodeName === 'node-1' ? /^10\.244\.1\./ : /^10\.244\.2\./);
    }
  });
});

describe('killing a part of the control plane stops its function until the kubelet restarts it', () => {
  const kill = (cluster: Cluster, component: string) => cluster.kubelets.kill({ namespace: 'kube-system', name: `${component}-control-plane` }, component);
  const killed = (cluster: Cluster, component: string) => { try { kill(cluster, component); return true; } catch { return false; } };
  /** The first restart comes at once; after the second end the component waits ten seconds. */
  const killTwice = (cluster: Cluster, component: string) => {
    kill(cluster, component);
    cluster.clock.advanceBy(0);
    until(cluster, `${component} runs again`, () => killed(cluster, component), 30_000);
  };

  test('without a scheduler pods stay Pending', () => {
    const cluster = createCluster({ nodes: 1 }).boot();
    killTwice(cluster, 'kube-scheduler');
    cluster.client.create(Deployments, web(2));
    cluster.clock.advanceBy(8_000);
    expect(pods(cluster).map(({ spec, status }) => [spec.nodeName, status?.phase])).toEqual([[undefined, 'Pending'], [undefined, 'Pending']]);
    until(cluster, 'the scheduler is back', () => ready(cluster) === 2, 60_000);
  });

  test('without a controller manager no ReplicaSet comes of a Deployment', () => {
    const cluster = createCluster({ nodes: 1 }).boot();
    killTwice(cluster, 'kube-controller-manager');
    cluster.client.create(Deployments, web(2));
    cluster.clock.advanceBy(8_000);
    expect(pods(cluster)).toEqual([]);
    until(cluster, 'the controllers are back', () => ready(cluster) === 2, 60_000);
  });

  test('without an API server nobody gets in, and containers go on', () => {
    const cluster = createCluster({ nodes: 1 }).boot();
    cluster.client.create(Deployments, web(2));
    until(cluster, 'two pods are Ready', () => ready(cluster) === 2, 60_000);
    const before = pods(cluster).map(({ metadata }) => metadata.uid);
    killTwice(cluster, 'kube-apiserver');
    cluster.clock.advanceBy(2_000);
    expect(() => cluster.client.list(Pods)).toThrow(StatusError);
    expect(() => cluster.client.list(Pods)).toThrow('The connection to the server 172.18.0.2:6443 was refused - did you specify the right host or port?');
    cluster.clock.advanceBy(30_000);
    expect(pods(cluster).map(({ metadata }) => metadata.uid)).toEqual(before);
    cluster.client.delete(Pods, pods(cluster)[0]?.metadata ?? place);
    until(cluster, 'the set is full again', () => ready(cluster) === 2 && !pods(cluster).some(({ metadata }) => metadata.uid === before[0]), 120_000);
  });

  test('without etcd requests fail, and nothing is lost', () => {
    const cluster = createCluster({ nodes: 1 }).boot();
    const { revision } = cluster.store;
    killTwice(cluster, 'etcd');
    cluster.clock.advanceBy(2_000);
    expect(() => cluster.client.list(Pods)).toThrow('etcdserver: request timed out');
    cluster.clock.advanceBy(30_000);
    expect(cluster.client.list(Nodes).items).toHaveLength(2);
    expect(cluster.store.revision).toBeGreaterThanOrEqual(revision);
  });
});

describe('one seed, one history', () => {
  const live = (seed: number): string => {
    const cluster = createCluster({ seed, nodes: 2 }).boot();
    cluster.client.create(Deployments, web(3));
    cluster.clock.advanceBy(20_000);
    cluster.client.patch(Deployments, place, { spec: { template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.99' }] } } } }, 'strategic');
    cluster.clock.advanceBy(120_000);
    return cluster.log();
  };

  test('the same seed and the same requests give the same log, byte for byte; another seed another', () => {
    const first = live(7);
    expect(live(7) === first).toBe(true);
    expect(live(8) === first).toBe(false);
  });
});
