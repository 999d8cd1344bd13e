import { describe, expect, test } from 'vitest';
import { createCluster, type ClusterOptions } from '../../src/cluster';
import { enableParts } from '../../src/cluster/optional/all';
import { StatusError } from '../../src/api/status';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { PersistentVolumes } from '../../src/kinds/core/persistentvolume';
import { PersistentVolumeClaims } from '../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../src/kinds/core/pod';
import { CSIDrivers } from '../../src/kinds/storage/csidriver';
import { CSINodes } from '../../src/kinds/storage/csinode';
import { VolumeAttachments } from '../../src/kinds/storage/volumeattachment';
import type { PodSpec } from '../../src/schema/types';

const namespace = 'default';
const at = (name: string) => ({ namespace, name });
const driver = 'disk.csi.podarium.dev';

/** A cluster with simulated disks, and a claim for one. */
function start(options: ClusterOptions = {}) {
  const cluster = createCluster({ nodes: 2, ...options }).boot();
  enableParts(cluster, ['csi-disks']);
  const { client, clock } = cluster;
  clock.advanceBy(2_000);
  client.create(PersistentVolumeClaims, { metadata: at('data'), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'disk' } });
  const volumeName = () => client.get(PersistentVolumeClaims, at('data')).spec.volumeName ?? '';
  return {
    cluster, client, clock, volumeName,
    pod: (name: string, spec: Partial<PodSpec> = {}) => client.create(Pods, {
      metadata: { name, namespace },
      spec: {
        terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }], ...spec,
      },
    }),
    phase: (name: string) => client.get(Pods, at(name)).status?.phase,
    node: (name: string) => client.get(Nodes, { name }).status,
    attachments: () => client.list(VolumeAttachments).items.map(({ spec, status }) => [spec.nodeName, status?.attached ?? false]),
    eventsOf: (name: string): readonly string[] => client.list(Events).items.filter(({ involvedObject }) => involvedObject.name === name).map(({ reason, message }) => `${reason}: ${message}`),
    unique: () => `kubernetes.io/csi/${driver}^${client.get(PersistentVolumes, { name: volumeName() }).spec.csi?.volumeHandle}`,
    until(what: string, holds: () => boolean, withinMs = 120_000): void {
      const limit = clock.now() + withinMs;
      while (!holds()) {
        if (clock.now() > limit) throw new Error(`not within ${withinMs} ms: ${what}`);
        clock.advanceBy(250);
      }
    },
  };
}

