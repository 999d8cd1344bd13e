import { describe, expect, test } from 'vitest';
import { createCluster, type ClusterOptions } from '../../src/cluster';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { PersistentVolumes } from '../../src/kinds/core/persistentvolume';
import { PersistentVolumeClaims } from '../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../src/kinds/core/pod';
import { StorageClasses } from '../../src/kinds/storage/storageclass';
import type { Pod, PodSpec } from '../../src/schema/types';

const namespace = 'default';
const at = (name: string) => ({ namespace, name });
const selectedNode = 'volume.kubernetes.io/selected-node';

/** A cluster with classes of volumes that are there (`local`), and of volumes that nobody makes (`absent`). */
function start(options: ClusterOptions = {}) {
  const cluster = createCluster({ nodes: 2, ...options }).boot();
  const { client, clock } = cluster;
  client.create(StorageClasses, { metadata: { name: 'local' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' });
  client.create(StorageClasses, { metadata: { name: 'absent' }, provisioner: 'example.com/disks', volumeBindingMode: 'WaitForFirstConsumer' });
  const pod = (name: string, claims: readonly string[], spec: Partial<PodSpec> = {}) => client.create(Pods, {
    metadata: { name, namespace },
    spec: {
      containers: [{ name: 'main', image: 'nginx', volumeMounts: claims.map((claim) => ({ name: claim, mountPath: `/${claim}` })) }],
      volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })), ...spec,
    },
  });
  return {
    ...cluster, cluster, client, clock, pod,
    volume: (name: string, node: string, storage = '1Gi') => client.create(PersistentVolumes, {
      metadata: { name },
      spec: {
        capacity: { storage }, accessModes: ['ReadWriteOnce'], storageClassName: 'local', local: { path: `/mnt/${name}` },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } },
      },
    }),
    claim: (name: string, storageClassName: string, storage = '1Gi') =>
      client.create(PersistentVolumeClaims, { metadata: at(name), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, storageClassName } }),
    podNow: (name: string): Pod => client.get(Pods, at(name)),
    claimNow: (name: string) => client.get(PersistentVolumeClaims, at(name)),
    messages: (name: string, reason: string): readonly string[] =>
      client.list(Events, namespace).items.filter((event) => event.involvedObject.name === name && event.reason === reason).map(({ message }) => message ?? ''),
    settle: (ms = 5_000): void => clock.advanceBy(ms),
    killScheduler: () => cluster.kubelets.kill({ namespace: 'kube-system', name: 'kube-scheduler-control-plane' }, 'kube-scheduler'),
  };
}

const filler = (cpu: string): Partial<PodSpec> => ({ containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu } } }] });

