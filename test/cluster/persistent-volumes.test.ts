import { beforeEach, describe, expect, test } from 'vitest';
import { firstValueFrom, toArray } from 'rxjs';
import { createCluster, type Cluster } from '../../src/cluster';
import { clusterAdmin } from '../../src/cluster/cluster';
import { StatusError } from '../../src/api/status';
import { StatefulSets } from '../../src/kinds/apps/statefulset';
import { Events } from '../../src/kinds/core/event';
import { PersistentVolumes } from '../../src/kinds/core/persistentvolume';
import { PersistentVolumeClaims } from '../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../src/kinds/core/pod';
import { StorageClasses } from '../../src/kinds/storage/storageclass';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec } from '../../src/schema/types';

const namespace = 'default';
const at = (name: string) => ({ namespace, name });
/** A claim template as far as its type wants it filled in. */
const templateOf = (name: string) =>
  ({ apiVersion: 'v1' as const, kind: 'PersistentVolumeClaim' as const, metadata: { ...at(name), uid: '', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' } });

describe('persistent volumes', () => {
  let cluster: Cluster;
  beforeEach(() => { cluster = createCluster({ nodes: 2 }).boot(); });

  const volume = (name: string, storage: string, rest: Partial<PersistentVolumeSpec> = {}): PersistentVolume => cluster.client.create(PersistentVolumes, {
    metadata: { name }, spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], nfs: { server: 'nfs', path: `/${name}` }, storageClassName: '', ...rest },
  });
  const claim = (name: string, storage: string, rest: object = { storageClassName: '' }): PersistentVolumeClaim =>
    cluster.client.create(PersistentVolumeClaims, { metadata: { name, namespace }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...rest } });
  const claimNow = (name: string): PersistentVolumeClaim => cluster.client.get(PersistentVolumeClaims, at(name));
  const volumeNow = (name: string): PersistentVolume => cluster.client.get(PersistentVolumes, { name });
  const eventsOf = (kind: string, name: string): readonly string[] =>
    cluster.client.list(Events).items.filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject.name === name).map(({ reason, message }) => `${reason}: ${message}`);
  const isGone = (read: () => unknown): boolean => { try { read(); return false; } catch (error) { if (StatusError.is(error, 'NotFound')) return true; throw error; } };
  const pod = (name: string, claimName: string, command: string, node?: string) => cluster.client.create(Pods, {
    metadata: { name, namespace },
    spec: {
      ...(node && { nodeName: node }), restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', command], volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
  });
  const logOf = (name: string): Promise<string> => firstValueFrom(cluster.server.connect({ resource: 'pods', subresource: 'log', namespace, name, user: clusterAdmin }).pipe(toArray()))
    .then((frames) => frames.map((frame) => ('text' in frame ? frame.text : '')).join(''));
  const settle = (ms = 5_000): void => { cluster.clock.advanceBy(ms); };

  test('a claim gets the smallest volume that fits, whichever came first', () => {
    volume('large', '10Gi');
    volume('small', '2Gi');
    volume('tiny', '500Mi');
    settle();
    expect(volumeNow('small').status?.phase).toBe('Available');
    claim('data', '1Gi');
    claim('more', '20Gi');
    settle();
    expect(claimNow('data')).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' } },
      spec: { volumeName: 'small' }, status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] },
    });
    expect(volumeNow('small')).toMatchObject({ spec: { claimRef: { namespace, name: 'data' } }, status: { phase: 'Bound' } });
    expect(claimNow('more').status?.phase).toBe('Pending');
    expect(eventsOf('PersistentVolumeClaim', 'more')).toEqual(['FailedBinding: no persistent volumes available for this claim and no storage class is set']);
    volume('huge', '30Gi');
    settle();
    expect(claimNow('more').spec.volumeName).toBe('huge');
  });

  test('what was meant for each other comes together, what does not fit does not', () => {
    volume('meant', '5Gi', { claimRef: { namespace, name: 'chosen' } });
    volume('free', '1Gi');
    claim('chosen', '1Gi');
    claim('named', '3Gi', { storageClassName: '', volumeName: 'free' });
    settle();
    expect(claimNow('chosen').spec.volumeName).toBe('meant');
    expect(claimNow('named').status?.phase).toBe('Pending');
    expect(eventsOf('PersistentVolumeClaim', 'named')).toEqual(['VolumeMismatch: Cannot bind to requested volume "free": requested PV is too small']);
  });

  test('a claim in use is kept until its pod is gone; its volume is then released, and lost when it is deleted under a claim', () => {
    volume('kept', '1Gi');
    claim('data', '1Gi');
    settle();
    pod('user', 'data', 'sleep 3600', 'node-1');
    settle();
    cluster.client.delete(PersistentVolumeClaims, at('data'));
    settle();
    expect(claimNow('data').metadata).toMatchObject({ finalizers: ['kubernetes.io/pvc-protection'], deletionTimestamp: expect.any(String) });
    cluster.client.delete(Pods, at('user'), { gracePeriodSeconds: 0 });
    settle();
    expect(isGone(() => claimNow('data'))).toBe(true);
    expect(volumeNow('kept').status?.phase).toBe('Released');
    cluster.client.delete(PersistentVolumes, { name: 'kept' });
    settle();
    expect(isGone(() => volumeNow('kept'))).toBe(true);
  });

  test('what pods write stays when they go, on every node where the storage is a network\'s', async () => {
    volume('shared', '1Gi');
    claim('data', '1Gi');
    settle();
    pod('writer', 'data', 'echo kept > /data/file', 'node-1');
    settle();
    cluster.client.delete(Pods, at('writer'), { gracePeriodSeconds: 0 });
    pod('reader', 'data', 'cat /data/file', 'node-2');
    settle();
    expect(await logOf('reader')).toBe('kept\n');
  });

  test('the default class waits for a node, makes a volume there, and takes it back', () => {
    const { spec: { storageClassName } } = claim('data', '1Gi', {});
    expect(storageClassName).toBe('standard');
    settle();
    expect(claimNow('data').status?.phase).toBe('Pending');
    expect(eventsOf('PersistentVolumeClaim', 'data')).toEqual(['WaitForFirstConsumer: waiting for first consumer to be created before binding']);
    cluster.client.patch(PersistentVolumeClaims, at('data'), { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node-2' } } });
    settle();
    const { metadata: { uid }, spec: { volumeName = '' }, status } = claimNow('data');
    expect([volumeName, status?.phase]).toEqual([`pvc-${uid}`, 'Bound']);
    expect(volumeNow(volumeName)).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/provisioned-by': 'rancher.io/local-path' } },
      spec: {
        capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: `/var/local-path-provisioner/${volumeName}_default_data` },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-2'] }] }] } },
      },
    });
    expect(eventsOf('PersistentVolumeClaim', 'data').slice(1).map((text) => text.split(':')[0]).sort()).toEqual(['ExternalProvisioning', 'Provisioning', 'ProvisioningSucceeded']);
    cluster.client.delete(PersistentVolumeClaims, at('data'));
    settle();
    expect(isGone(() => volumeNow(volumeName))).toBe(true);
  });

  test('a claim may ask for more where its class allows it; folders of a node do not grow, and nobody says they did', () => {
    cluster.client.create(StorageClasses, { metadata: { name: 'growing' }, provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true });
    claim('data', '1Gi', { storageClassName: 'growing' });
    cluster.client.patch(PersistentVolumeClaims, at('data'), { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node-1' } } });
    settle();
    cluster.client.patch(PersistentVolumeClaims, at('data'), { spec: { resources: { requests: { storage: '3Gi' } } } });
    settle();
    expect(claimNow('data').status?.capacity).toEqual({ storage: '1Gi' });
    expect(eventsOf('PersistentVolumeClaim', 'data')).toContain('ExternalExpanding: waiting for an external controller to expand this PVC');
  });

  test('classes that cannot provision say so', () => {
    cluster.client.create(StorageClasses, { metadata: { name: 'manual' }, provisioner: 'kubernetes.io/no-provisioner' });
    cluster.client.create(StorageClasses, { metadata: { name: 'elsewhere' }, provisioner: 'example.com/disks' });
    claim('manual', '1Gi', { storageClassName: 'manual' });
    claim('absent', '1Gi', { storageClassName: 'absent' });
    claim('elsewhere', '1Gi', { storageClassName: 'elsewhere' });
    settle();
    expect(eventsOf('PersistentVolumeClaim', 'manual')).toEqual(['ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner']);
    expect(eventsOf('PersistentVolumeClaim', 'absent')).toEqual(['ProvisioningFailed: storageclass.storage.k8s.io "absent" not found']);
    expect(claimNow('elsewhere').metadata.annotations).toMatchObject({ 'volume.kubernetes.io/storage-provisioner': 'example.com/disks' });
    expect(eventsOf('PersistentVolumeClaim', 'elsewhere')[0]).toMatch(/^ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'example\.com\/disks' or manually/);
  });

  test('a pod\'s own volume gets a claim that goes with it; a claim without a volume cannot be mounted', () => {
    cluster.client.create(Pods, {
      metadata: { name: 'own', namespace },
      spec: {
        nodeName: 'node-1', containers: [{ name: 'main', image: 'nginx' }],
        volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { of: 'own' } },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }],
      },
    });
    settle();
    expect(claimNow('own-scratch').metadata).toMatchObject({ labels: { of: 'own' }, ownerReferences: [{ kind: 'Pod', name: 'own', controller: true }] });
    expect(eventsOf('Pod', 'own')).toContain('FailedMount: Unable to attach or mount volumes: unmounted volumes=[scratch], unattached volumes=[], '
      + 'failed to process volumes=[scratch]: error processing PVC default/own-scratch: PVC is not bound');
    cluster.client.delete(Pods, at('own'), { gracePeriodSeconds: 0 });
    settle();
    expect(isGone(() => claimNow('own-scratch'))).toBe(true);
  });

  test('a StatefulSet with claim templates runs: each pod waits for its node and its volume, and finds its data again', async () => {
    const labels = { app: 'db' };
    cluster.client.create(StatefulSets, {
      metadata: { name: 'db', namespace },
      spec: {
        replicas: 3, serviceName: 'db', selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{
              name: 'main', image: 'busybox', command: ['sh', '-c', 'echo $HOSTNAME >> /data/log; cat /data/log; sleep 3600'], volumeMounts: [{ name: 'data', mountPath: '/data' }],
            }],
          },
        },
        volumeClaimTemplates: [{ ...templateOf('data'), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
      },
    });
    settle(60_000);
    expect(cluster.client.get(StatefulSets, at('db')).status).toMatchObject({ readyReplicas: 3 });
    const { spec: { nodeName } } = cluster.client.get(Pods, at('db-1'));
    const claimed = claimNow('data-db-1');
    expect(claimed.metadata.annotations).toMatchObject({ 'volume.kubernetes.io/selected-node': nodeName, 'volume.kubernetes.io/storage-provisioner': 'rancher.io/local-path' });
    expect(claimed.status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
    const nominated = cluster.client.get(Pods, at('db-1')).status?.nominatedNodeName;
    expect(nominated).toBeUndefined();
    cluster.client.delete(Pods, at('db-1'));
    settle(90_000);
    expect(cluster.client.get(Pods, at('db-1'))).toMatchObject({ spec: { nodeName }, status: { phase: 'Running' } });
    expect(await logOf('db-1')).toBe('db-1\ndb-1\n');
  });
});