describe('disks of a CSI driver', () => {
  test.each([0, 700])('are made, attached, mounted, taken off and deleted, with caches %d ms late', (lateMs) => {
    const { client, pod, phase, node, attachments, eventsOf, unique, volumeName, until } = start({ latencyMs: (user) => (user.includes('kube-system') ? lateMs : 0) });
    expect(client.get(CSINodes, { name: 'node-1' }).spec.drivers).toMatchObject([{ name: driver, nodeID: 'node-1', allocatable: { count: 16 } }]);
    pod('a', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } });
    until('it runs', () => phase('a') === 'Running');
    const name = volumeName();
    expect(client.get(PersistentVolumes, { name })).toMatchObject({
      spec: { csi: { driver, fsType: 'ext4' }, claimRef: { name: 'data' } }, metadata: { finalizers: expect.arrayContaining(['external-attacher/disk-csi-podarium-dev']) },
    });
    expect(attachments()).toEqual([['node-1', true]]);
    expect(node('node-1')).toMatchObject({ volumesAttached: [{ name: unique(), devicePath: '' }], volumesInUse: [unique()] });
    expect(eventsOf('a')).toContain(`SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "${name}" `);
    expect(eventsOf('a').filter((text) => text.startsWith('FailedMount'))).toEqual([]);
    client.delete(Pods, at('a'));
    client.delete(PersistentVolumeClaims, at('data'));
    until('it is off', () => attachments().length === 0);
    until('it is gone', () => { try { client.get(PersistentVolumes, { name }); return false; } catch (error) { return StatusError.is(error, 'NotFound'); } });
    expect([node('node-1')?.volumesAttached, node('node-1')?.volumesInUse]).toEqual([undefined, undefined]);
  });

  test('are for one node at a time: another pod waits, is told why, and goes on when the disk is free', () => {
    const { clock, client, pod, phase, eventsOf, volumeName, until } = start();
    pod('a', { nodeName: 'node-1' });
    client.patch(PersistentVolumeClaims, at('data'), { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node-1' } } });
    until('a runs', () => phase('a') === 'Running');
    pod('b', { nodeName: 'node-2' });
    clock.advanceBy(200_000);
    expect(phase('b')).toBe('Pending');
    expect(eventsOf('b')).toContain(`FailedAttachVolume: Multi-Attach error for volume "${volumeName()}" Volume is already used by pod(s) a`);
    expect(eventsOf('b')).toContain('FailedMount: Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data], failed to process volumes=[]: context deadline exceeded');
    client.delete(Pods, at('a'));
    until('b runs', () => phase('b') === 'Running', 30_000);
  });

  test('stay with a node that crashed for six minutes, or until it is said to be out of service', () => {
    const { cluster, client, clock, pod, phase, attachments, until } = start();
    pod('a', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } });
    until('a runs', () => phase('a') === 'Running');
    cluster.kubelets.crashNode('node-1');
    clock.advanceBy(60_000);
    client.delete(Pods, at('a'), { gracePeriodSeconds: 0 });
    pod('b', { nodeName: 'node-2' });
    clock.advanceBy(120_000);
    expect([phase('b'), attachments()]).toEqual(['Pending', [['node-1', true]]]);
    const { spec: { taints = [] } } = client.get(Nodes, { name: 'node-1' });
    client.patch(Nodes, { name: 'node-1' }, { spec: { taints: [...taints, { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }] } }, 'merge');
    until('b runs', () => phase('b') === 'Running', 30_000);
    expect(attachments()).toEqual([['node-2', true]]);
  });

  test('are forced off a node that is silent, after six minutes', () => {
    const { cluster, client, clock, pod, phase, until } = start();
    pod('a', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } });
    until('a runs', () => phase('a') === 'Running');
    cluster.kubelets.crashNode('node-1');
    clock.advanceBy(60_000);
    client.delete(Pods, at('a'), { gracePeriodSeconds: 0 });
    pod('b', { nodeName: 'node-2' });
    clock.advanceBy(350_000);
    expect(phase('b')).toBe('Pending');
    until('b runs', () => phase('b') === 'Running', 150_000);
  });

  test('outlive a controller manager that dies while they are attached', () => {
    const { cluster, clock, pod, phase, attachments, eventsOf, until } = start();
    pod('a');
    until('there is an attachment', () => attachments().length === 1);
    cluster.kubelets.kill({ namespace: 'kube-system', name: 'kube-controller-manager-control-plane' }, 'kube-controller-manager');
    until('a runs', () => phase('a') === 'Running');
    clock.advanceBy(60_000);
    expect(eventsOf('a').filter((text) => text.startsWith('SuccessfulAttachVolume'))).toHaveLength(1);
  });

  test('grow: the disk first, then the file system where it is mounted', () => {
    const { client, clock, pod, phase, eventsOf, volumeName, until } = start();
    pod('a');
    until('a runs', () => phase('a') === 'Running');
    client.patch(PersistentVolumeClaims, at('data'), { spec: { resources: { requests: { storage: '3Gi' } } } });
    clock.advanceBy(1_000);
    expect(client.get(PersistentVolumeClaims, at('data')).status).toMatchObject({ capacity: { storage: '1Gi' }, conditions: [{ type: 'Resizing', status: 'True' }] });
    until('it has grown', () => client.get(PersistentVolumeClaims, at('data')).status?.capacity?.['storage'] === '3Gi');
    expect(client.get(PersistentVolumeClaims, at('data')).status?.conditions).toBeUndefined();
    expect(client.get(PersistentVolumes, { name: volumeName() }).spec.capacity).toEqual({ storage: '3Gi' });
    expect(eventsOf('data').map((text) => text.split(':')[0])).toEqual(expect.arrayContaining(['ExternalExpanding', 'Resizing', 'FileSystemResizeRequired', 'FileSystemResizeSuccessful']));
  });

  test('wait with their file system for a pod that mounts them', () => {
    const { client, clock, pod, phase, attachments, until } = start();
    pod('a');
    until('a runs', () => phase('a') === 'Running');
    client.delete(Pods, at('a'));
    until('it is off', () => attachments().length === 0);
    client.patch(PersistentVolumeClaims, at('data'), { spec: { resources: { requests: { storage: '3Gi' } } } });
    clock.advanceBy(20_000);
    expect(client.get(PersistentVolumeClaims, at('data')).status).toMatchObject({
      capacity: { storage: '1Gi' }, allocatedResourceStatuses: { storage: 'NodeResizePending' },
      conditions: [{ type: 'FileSystemResizePending', status: 'True', message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.' }],
    });
    pod('b');
    until('b runs', () => phase('b') === 'Running');
    clock.advanceBy(1_000);
    expect(client.get(PersistentVolumeClaims, at('data')).status?.capacity).toEqual({ storage: '3Gi' });
  });

  test('of a driver that no node has cannot be mounted, and nobody says they were', () => {
    const { client, clock, pod, phase, eventsOf } = start();
    client.create(CSIDrivers, { metadata: { name: 'nowhere.example.com' }, spec: { attachRequired: false } });
    client.create(PersistentVolumes, {
      metadata: { name: 'far' },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: '', csi: { driver: 'nowhere.example.com', volumeHandle: 'x' }, claimRef: { namespace, name: 'far' } },
    });
    client.create(PersistentVolumeClaims, { metadata: at('far'), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' } });
    pod('a', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'far' } }] });
    clock.advanceBy(20_000);
    expect(phase('a')).toBe('Pending');
    expect(eventsOf('a')).toContain('FailedMount: MountVolume.MountDevice failed for volume "far" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: '
      + 'driver name nowhere.example.com not found in the list of registered CSI drivers');
  });
});