describe('volumes that are there', () => {
  test.each([0, 1_000])('each of two pods gets one of its own on its node, with caches %d ms late; the third waits for another', (lateMs) => {
    const { volume, claim, pod, podNow, claimNow, messages, settle, client } = start({ latencyMs: (user) => (user === 'system:kube-scheduler' ? lateMs : 0) });
    volume('first', 'node-1');
    volume('second', 'node-2');
    settle();
    for (const name of ['a', 'b', 'c']) { claim(name, 'local'); pod(name, [name]); }
    settle(30_000);
    const placed = ['a', 'b', 'c'].map((name) => [podNow(name).spec.nodeName, claimNow(name).spec.volumeName]).filter(([node]) => node !== undefined).sort();
    expect(placed).toEqual([['node-1', 'first'], ['node-2', 'second']]);
    expect(client.get(PersistentVolumes, { name: 'first' }).metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    const left = ['a', 'b', 'c'].find((name) => podNow(name).spec.nodeName === undefined) ?? '';
    expect(messages(left, 'FailedScheduling')[0]).toContain("2 node(s) didn't find available persistent volumes to bind");
    volume('third', 'node-2');
    settle(30_000);
    expect([podNow(left).spec.nodeName, claimNow(left).spec.volumeName, podNow(left).status?.phase]).toEqual(['node-2', 'third', 'Running']);
  });

  test('the smallest that fits is taken, and the smallest claim chooses first', () => {
    const { volume, claim, pod, claimNow, settle } = start();
    volume('large', 'node-1', '10Gi');
    volume('small', 'node-1', '2Gi');
    volume('elsewhere', 'node-2', '1Gi');
    settle();
    claim('big', 'local', '2Gi');
    claim('tiny', 'local', '1Gi');
    pod('both', ['big', 'tiny']);
    settle();
    expect([claimNow('tiny').spec.volumeName, claimNow('big').spec.volumeName]).toEqual(['small', 'large']);
  });
});

describe('while its volume is made', () => {
  test('a pod keeps its room, its status says where it is to go, and after ten minutes it is placed anew', () => {
    const { claim, pod, podNow, claimNow, messages, settle } = start({ nodes: 1 });
    claim('data', 'absent');
    pod('waiting', ['data'], { ...filler('3'), volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
    settle();
    expect(podNow('waiting')).toMatchObject({ status: { phase: 'Pending', nominatedNodeName: 'node-1' } });
    expect(podNow('waiting').spec.nodeName).toBeUndefined();
    expect(claimNow('data').metadata.annotations).toMatchObject({ [selectedNode]: 'node-1' });
    pod('other', [], filler('2'));
    settle();
    expect(messages('other', 'FailedScheduling')[0]).toContain('1 Insufficient cpu');
    settle(600_000);
    expect(messages('waiting', 'FailedScheduling')).toContain('running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded');
    expect(podNow('other').spec.nodeName).toBe('node-1');   // it was next
    expect(podNow('waiting').status).toMatchObject({ conditions: [{ type: 'PodScheduled', status: 'False' }] });
    expect(podNow('waiting').status?.nominatedNodeName).toBeUndefined();
  });

  test('a pod that is deleted gives its room back at once', () => {
    const { claim, pod, podNow, settle, client } = start({ nodes: 1 });
    claim('data', 'absent');
    pod('waiting', ['data'], { ...filler('3'), volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
    pod('other', [], filler('2'));
    settle();
    expect(podNow('other').spec.nodeName).toBeUndefined();
    client.delete(Pods, at('waiting'));
    settle(15_000);
    expect(podNow('other').spec.nodeName).toBe('node-1');
  });

  test('a provisioner that gives up takes the node back, and the pod goes to another', () => {
    const { claim, pod, podNow, claimNow, messages, settle, client } = start();
    claim('data', 'absent');
    pod('waiting', ['data']);
    settle();
    const first = claimNow('data').metadata.annotations?.[selectedNode] ?? '';
    client.patch(Nodes, { name: first }, { spec: { unschedulable: true } });
    client.patch(PersistentVolumeClaims, at('data'), { metadata: { annotations: { [selectedNode]: null } } });
    settle();
    expect(messages('waiting', 'FailedScheduling')[0]).toBe('running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"');
    const second = claimNow('data').metadata.annotations?.[selectedNode];
    expect(['node-1', 'node-2']).toContain(second);
    expect(second).not.toBe(first);
    expect(podNow('waiting').status?.nominatedNodeName).toBe(second);
  });

  test('a node that goes takes the plan with it, and the volume is made where the pod goes instead', () => {
    const { claim, pod, podNow, claimNow, messages, settle, client } = start();
    claim('data', 'standard');
    pod('waiting', ['data']);
    settle(1_000);
    const first = claimNow('data').metadata.annotations?.[selectedNode] ?? '';
    client.delete(Nodes, { name: first });
    settle(20_000);
    expect(messages('data', 'ProvisioningFailed')).toEqual([`node "${first}" not found`]);
    expect(messages('waiting', 'FailedScheduling').length).toBeGreaterThan(0);
    expect(claimNow('data').status?.phase).toBe('Bound');
    expect(podNow('waiting').status?.phase).toBe('Running');
    expect(podNow('waiting').spec.nodeName).toBe(claimNow('data').metadata.annotations?.[selectedNode]);
  });

  test('a scheduler that dies is followed by one that goes on from what is written', () => {
    const { claim, pod, podNow, claimNow, messages, settle, killScheduler } = start();
    for (const name of ['a', 'b']) { claim(name, 'standard'); pod(name, [name]); }
    settle(1_000);
    const chosen = claimNow('a').metadata.annotations?.[selectedNode];
    expect(chosen).toBeDefined();
    killScheduler();
    settle(60_000);
    for (const name of ['a', 'b']) expect(podNow(name).status?.phase).toBe('Running');
    expect(podNow('a').spec.nodeName).toBe(chosen);
    expect(messages('a', 'FailedScheduling')).toEqual([]);
  });

  test('two pods of one claim share what was chosen for the first', () => {
    const { claim, pod, podNow, settle } = start();
    claim('data', 'standard');
    pod('a', ['data']);
    pod('b', ['data']);
    settle(10_000);
    expect([podNow('a').status?.phase, podNow('b').status?.phase]).toEqual(['Running', 'Running']);
    expect(podNow('a').spec.nodeName).toBe(podNow('b').spec.nodeName);
  });
});
