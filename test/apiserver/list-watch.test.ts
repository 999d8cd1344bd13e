import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject, ObjectList, RequestOptions, WatchEvent } from '../../src/api/types';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { admin, refusal, startServer } from './start';

type World = ReturnType<typeof startServer>;
const configMap = (name: string, labels: Readonly<Record<string, string>> = {}, data = '1') => ({ metadata: { name, namespace: 'default', labels }, data: { data } });

const list = ({ call }: World, options: RequestOptions = {}, namespace: string | undefined = 'default'): ObjectList<KubeObject> =>
  call({ verb: 'list', resource: 'configmaps', namespace, options }).body as ObjectList<KubeObject>; // what a list answers

/** Every page of a list begun now, `limit` objects each. `meanwhile` happens between the pages. */
function paged(world: World, limit: number, options: RequestOptions = {}, meanwhile: () => void = () => {}, namespace: string | undefined = 'default'): readonly KubeObject[] {
  const items: KubeObject[] = [];
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const page = list(world, { ...options, limit, ...(token !== undefined && { continue: token }) }, namespace);
    items.push(...page.items);
    token = page.metadata.continue;
    meanwhile();
  }
  return items;
}

type Write = { readonly name: string; readonly even: boolean; readonly action: 'write' | 'delete' };
const writes = fc.array(fc.record({ name: fc.constantFrom('a', 'a-b', 'a.b', 'b', 'c', 'd0', 'd00', 'e'), even: fc.boolean(),
  action: fc.constantFrom('write', 'write', 'delete') }), { maxLength: 25 }) as fc.Arbitrary<readonly Write[]>;

function perform({ client }: World, { name, even, action }: Write, turn: number): void {
  const key = { namespace: 'default', name };
  const exists = client.list(ConfigMaps, 'default').items.some(({ metadata }) => metadata.name === name);
  if (action === 'delete') { if (exists) client.delete(ConfigMaps, key); return; }
  const wanted = configMap(name, { even: String(even) }, String(turn));
  if (exists) client.patch(ConfigMaps, key, { metadata: { labels: wanted.metadata.labels }, data: wanted.data }); else client.create(ConfigMaps, wanted);
}

describe('lists', () => {
  test('pages of any size at one revision are the full list of that revision, whatever is written between them', () => {
    fc.assert(fc.property(writes, writes, fc.integer({ min: 1, max: 9 }), fc.constantFrom({}, { labelSelector: 'even=true' }, { fieldSelector: 'metadata.name!=b' }),
      (before, between, limit, options) => {
      const world = startServer();
      before.forEach((write, turn) => perform(world, write, turn));
      const full = list(world, options).items;
      let turn = 100;
      const rest = [...between];
      expect(paged(world, limit, options, () => { const write = rest.shift(); if (write) perform(world, write, turn++); })).toEqual(full);
    }), { numRuns: 60 });
  });

  test('pages across namespaces keep the order of keys', () => {
    const world = startServer();
    for (const namespace of ['a', 'a-b', 'b']) {
      world.call({ verb: 'create', resource: 'namespaces', body: { metadata: { name: namespace } } });
      for (const name of ['x', 'y']) world.call({ verb: 'create', resource: 'configmaps', namespace, body: { metadata: { name } } });
    }
    const full = world.call({ verb: 'list', resource: 'configmaps' }).body as ObjectList<KubeObject>;
    expect(full.items).toHaveLength(6);
    const items: KubeObject[] = [];
    for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
      const page = world.call({ verb: 'list', resource: 'configmaps', options: { limit: 1, ...(token !== undefined && { continue: token }) } }).body as ObjectList<KubeObject>;
      items.push(...page.items);
      token = page.metadata.continue;
    }
    expect(items).toEqual(full.items);
  });

  test('a page of a revision that is compacted is 410, with a token to go on inconsistently', () => {
    const world = startServer();
    for (const name of ['a', 'b', 'c', 'd']) world.client.create(ConfigMaps, configMap(name));
    const token = list(world, { limit: 2 }).metadata.continue ?? '';
    world.client.delete(ConfigMaps, { namespace: 'default', name: 'c' });
    world.client.create(ConfigMaps, configMap('e'));
    world.store.compact(world.store.revision);
    const error = refusal(() => list(world, { limit: 2, continue: token }));
    expect(error).toMatchObject({ code: 410, reason: 'Expired', message: expect.stringContaining('Continuing with the provided token results in an inconsistent list') });
    const { metadata } = error.toStatus();
    const page = list(world, { limit: 2, continue: metadata?.continue ?? '' });
    expect(page.items.map((each) => each.metadata.name)).toEqual(['d', 'e']);
    expect(page.metadata.resourceVersion).toBe(String(world.store.revision));
  });

  test('an exact revision that is compacted is 410', () => {
    const world = startServer();
    world.client.create(ConfigMaps, configMap('a'));
    const resourceVersion = String(world.store.revision - 1);
    world.store.compact(world.store.revision);
    expect(refusal(() => list(world, { resourceVersion, resourceVersionMatch: 'Exact' }))).toMatchObject({ code: 410, message: 'The resourceVersion for the provided list is too old.' });
  });

  test.each([
    ['a%', 'illegal base64 data at input byte 1'], [btoa('{}').replaceAll('=', ''), 'server does not recognize this encoded version ""'],
    [btoa('{"v":"meta.k8s.io/v1","rv":0,"start":"/a"}').replaceAll('=', ''), 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
    [btoa('{"v":"meta.k8s.io/v1","rv":5}').replaceAll('=', ''), 'encoded start key empty (version meta.k8s.io/v1)'],
  ])('token %s is no token', (token, why) =>
    expect(refusal(() => list(startServer(), { continue: token }))).toMatchObject({ code: 400, message: `invalid continue token: continue key is not valid: ${why}` }));
});

