import { describe, expect, test } from 'vitest';
import type { KubeObject, ObjectList, WatchEvent } from '../../src/api/types';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';
import { Deployments } from '../../src/kinds/apps/deployment';
import type { Scale } from '../../src/schema/types';
import { refusal, startServer } from './start';

const configMap = (name: string, labels: Record<string, string> = {}) => ({ metadata: { name, namespace: 'default', labels }, data: { a: '1' } });
const podSpec = { containers: [{ name: 'c', image: 'nginx:1.27' }] };
const deployment = (replicas = 1) => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: podSpec } },
});

describe('writes', () => {
  test('a stale resourceVersion is a conflict, none is a blind write', () => {
    const { client } = startServer();
    const first = client.create(ConfigMaps, configMap('a'));
    client.update(ConfigMaps, { ...first, data: { a: '2' } });
    const error = refusal(() => client.update(ConfigMaps, { ...first, data: { a: '3' } }));
    expect([error.code, error.message]).toEqual([409, 'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again']);
    client.update(ConfigMaps, { ...first, metadata: { ...first.metadata, resourceVersion: '' }, data: { a: '4' } });
    expect(client.get(ConfigMaps, first.metadata).data).toEqual({ a: '4' });
  });

  test('a write that changes nothing makes no revision', () => {
    const { client, store } = startServer();
    const object = client.create(ConfigMaps, configMap('a'));
    const { revision } = store;
    expect(client.update(ConfigMaps, object)).toBe(client.get(ConfigMaps, object.metadata));
    client.patch(ConfigMaps, object.metadata, {});
    expect(store.revision).toBe(revision);
  });

  test('generation counts changes of the spec, not of metadata or status', () => {
    const { client } = startServer();
    const created = client.create(Deployments, deployment());
    const labelled = client.patch(Deployments, created.metadata, { metadata: { labels: { x: 'y' } } });
    const scaled = client.patch(Deployments, created.metadata, { spec: { replicas: 5 } });
    const observed = client.patch(Deployments, created.metadata, { status: { replicas: 5 } }, 'merge', 'status');
    expect([created, labelled, scaled, observed].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2, 2]);
  });

  test('the status is written only through its subresource, the rest never through it', () => {
    const { client } = startServer();
    const created = client.create(Deployments, deployment());
    client.patch(Deployments, created.metadata, { status: { replicas: 7 } });
    client.patch(Deployments, created.metadata, { spec: { replicas: 9 }, status: { replicas: 3 } }, 'merge', 'status');
    const { spec, status } = client.get(Deployments, created.metadata);
    expect([spec.replicas, status?.replicas]).toEqual([1, 3]);
  });

  test('generated names are the base and five letters, and another when taken', () => {
    const { client } = startServer();
    const names = Array.from({ length: 200 }, () => client.create(ConfigMaps, { metadata: { generateName: 'cm-', namespace: 'default' } }).metadata.name);
    expect(new Set(names).size).toBe(200);
    for (const name of names) expect(name).toMatch(/^cm-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('dry run answers as if, and leaves nothing', () => {
    const { call, store } = startServer();
    const { revision } = store;
    const { code, body } = call({ verb: 'create', resource: 'configmaps', namespace: 'default', body: configMap('a'), options: { dryRun: true } });
    expect([code, (body as KubeObject).metadata.name, store.revision]).toEqual([201, 'a', revision]);
  });

  test('pods of one template share one spec, and one on each node', () => {
    const { client } = startServer();
    const { spec } = client.create(Deployments, deployment()).spec.template;
    if (!spec) throw new Error('no template');
    const [a, b] = [1, 2].map(() => client.create(Pods, { metadata: { generateName: 'p-', namespace: 'default' }, spec }));
    expect(a?.spec).toBe(b?.spec);
    for (const pod of [a, b]) if (pod) client.create(Pods, { metadata: pod.metadata, target: { name: 'node-1' } } as never, 'binding');
    const [onA, onB] = client.list(Pods).items;
    expect([onA?.spec.nodeName, onA?.spec === onB?.spec]).toEqual(['node-1', true]);
  });
});

describe('the scale subresource', () => {
  test('reads and writes replicas of its parent', () => {
    const { client, call } = startServer();
    client.create(Deployments, deployment(2));
    const place = { resource: 'deployments.apps', subresource: 'scale', namespace: 'default', name: 'web' } as const;
    call({ verb: 'patch', ...place, patchType: 'merge', body: { spec: { replicas: 4 } } });
    const scale = call({ verb: 'get', ...place }).body as Scale;
    expect([scale.kind, scale.spec?.replicas, scale.status?.selector]).toEqual(['Scale', 4, 'app=web']);
    expect(client.get(Deployments, { namespace: 'default', name: 'web' }).spec.replicas).toBe(4);
  });
});

describe('service addresses', () => {
  test('are given once, kept, and free again when the service goes', () => {
    const { client } = startServer();
    const service = (name: string, rest: object = {}) => ({ metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }], ...rest } });
    const a = client.create(Services, service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    expect(a.spec.clusterIP).toMatch(/^10\.(9[6-9]|1[01]\d)\./);
    const taken = refusal(() => client.create(Services, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] })));
    expect(taken.message).toBe('Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated');
    expect(refusal(() => client.create(Services, service('c', { clusterIP: a.spec.clusterIP }))).message).toContain('provided IP is already allocated');
    client.delete(Services, a.metadata);
    expect(client.create(Services, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] })).spec.ports?.[0]?.nodePort).toBe(30_080);
  });
});

