import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identityOf, maxEndpoints, planSlices, portsKey, type Wanted } from '../../src/controllers/endpoints/slices';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';
import { defineKind } from '../../src/kinds/define';
import { EndpointSlices } from '../../src/kinds/discovery/endpointslice';
import type { Endpoint, Endpoints, EndpointSlice, ServiceSpec } from '../../src/schema/types';
import { startCluster, webSet, type Cluster } from './cluster';

const ClassicEndpoints = defineKind<Endpoints>('endpoints');
const key = { namespace: 'default', name: 'web' };
const serve = (cluster: Cluster, spec: Partial<ServiceSpec> = {}) =>
  cluster.client.create(Services, {
    metadata: { ...key, labels: { tier: 'front' } },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
  });
const slices = ({ client }: Cluster): EndpointSlice[] =>
  client.list(EndpointSlices, 'default').items.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web');
const endpoints = (cluster: Cluster): Endpoint[] => slices(cluster).flatMap((slice) => slice.endpoints ?? []);
const ready = (cluster: Cluster): number => endpoints(cluster).filter(({ conditions }) => conditions?.ready).length;

describe('a service', () => {
  test('has a slice with each of its pods', () => {
    using cluster = startCluster();
    const service = serve(cluster);
    cluster.client.create(ReplicaSets, webSet(2));
    cluster.until('both are ready', () => ready(cluster) === 2);
    const [slice, ...others] = slices(cluster);
    expect(others).toEqual([]);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
      metadata: {
        generateName: 'web-',
        labels: { tier: 'front', 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': expect.any(String) },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: service.metadata.uid, controller: true, blockOwnerDeletion: true }],
      },
    });
    const [pod] = cluster.pods();
    expect(slice?.endpoints).toContainEqual({
      addresses: [pod!.status!.podIP],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: pod!.spec.nodeName,
      zone: `zone-${pod!.spec.nodeName}`,
      targetRef: { kind: 'Pod', namespace: 'default', name: pod!.metadata.name, uid: pod!.metadata.uid },
    });
  });

  test('without pods has one empty slice', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.until('it has one', () => slices(cluster).length === 1);
    expect(endpoints(cluster)).toEqual([]);
    const { metadata } = slices(cluster)[0]!;
    cluster.client.patch(Services, key, { metadata: { annotations: { touched: 'yes' } } });
    cluster.advance(1_000);
    expect(slices(cluster).map((slice) => slice.metadata)).toEqual([metadata]); // not written again for nothing
  });

  test('shows a pod that ends as terminating but still serving', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.client.create(ReplicaSets, webSet(1));
    cluster.until('it is ready', () => ready(cluster) === 1);
    cluster.client.delete(Pods, cluster.pods()[0]!.metadata);
    cluster.until('it is terminating', () => endpoints(cluster).some(({ conditions }) => conditions?.terminating));
    expect(endpoints(cluster)[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    cluster.until('the next one is ready', () => ready(cluster) === 1 && endpoints(cluster).length === 1);
  });

  test('leaves out a pod that was relabelled, and shows pods that are not ready when it is told to', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.client.create(ReplicaSets, webSet(2));
    cluster.until('both are ready', () => ready(cluster) === 2);
    const [sick] = cluster.pods();
    cluster.client.patch(Pods, sick!.metadata, { metadata: { labels: { app: 'quarantine' } } });
    cluster.until('it is left out', () => !endpoints(cluster).some(({ targetRef }) => targetRef?.uid === sick!.metadata.uid));

    cluster.client.create(Pods, {
      metadata: { name: 'slow', namespace: 'default', labels: { app: 'slow' } },
      spec: { containers: [{ name: 'slow', image: 'bad', ports: [{ name: 'http', containerPort: 80 }] }] },
    });
    cluster.client.patch(Services, key, { spec: { selector: { app: 'slow' }, publishNotReadyAddresses: true } });
    cluster.until('it is shown', () => endpoints(cluster).length === 1 && endpoints(cluster)[0]?.targetRef?.name === 'slow');
    expect(endpoints(cluster)[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
  });

  test('has a group of slices for each number that its named port has', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.client.create(ReplicaSets, webSet(1));
    cluster.client.create(Pods, {
      metadata: { name: 'odd', namespace: 'default', labels: { app: 'web', odd: 'yes' } },
      spec: { containers: [{ name: 'odd', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }] },
    });
    cluster.client.patch(ReplicaSets, key, { spec: { replicas: 2 } });
    cluster.until('both numbers are there', () => slices(cluster).length === 2 && ready(cluster) === 2);
    expect(
      slices(cluster)
        .map(({ ports }) => ports?.[0]?.port)
        .toSorted(),
    ).toEqual([80, 8080]);
  });

  test('has no more than 100 endpoints in a slice', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.client.create(ReplicaSets, webSet(250));
    cluster.until('all are ready', () => cluster.client.get(ReplicaSets, key).status?.readyReplicas === 250);
    cluster.until('all have an endpoint', () => ready(cluster) === 250);
    expect(
      slices(cluster)
        .map((slice) => slice.endpoints?.length)
        .toSorted(),
    ).toEqual([100, 100, 50]);
    cluster.client.patch(ReplicaSets, key, { spec: { replicas: 5 } });
    cluster.until('the others are gone', () => endpoints(cluster).length === 5);
  });

  test('takes its slices with it', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.until('it has one', () => slices(cluster).length === 1);
    cluster.client.delete(Services, key);
    cluster.until('all is gone', () => slices(cluster).length === 0 && !cluster.exists(ClassicEndpoints, 'web'));
  });

  test('has a classic Endpoints object too', () => {
    using cluster = startCluster();
    serve(cluster);
    cluster.client.create(ReplicaSets, webSet(2));
    cluster.until('both are ready', () => ready(cluster) === 2);
    cluster.advance(500);
    const classic = cluster.client.get(ClassicEndpoints, key);
    expect(classic.metadata.labels).toEqual({ tier: 'front', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
    expect(classic.subsets).toHaveLength(1);
    expect(classic.subsets?.[0]?.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
    expect(classic.subsets?.[0]?.addresses?.map(({ ip }) => ip)).toEqual(
      cluster
        .pods()
        .map(({ status }) => status?.podIP)
        .toSorted(),
    );
    expect(classic.subsets?.[0]?.addresses?.every(({ nodeName, targetRef }) => nodeName && targetRef?.kind === 'Pod')).toBe(true);
  });

  test('without a selector is left alone', () => {
    using cluster = startCluster();
    cluster.client.create(Services, { metadata: key, spec: { ports: [{ port: 80 }] } });
    cluster.advance(5_000);
    expect(slices(cluster)).toEqual([]);
  });
});

describe('planning slices', () => {
  const ports = [{ name: '', port: 80, protocol: 'TCP' }];
  const endpoint = (id: number, isReady: boolean): Endpoint => ({
    addresses: [`10.0.${Math.floor(id / 250)}.${id % 250}`],
    conditions: { ready: isReady, serving: isReady, terminating: false },
    targetRef: { uid: `pod-${id}` },
  });
  const slice = (name: string, list: readonly Endpoint[]): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    ports,
    endpoints: list,
    metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '' },
  });
  const round = fc.array(fc.record({ id: fc.nat(330), isReady: fc.boolean() }), { maxLength: 330 });

  test('whatever came before, ends with every wanted endpoint once, no other, and no slice too full', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 5 }), (rounds) => {
        let current: EndpointSlice[] = [];
        let made = 0;
        for (const list of rounds) {
          const wanted = new Map(list.map(({ id, isReady }) => endpoint(id, isReady)).map((each) => [identityOf(each), each]));
          const groups = new Map<string, Wanted>(wanted.size > 0 ? [[portsKey(ports), { ports, endpoints: wanted }]] : []);
          const plan = planSlices(groups, current);
          current = [
            ...current.filter((each) => !plan.remove.includes(each)).map((each) => ({ ...each, endpoints: plan.update.get(each) ?? each.endpoints ?? [] })),
            ...plan.create.map((each) => ({ ...slice(`s${made++}`, each.endpoints), ports: each.ports })),
          ];
          const all = current.flatMap((each) => each.endpoints ?? []);
          expect(all).toHaveLength(wanted.size);
          for (const each of all) expect(each).toEqual(wanted.get(identityOf(each)));
          expect(current.every((each) => (each.endpoints?.length ?? 0) <= maxEndpoints)).toBe(true);
          expect(current.length).toBeGreaterThan(0);
          const again = planSlices(groups, current);
          expect([again.update.size, again.create.length, again.remove.length]).toEqual([0, 0, 0]);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('one changed endpoint writes one slice', () => {
    const all = Array.from({ length: 250 }, (_, id) => endpoint(id, true));
    const current = [slice('a', all.slice(0, 100)), slice('b', all.slice(100, 200)), slice('c', all.slice(200))];
    const wanted = new Map(all.map((each) => [identityOf(each), each]));
    const changed = endpoint(150, false);
    wanted.set(identityOf(changed), changed);
    const plan = planSlices(new Map([[portsKey(ports), { ports, endpoints: wanted }]]), current);
    expect([...plan.update.keys()].map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect([plan.create, plan.remove]).toEqual([[], []]);
  });
});