describe('watches', () => {
  const watchFrom = ({ server }: World, since: string, more: object = {}) => {
    const events: WatchEvent[] = [];
    let ended = false;
    server.watch({ resource: 'configmaps', namespace: 'default', since, user: admin, ...more }).subscribe({ next: (event) => { events.push(event); }, complete: () => { ended = true; } });
    return { events, hasEnded: () => ended };
  };

  test('the events after any revision, applied to the list of that revision, give the list at the end', () => {
    fc.assert(fc.property(writes, fc.nat(), fc.constantFrom({}, { labelSelector: 'even=true' }), (all, at, options) => {
      const world = startServer();
      const split = at % (all.length + 1);
      all.slice(0, split).forEach((write, turn) => perform(world, write, turn));
      const then = list(world, options);
      all.slice(split).forEach((write, turn) => perform(world, write, split + turn));
      const { events } = watchFrom(world, then.metadata.resourceVersion, options);
      world.clock.advanceBy(0);
      const objects = new Map(then.items.map((object) => [object.metadata.name, object]));
      for (const { type, object } of events) if (type === 'DELETED') objects.delete(object.metadata.name); else objects.set(object.metadata.name, object);
      const byName = (a: KubeObject, b: KubeObject) => (a.metadata.name < b.metadata.name ? -1 : 1);
      expect([...objects.values()].sort(byName)).toEqual([...list(world, options).items].sort(byName));
    }), { numRuns: 60 });
  });

  test('bookmarks come about once a minute to who asked for them, and before the end', () => {
    const world = startServer();
    const marked = watchFrom(world, String(world.store.revision), { allowBookmarks: true, timeoutSeconds: 150 });
    const plain = watchFrom(world, String(world.store.revision));
    world.client.create(ConfigMaps, configMap('a'));
    world.clock.advanceBy(149_000);
    expect(marked.events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
    expect(marked.events.at(-1)?.object).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(world.store.revision) } });
    expect(plain.events.map(({ type }) => type)).toEqual(['ADDED']);
    expect(marked.hasEnded()).toBe(false);
    world.clock.advanceBy(1000);
    expect([marked.hasEnded(), plain.hasEnded()]).toEqual([true, false]);
  });

  test('sendInitialEvents=false begins with nothing, even without a version', () => {
    const world = startServer();
    world.client.create(ConfigMaps, configMap('a'));
    const { events } = watchFrom(world, '', { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' });
    world.client.create(ConfigMaps, configMap('b'));
    world.clock.advanceBy(0);
    expect(events.map(({ object }) => object.metadata.name)).toEqual(['b']);
  });

  test('a watch from a version of the future waits for what comes after it', () => {
    const world = startServer();
    const { events } = watchFrom(world, String(world.store.revision + 1));
    for (const name of ['a', 'b']) world.client.create(ConfigMaps, configMap(name));
    world.clock.advanceBy(0);
    expect(events.map(({ object }) => object.metadata.name)).toEqual(['b']);
  });

  test('only the first table of a watch says what its columns are', () => {
    const world = startServer();
    const { events } = watchFrom(world, '', { as: 'table' });
    for (const name of ['a', 'b']) world.client.create(ConfigMaps, configMap(name));
    world.clock.advanceBy(0);
    expect(events.map(({ object }) => 'columnDefinitions' in object && object.columnDefinitions !== null)).toEqual([true, false]);
  });
});
