import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, revisionOf } from '../../src/api/keys';
import { StatusError } from '../../src/api/status';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { selectorOfSet } from '../../src/lib/selectors';
import { selectedBy } from '../../src/runtime/by-label';
import { byNamespace } from '../../src/runtime/informer';
import { startCaches } from './cache';

const create = ({ client }: ReturnType<typeof startCaches>, name: string, labels: Record<string, string> = {}) =>
  client.create(ConfigMaps, { metadata: { name, namespace: 'default', labels } });

describe('an informer', () => {
  test('holds what was there, and what its watch has brought since: the very objects of the store', () => {
    const cluster = startCaches(() => 20);
    create(cluster, 'old');
    const cache = cluster.informers.of(ConfigMaps);
    expect([...cache.list()].map(keyOf)).toEqual(['default/old']);
    create(cluster, 'new');
    expect(cache.get('default/new')).toBeUndefined();
    cluster.clock.advanceBy(20);
    expect(cache.get('default/new')).toBe(cluster.client.get(ConfigMaps, { namespace: 'default', name: 'new' }));
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'old' });
    cluster.clock.advanceBy(20);
    expect([...cache.list()].map(keyOf)).toEqual(['default/new']);
  });

  test('tells a late listener what it holds, then every change', () => {
    const cluster = startCaches();
    create(cluster, 'a');
    const told: string[] = [];
    cluster.informers.of(ConfigMaps).changes.subscribe(({ key, previous, next }) => told.push(`${key} ${previous ? 'had' : 'new'} ${next ? 'has' : 'gone'}`));
    create(cluster, 'b');
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'a' });
    cluster.clock.advanceBy(1);
    expect(told).toEqual(['default/a new has', 'default/b new has', 'default/a had gone']);
  });

  test('is one for each kind, however many ask', () => {
    const { informers } = startCaches();
    expect(informers.of(ConfigMaps)).toBe(informers.of(ConfigMaps));
  });

  test('lists again when the server was away, and misses nothing', () => {
    const cluster = startCaches();
    for (const name of ['kept', 'changed', 'removed']) create(cluster, name);
    const cache = cluster.informers.of(ConfigMaps);
    const told: string[] = [];
    cache.changes.subscribe(({ key, next }) => told.push(`${key} ${next ? 'is' : 'gone'}`));
    told.length = 0;
    cluster.server.refuseWith(() => new StatusError('ServiceUnavailable', 'the server is down'));
    cluster.clock.advanceBy(5_000);
    expect(cache.size).toBe(3); // what it knew stays usable
    cluster.server.refuseWith(undefined);
    cluster.client.patch(ConfigMaps, { namespace: 'default', name: 'changed' }, { data: { new: 'yes' } });
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'removed' });
    create(cluster, 'added');
    cluster.clock.advanceBy(2_000);
    expect([...cache.list()].map(keyOf).toSorted()).toEqual(['default/added', 'default/changed', 'default/kept']);
    expect(told.toSorted()).toEqual(['default/added is', 'default/changed is', 'default/removed gone']);
    create(cluster, 'later');
    cluster.clock.advanceBy(1);
    expect(cache.get('default/later')).toBeDefined();
  });

  test('calls back when it has seen a revision, and at once when it had', () => {
    const cluster = startCaches(() => 30);
    const cache = cluster.informers.of(ConfigMaps);
    const seen: number[] = [];
    const revision = revisionOf(create(cluster, 'a'));
    cache.whenSeen(revision, () => seen.push(cluster.clock.now()));
    expect(seen).toEqual([]);
    const at = cluster.clock.now() + 30;
    cluster.clock.advanceBy(100);
    expect(seen).toEqual([at]);
    cache.whenSeen(revision, () => seen.push(0));
    expect(seen).toEqual([at, 0]);
  });

  test('whatever happened, its indexes answer as a search through everything would', () => {
    const write = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      app: fc.constantFrom('web', 'db', undefined),
      tier: fc.constantFrom('1', '2'),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
        const cluster = startCaches();
        const cache = cluster.informers.of(ConfigMaps);
        for (const { name, app, tier, remove } of writes) {
          const labels = { tier, ...(app && { app }) };
          const known = cluster.client.list(ConfigMaps, 'default').items.find(({ metadata }) => metadata.name === name);
          if (known && remove) cluster.client.delete(ConfigMaps, known.metadata);
          else if (known) cluster.client.update(ConfigMaps, { ...known, metadata: { ...known.metadata, labels } });
          else create(cluster, name, labels);
          cluster.clock.advanceBy(1);
          for (const set of [{ app: 'web' }, { tier: '1' }, { app: 'db', tier: '2' }]) {
            const selector = selectorOfSet(set);
            const found = [...selectedBy(cache, 'default', selector)].map(keyOf).toSorted();
            expect(found).toEqual(
              [...cache.list()]
                .filter(({ metadata }) => selector.matches(metadata.labels))
                .map(keyOf)
                .toSorted(),
            );
          }
          expect([...cache.by(byNamespace, 'default')]).toHaveLength(cache.size);
        }
      }),
      { numRuns: 30 },
    );
  });
});
