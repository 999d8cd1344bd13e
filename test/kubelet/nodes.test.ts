import { describe, expect, test } from 'vitest';
import { StatusError } from '../../src/api/status';
import { Leases } from '../../src/kinds/coordination/lease';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import type { Pod } from '../../src/schema/types';
import { startWorld, type World } from './world';

const nginx = [{ name: 'c', image: 'nginx:1.27' }];
const node = (world: World, name = 'node-1') => world.client.get(Nodes, { name });
const lease = (world: World) => world.client.get(Leases, { namespace: 'kube-node-lease', name: 'node-1' });
const ready = (world: World) => node(world).status?.conditions?.find(({ type }) => type === 'Ready');

describe('a node', () => {
  test('registers with what it is and what it has', () => {
    const world = startWorld({ nodes: { 'node-1': { labels: { zone: 'a' }, taints: [{ key: 'k', effect: 'NoSchedule' }], capacity: { cpu: '3' } } } });
    const { metadata, spec, status } = node(world);
    expect(metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'node-1', 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux', zone: 'a' });
    expect(spec.taints).toContainEqual({ key: 'k', effect: 'NoSchedule' });
    expect(status).toMatchObject({
      capacity: { cpu: '3', pods: '110' }, allocatable: { cpu: '3' },
      addresses: [{ type: 'InternalIP', address: '172.18.0.2' }, { type: 'Hostname', address: 'node-1' }],
      nodeInfo: { kubeletVersion: 'v1.36.2', containerRuntimeVersion: expect.stringMatching(/^containerd:\/\/2\./), operatingSystem: 'linux', architecture: 'amd64' },
      conditions: [
        { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
        { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
        { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
    });
  });

  test('is ready when it has a range for its pods', () => {
    const world = startWorld({ nodes: {} });
    world.kubelets.addNode('node-1');
    world.seconds(1);
    expect(ready(world)).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    world.create({ containers: nginx });
    world.seconds(30);
    expect(world.container().state?.waiting?.reason).toBe('ContainerCreating');
    expect(world.events()[0]).toMatch(/^NetworkNotReady: network is not ready: container runtime network not ready/);
    world.client.patch(Nodes, { name: 'node-1' }, { spec: { podCIDR: '10.244.7.0/24' } });
    world.seconds(60);
    expect(ready(world)).toMatchObject({ status: 'True' });
    expect(world.status()).toMatchObject({ phase: 'Running', podIP: '10.244.7.2' });
    expect(world.client.list(Events, 'default').items.map(({ message }) => message)).toContain('Node node-1 status is now: NodeReady');
  });

  test('renews its lease every ten seconds and posts its status every five minutes', () => {
    const world = startWorld();
    world.seconds(1);
    const [before, posted] = [lease(world), node(world).metadata.resourceVersion];
    expect(before.spec).toMatchObject({ holderIdentity: 'node-1', leaseDurationSeconds: 40 });
    world.seconds(10);
    expect(Date.parse(lease(world).spec.renewTime ?? '') - Date.parse(before.spec.renewTime ?? '')).toBe(10_000);
    world.seconds(270);
    expect(node(world).metadata.resourceVersion).toBe(posted);
    world.seconds(30);
    expect(node(world).metadata.resourceVersion).not.toBe(posted);
  });

  test('tells which images it has', () => {
    const world = startWorld();
    world.create({ containers: nginx });
    world.seconds(30);
    expect(node(world).status?.images?.map(({ names }) => names?.at(-1))).toEqual(['docker.io/library/nginx:1.27']);
  });

  test('that crashes falls silent, and starts everything anew when it is back', () => {
    const world = startWorld();
    world.create({ containers: nginx });
    world.seconds(10);
    const { renewTime } = lease(world).spec;
    world.kubelets.crashNode('node-1');
    world.seconds(60);
    expect(lease(world).spec.renewTime).toBe(renewTime);
    expect(world.kubelets.kubelet('node-1')).toBeUndefined();
    expect(world.http('10.244.0.2', 'GET', '/')).toBe('');
    world.kubelets.restartNode('node-1');
    world.seconds(10);
    expect(lease(world).spec.renewTime).not.toBe(renewTime);
    expect(world.container()).toMatchObject({ ready: true, restartCount: 1, lastState: { terminated: { exitCode: 255, reason: 'Unknown' } } });
    expect(world.events()).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
  });

  test('whose kubelet alone stops goes on serving, and catches up later', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'test/files:1' }] });
    world.create({ containers: nginx }, 'doomed');
    world.seconds(15);
    const { podIP = '' } = world.status();
    world.kubelets.stopHeartbeat('node-1');
    world.client.delete(Pods, { namespace: 'default', name: 'doomed' });
    world.create({ containers: nginx }, 'late');
    world.seconds(20);
    expect(world.http(podIP, 'PUT', '/x', 'y')).toBe('');
    expect(world.http(podIP, 'GET', '/x')).toBe('y');
    expect(world.find('doomed')).toBeDefined();
    expect(world.status('late').phase).toBe('Pending');
    world.kubelets.restartNode('node-1');
    world.seconds(5);
    expect(world.container().restartCount).toBe(0);
    expect(world.find('doomed')).toBeUndefined();
    expect(world.status('late').phase).toBe('Running');
  });
});

