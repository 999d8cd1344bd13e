import { describe, expect, test } from 'vitest';
import { PersistentVolumes } from '../../src/kinds/core/persistentvolume';
import { PersistentVolumeClaims } from '../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../src/kinds/core/pod';
import { StorageClasses } from '../../src/kinds/storage/storageclass';
import { startCluster, type Cluster } from './cluster';

const namespace = 'default';
const at = (name: string) => ({ namespace, name });
const selectedNode = 'volume.kubernetes.io/selected-node';

const volume = ({ client }: Cluster, name: string, storage = '1Gi') => client.create(PersistentVolumes, {
  metadata: { name }, spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], nfs: { server: 'nfs', path: `/${name}` }, storageClassName: 'fast' },
});
const claim = ({ client }: Cluster, name: string, storage = '1Gi', storageClassName = 'fast') =>
  client.create(PersistentVolumeClaims, { metadata: at(name), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, storageClassName } });
const claims = ({ client }: Cluster) => client.list(PersistentVolumeClaims, namespace).items;
const volumes = ({ client }: Cluster) => client.list(PersistentVolumes).items;

/** Each bound claim and its volume name each other, and no volume has two claims. */
function expectConsistent(cluster: Cluster): void {
  const taken = new Map<string, string>();
  for (const { metadata, spec, status } of claims(cluster)) {
    if (status?.phase !== 'Bound') continue;
    const name = spec.volumeName ?? '';
    expect(taken.get(name)).toBeUndefined();
    taken.set(name, metadata.name);
    expect(volumes(cluster).find((each) => each.metadata.name === name)).toMatchObject({ spec: { claimRef: { uid: metadata.uid } }, status: { phase: 'Bound' } });
  }
  for (const { metadata, spec, status } of volumes(cluster)) if (status?.phase === 'Bound') expect(taken.get(metadata.name)).toBe(spec.claimRef?.name);
}

describe('the volume controllers', () => {
  test.each([0, 400, 3_000])('bind many claims to as many volumes, each to its own, with caches %d ms late', (latencyMs) => {
    using cluster = startCluster({ latencyMs });
    for (let i = 0; i < 12; i++) { volume(cluster, `v${i}`); claim(cluster, `c${i}`); }
    cluster.until('all are bound', () => claims(cluster).every(({ status }) => status?.phase === 'Bound'), 600_000);
    cluster.advance(60_000);
    expectConsistent(cluster);
    expect(volumes(cluster).every(({ status }) => status?.phase === 'Bound')).toBe(true);
  });

  test('come to the same end when they die at any moment of it', () => {
    for (let steps = 5; steps < 120; steps += 10) {
      using cluster = startCluster();
      for (let i = 0; i < 3; i++) { volume(cluster, `v${i}`); claim(cluster, `c${i}`); }
      for (let i = 0; i < steps; i++) cluster.clock.step();
      cluster.restart();
      cluster.until('all are bound', () => claims(cluster).every(({ status }) => status?.phase === 'Bound'));
      cluster.advance(20_000);
      expectConsistent(cluster);
    }
  });

  test('a volume that somebody else takes at the same time is his; the claim gets another', () => {
    using cluster = startCluster({ latencyMs: 500 });
    volume(cluster, 'a', '1Gi');
    volume(cluster, 'b', '2Gi');
    cluster.advance(2_000);
    claim(cluster, 'mine');
    cluster.client.patch(PersistentVolumes, { name: 'a' }, { spec: { claimRef: { namespace: 'other', name: 'theirs' } } }, 'merge');
    cluster.until('it is bound', () => claims(cluster)[0]?.status?.phase === 'Bound', 120_000);
    expect(claims(cluster)[0]?.spec.volumeName).toBe('b');
    cluster.advance(10_000);
    expectConsistent(cluster);
  });

  test('what is deleted while it is bound waits: the claim for its pod, the volume for its claim', () => {
    using cluster = startCluster();
    const { client } = cluster;
    volume(cluster, 'data');
    claim(cluster, 'data');
    client.create(Pods, {
      metadata: at('user'),
      spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'nginx' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    });
    cluster.until('it is bound', () => claims(cluster)[0]?.status?.phase === 'Bound');
    client.delete(PersistentVolumes, { name: 'data' });
    client.delete(PersistentVolumeClaims, at('data'));
    cluster.advance(30_000);
    expect([claims(cluster).length, volumes(cluster).length]).toEqual([1, 1]);
    client.delete(Pods, at('user'), { gracePeriodSeconds: 0 });
    cluster.until('both are gone', () => claims(cluster).length === 0 && volumes(cluster).length === 0);
  });

  test('a volume that is kept is for nobody until somebody gives it free', () => {
    using cluster = startCluster();
    const { client } = cluster;
    volume(cluster, 'kept');
    claim(cluster, 'first');
    cluster.until('it is bound', () => claims(cluster)[0]?.status?.phase === 'Bound');
    client.delete(PersistentVolumeClaims, at('first'));
    cluster.until('it is released', () => volumes(cluster)[0]?.status?.phase === 'Released');
    claim(cluster, 'second');
    cluster.advance(30_000);
    expect(claims(cluster)[0]?.status?.phase).toBe('Pending');
    client.patch(PersistentVolumes, { name: 'kept' }, { spec: { claimRef: null } }, 'merge');
    cluster.until('the second has it', () => claims(cluster)[0]?.status?.phase === 'Bound');
  });

  test.each([0, 1_500])('the provisioner makes one volume for a claim though it is restarted meanwhile, with caches %d ms late', (latencyMs) => {
    using cluster = startCluster({ latencyMs });
    const { client } = cluster;
    client.create(StorageClasses, { metadata: { name: 'standard' }, provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' });
    claim(cluster, 'data', '1Gi', 'standard');
    cluster.advance(5_000);
    client.patch(PersistentVolumeClaims, at('data'), { metadata: { annotations: { [selectedNode]: 'node-1' } } });
    cluster.advance(1_000 + latencyMs);
    cluster.restart();
    cluster.until('it is bound', () => claims(cluster)[0]?.status?.phase === 'Bound', 120_000);
    cluster.advance(30_000);
    expect(volumes(cluster)).toHaveLength(1);
    expectConsistent(cluster);
    client.delete(PersistentVolumeClaims, at('data'));
    cluster.until('the volume is gone with it', () => volumes(cluster).length === 0);
  });
});
