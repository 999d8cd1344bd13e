import { afterEach, describe, expect, test, vi } from 'vitest';
import { revisionOf } from '../../src/api/keys';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Events } from '../../src/kinds/core/event';
import { Secrets } from '../../src/kinds/core/secret';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { Barrier } from '../../src/runtime/barrier';
import { defineController } from '../../src/runtime/controller';
import { EventRecorder } from '../../src/runtime/event-recorder';
import type { ConfigMap } from '../../src/schema/types';
import { startCaches } from './cache';

afterEach(() => {
  vi.restoreAllMocks();
});

/** For each ConfigMap one Secret, if the cache shows none: makes two as soon as it does not see its own first. */
const doubling = defineController<ConfigMap>({
  name: 'doubling',
  for: ConfigMaps,
  reconcile(key, { api, informer }) {
    if ([...informer(Secrets).list()].length > 0 || !informer(ConfigMaps).get(key)) return;
    api.create(Secrets, { metadata: { generateName: 'made-', namespace: 'default' } });
  },
});

/** How many Secrets there are after the ConfigMap was touched again before the cache showed the first one. */
function secretsMade(): number {
  const { clock, client, informers } = startCaches(() => 100);
  informers.of(Secrets);
  const recorder = new EventRecorder(client, Events, () => clock.now());
  const running = doubling.run(informers, recorder).subscribe();
  client.create(ConfigMaps, { metadata: { name: 'one', namespace: 'default' } });
  clock.advanceBy(50);
  client.patch(ConfigMaps, { namespace: 'default', name: 'one' }, { data: { touched: 'yes' } });
  clock.advanceBy(10_000);
  running.unsubscribe();
  return client.list(Secrets, 'default').items.length;
}

describe('the barrier', () => {
  test('keeps a key from running before its cache shows what it wrote', () => expect(secretsMade()).toBe(1));

  test('is what does it: taken out, the same controller writes twice', () => {
    vi.spyOn(Barrier.prototype, 'passes').mockReturnValue(true);
    expect(secretsMade()).toBe(2);
  });

  test('holds only the key that wrote', () => {
    const { clock, client, informers } = startCaches(() => 100);
    informers.of(Secrets);
    const lifted: string[] = [];
    const barrier = new Barrier(informers, (key) => lifted.push(key));
    const secret = client.create(Secrets, { metadata: { name: 'one', namespace: 'default' } });
    barrier.wrote('a', Secrets.resource, Number(secret.metadata.resourceVersion));
    expect([barrier.passes('b'), barrier.passes('a'), barrier.passes('a')]).toEqual([true, false, false]);
    clock.advanceBy(100);
    expect(lifted).toEqual(['a']);
    expect(barrier.passes('a')).toBe(true);
  });

  test('waits for a removal too: what is gone must not be counted again', () => {
    const { clock, client, informers } = startCaches(() => 100);
    const account = client.create(ServiceAccounts, { metadata: { name: 'one', namespace: 'default' } });
    const cache = informers.of(ServiceAccounts);
    const barrier = new Barrier(informers, () => {});
    barrier.wrote('a', ServiceAccounts.resource, revisionOf(client.delete(ServiceAccounts, account.metadata)));
    expect([barrier.passes('a'), cache.size]).toEqual([false, 1]);
    clock.advanceBy(100);
    expect([barrier.passes('a'), cache.size]).toEqual([true, 0]);
  });

  test('does not wait for kinds nobody caches', () => {
    const { client, informers } = startCaches();
    const barrier = new Barrier(informers, () => {});
    const secret = client.create(Secrets, { metadata: { name: 'one', namespace: 'default' } });
    barrier.wrote('a', Secrets.resource, Number(secret.metadata.resourceVersion));
    expect(barrier.passes('a')).toBe(true);
  });
});