test('a node that is taken away takes its Node with it', () => {
  const world = startWorld({ nodes: { 'node-1': {}, 'node-2': {} } });
  world.kubelets.removeNode('node-1');
  world.seconds(20);
  expect(world.client.list(Nodes).items.map(({ metadata }) => metadata.name)).toEqual(['node-2']);
  expect(world.kubelets.nodes).toEqual(['node-2']);
});

describe('what a node looks at before it takes a pod', () => {
  test.each([
    ['selector', { nodeSelector: { disk: 'ssd' } }],
    ['affinity', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }] } } } }],
  ])('%s', (_, wish) => {
    const world = startWorld({ nodes: { 'node-1': {}, 'node-2': { labels: { disk: 'ssd' } } } });
    world.create({ ...wish, containers: nginx });
    world.create({ ...wish, nodeName: 'node-2', containers: nginx }, 'fits');
    world.seconds(10);
    expect(world.status()).toMatchObject({ phase: 'Failed', reason: 'NodeAffinity', message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" });
    expect(world.status('fits').phase).toBe('Running');
  });
});

test('a host port is answered at the address of the node', () => {
  const world = startWorld();
  world.create({ containers: [{ name: 'c', image: 'test/files:1', ports: [{ containerPort: 80, hostPort: 80 }] }] });
  world.seconds(10);
  world.http('10.244.0.2', 'PUT', '/x', 'y');
  expect(world.http('172.18.0.2', 'GET', '/x')).toBe('y');
});

describe('a static pod', () => {
  const manifest = {
    metadata: { name: 'etcd', namespace: 'kube-system', labels: { tier: 'control-plane' } },
    spec: { hostNetwork: true, containers: [{ name: 'etcd', image: 'test/exit:1', args: ['1', '40000'] }] },
  };
  const world = () => startWorld({ nodes: { 'node-1': { staticPods: [manifest] } } });
  const mirrors = (of: World): readonly Pod[] => of.client.list(Pods, 'kube-system').items;

  test('is shown by a mirror pod', () => {
    const started = world();
    started.seconds(5);
    const [mirror] = mirrors(started);
    const hash = mirror?.metadata.annotations?.['kubernetes.io/config.hash'];
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(mirror).toMatchObject({
      metadata: {
        name: 'etcd-node-1', labels: { tier: 'control-plane' },
        annotations: { 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.seen': expect.any(String) },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: node(started).metadata.uid, controller: true }],
      },
      spec: { nodeName: 'node-1' }, status: { phase: 'Running', podIP: '172.18.0.2', hostIP: '172.18.0.2' },
    });
  });

  test('does not feel that its mirror is deleted, and gets another', () => {
    const started = world();
    started.seconds(5);
    const [before] = mirrors(started);
    started.client.delete(Pods, { namespace: 'kube-system', name: 'etcd-node-1' });
    started.seconds(2);
    const [after] = mirrors(started);
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(after?.status).toMatchObject({ phase: 'Running' });
    expect(after?.status?.containerStatuses?.[0]).toEqual(before?.status?.containerStatuses?.[0]);
  });

  test('whose container is killed is started again', () => {
    const started = world();
    started.seconds(5);
    const pod = { namespace: 'kube-system', name: 'etcd-node-1' };
    started.kubelets.kill(pod, 'etcd');
    started.seconds(1);
    expect(mirrors(started)[0]?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true, lastState: { terminated: { exitCode: 137, reason: 'Error' } } });
    expect(() => started.kubelets.kill(pod, 'other')).toThrow('container other of kube-system/etcd-node-1 does not run');
  });

  test('is restarted while the API server is away, and told of when it is back', () => {
    const started = world();
    started.seconds(5);
    started.create({ containers: [{ name: 'c', image: 'test/exit:1', args: ['1', '8000'] }] });
    started.seconds(2);
    started.server.refuseWith(() => new StatusError('ServiceUnavailable', 'connection refused'));
    started.seconds(45);
    started.server.refuseWith(undefined);
    started.seconds(10);
    expect(mirrors(started)[0]?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, state: { running: {} } });
    expect(started.container().restartCount).toBeGreaterThan(1);
    expect(started.outcomes.length).toBeGreaterThan(0);
    expect(started.clock.now() - Date.parse(lease(started).spec.renewTime ?? '')).toBeLessThanOrEqual(10_000);
  });
});