describe('lists', () => {
  test('pages at one revision are together the full list, whatever is written between them', () => {
    const { client, call } = startServer();
    for (let i = 0; i < 25; i++) client.create(ConfigMaps, configMap(`c${i}`));
    const page = (options: object) => call({ verb: 'list', resource: 'configmaps', namespace: 'default', options }).body as ObjectList<KubeObject>;
    const full = page({}).items.map(({ metadata }) => metadata.name);
    const got: string[] = [];
    let next = page({ limit: 7 });
    for (;;) {
      got.push(...next.items.map(({ metadata }) => metadata.name));
      if (!next.metadata.continue) break;
      client.create(ConfigMaps, configMap(`new-${got.length}`));
      client.delete(ConfigMaps, { namespace: 'default', name: full.at(-got.length) ?? '' });
      next = page({ limit: 7, continue: next.metadata.continue });
    }
    expect(got).toEqual(full);
  });

  test('an expired page is refused with 410', () => {
    const { client, call, store } = startServer();
    for (let i = 0; i < 5; i++) client.create(ConfigMaps, configMap(`c${i}`));
    const first = call({ verb: 'list', resource: 'configmaps', options: { limit: 2 } }).body as ObjectList<KubeObject>;
    client.create(ConfigMaps, configMap('later'));
    store.compact(store.revision);
    const error = refusal(() => call({ verb: 'list', resource: 'configmaps', options: { limit: 2, continue: first.metadata.continue ?? '' } }));
    expect([error.code, error.reason]).toEqual([410, 'Expired']);
  });
});

describe('watches', () => {
  const seen = (events: WatchEvent[]) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);

  test('an object that leaves the selection is DELETED, one that enters it ADDED', () => {
    const { client, server, clock } = startServer();
    const events: WatchEvent[] = [];
    const a = client.create(ConfigMaps, configMap('a', { on: 'yes' }));
    server.watch({ resource: 'configmaps', since: a.metadata.resourceVersion, labelSelector: 'on=yes', user: { name: 'x', groups: [] } }).subscribe((event) => events.push(event));
    client.patch(ConfigMaps, a.metadata, { metadata: { labels: { on: 'no' } } });
    client.patch(ConfigMaps, a.metadata, { metadata: { labels: { on: 'yes' } } });
    client.patch(ConfigMaps, a.metadata, { data: { b: '2' } });
    client.delete(ConfigMaps, a.metadata);
    clock.advanceBy(0);
    expect(seen(events)).toEqual(['DELETED a', 'ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('events travel through the clock, with the latency of their watcher', () => {
    const { client, server, clock } = startServer({ latencyMs: (user) => (user === 'slow' ? 500 : 0) });
    const got: Record<string, number> = {};
    for (const name of ['slow', 'quick'])
      server.watch({ resource: 'configmaps', since: '0', user: { name, groups: [] } }).subscribe(() => { got[name] = clock.now(); });
    const began = clock.now();
    client.create(ConfigMaps, configMap('a'));
    expect(got).toEqual({});
    clock.advanceBy(1_000);
    expect(got).toEqual({ slow: began + 500, quick: began });
  });

  test('a watch from a compacted revision is refused with 410', () => {
    const { client, server, clock, store } = startServer();
    client.create(ConfigMaps, configMap('a'));
    store.compact(store.revision);
    let failure: unknown;
    server.watch({ resource: 'configmaps', since: '1', user: { name: 'x', groups: [] } }).subscribe({ error: (error: unknown) => { failure = error; } });
    clock.advanceBy(0);
    expect(failure).toMatchObject({ reason: 'Expired', code: 410, message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/) });
  });

  test('sendInitialEvents: what exists, a bookmark that ends it, then changes', () => {
    const { client, server, clock } = startServer();
    client.create(ConfigMaps, configMap('a'));
    const events: WatchEvent[] = [];
    server.watch({ resource: 'configmaps', namespace: 'default', since: '', sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowBookmarks: true,
      user: { name: 'x', groups: [] } }).subscribe((event) => events.push(event));
    client.create(ConfigMaps, configMap('b'));
    clock.advanceBy(0);
    expect(seen(events)).toEqual(['ADDED a', 'BOOKMARK undefined', 'ADDED b']);
    expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });
});

describe('a server that is down', () => {
  test('refuses every request and ends every watch, until it is up again', () => {
    const { server, client, clock } = startServer();
    const errors: unknown[] = [];
    server.watch({ resource: 'pods', since: '0', user: { name: 'x', groups: [] } }).subscribe({ error: (error: unknown) => errors.push(error) });
    const down = refusal(() => client.get(Pods, { namespace: 'default', name: 'none' }));
    expect(down.reason).toBe('NotFound');
    server.refuseWith(() => down);
    clock.advanceBy(0);
    expect(errors).toEqual([down]);
    expect(refusal(() => client.list(Pods))).toBe(down);
    server.refuseWith(undefined);
    expect(client.list(Pods).items).toEqual([]);
  });
});
