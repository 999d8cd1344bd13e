import { describe, expect } from 'vitest';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import type { ConfigMap } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance } from '../framework';
import type { Watched } from '../rest-client';

const named = (name: string, label: string, namespace: string, data: Record<string, string> = {}) => ({ metadata: { name, namespace, labels: { 'watch-this-configmap': label } }, data });
const seen = ({ events }: Watched<ConfigMap>) => events.map(({ type, object }) => `${type} ${object.metadata.name} ${object.data?.['mutation'] ?? ''}`.trim());
const mutated = (object: ConfigMap, mutation: number): ConfigMap => ({ ...object, data: { mutation: String(mutation) } });

describe('watchers', () => {
  behaviour('api-machinery-097', () => {
    const { api, namespace, wait } = startConformance();
    const a = api.watch(ConfigMaps, namespace, { labelSelector: 'watch-this-configmap=multiple-watchers-A' });
    const b = api.watch(ConfigMaps, namespace, { labelSelector: 'watch-this-configmap=multiple-watchers-B' });
    const both = api.watch(ConfigMaps, namespace, { labelSelector: 'watch-this-configmap in (multiple-watchers-A,multiple-watchers-B)' });
    let first = api.create(ConfigMaps, named('first', 'multiple-watchers-A', namespace));
    first = api.update(ConfigMaps, mutated(first, 1));
    first = api.update(ConfigMaps, mutated(first, 2));
    api.delete(ConfigMaps, { namespace, name: 'first' });
    api.create(ConfigMaps, named('second', 'multiple-watchers-B', namespace));
    api.delete(ConfigMaps, { namespace, name: 'second' });
    wait(1_000);
    const ofA = ['ADDED first', 'MODIFIED first 1', 'MODIFIED first 2', 'DELETED first 2'];
    const ofB = ['ADDED second', 'DELETED second'];
    expect([seen(a), seen(b), seen(both)]).toEqual([ofA, ofB, [...ofA, ...ofB]]);
  });

  behaviour('api-machinery-096', () => {
    const { api, namespace, wait } = startConformance();
    const created = api.create(ConfigMaps, named('moving', 'from-resource-version', namespace));
    const once = api.update(ConfigMaps, mutated(created, 1));
    api.update(ConfigMaps, mutated(once, 2));
    api.delete(ConfigMaps, { namespace, name: 'moving' });
    const watched = api.watch(ConfigMaps, namespace, { labelSelector: 'watch-this-configmap=from-resource-version', resourceVersion: once.metadata.resourceVersion ?? '' });
    wait(1_000);
    expect(seen(watched)).toEqual(['MODIFIED moving 2', 'DELETED moving 2']);
  });

  behaviour('api-machinery-095', () => {
    const { api, namespace, wait } = startConformance();
    const query = { labelSelector: 'watch-this-configmap=closed-and-restarted' };
    const first = api.watch(ConfigMaps, namespace, query);
    let object = api.create(ConfigMaps, named('restarted', 'closed-and-restarted', namespace));
    object = api.update(ConfigMaps, mutated(object, 1));
    wait(1_000);
    expect(seen(first)).toEqual(['ADDED restarted', 'MODIFIED restarted 1']);
    first.subscription.unsubscribe();
    api.update(ConfigMaps, mutated(object, 2));
    const last = first.events.at(-1)?.object.metadata.resourceVersion ?? '';
    const second = api.watch(ConfigMaps, namespace, { ...query, resourceVersion: last });
    api.delete(ConfigMaps, { namespace, name: 'restarted' });
    wait(1_000);
    expect(seen(second)).toEqual(['MODIFIED restarted 2', 'DELETED restarted 2']);
    expect(first.events).toHaveLength(2);
  });

  behaviour('api-machinery-098', () => {
    const { api, namespace, wait } = startConformance();
    const watched = api.watch(ConfigMaps, namespace, { labelSelector: 'watch-this-configmap=label-changed' });
    const relabelled = (object: ConfigMap, label: string): ConfigMap => ({ ...object, metadata: { ...object.metadata, labels: { 'watch-this-configmap': label } } });
    let object = api.create(ConfigMaps, named('moving', 'label-changed', namespace));
    object = api.update(ConfigMaps, mutated(object, 1));
    object = api.update(ConfigMaps, relabelled(object, 'wrong-value'));
    wait(1_000);
    expect(seen(watched)).toEqual(['ADDED moving', 'MODIFIED moving 1', 'DELETED moving 1']);
    object = api.update(ConfigMaps, mutated(object, 2));
    wait(10_000);
    expect(watched.events).toHaveLength(3);
    object = api.update(ConfigMaps, relabelled(object, 'label-changed'));
    object = api.update(ConfigMaps, mutated(object, 3));
    api.delete(ConfigMaps, { namespace, name: 'moving' });
    wait(1_000);
    expect(seen(watched).slice(3)).toEqual(['ADDED moving 2', 'MODIFIED moving 3', 'DELETED moving 3']);
  });

  behaviour('api-machinery-099', () => {
    const { api, namespace, wait } = startConformance();
    const watches: Watched<ConfigMap>[] = [];
    let version = api.list(ConfigMaps, namespace).metadata.resourceVersion;
    const operations = 60;
    for (let i = 0; i < operations; i++) {
      const name = `cm-${i % 7}`;
      const existing = api.list(ConfigMaps, namespace, { fieldSelector: `metadata.name=${name}` }).items[0];
      if (!existing) api.create(ConfigMaps, named(name, 'order', namespace));
      else if (i % 3 === 0) api.delete(ConfigMaps, { namespace, name });
      else api.update(ConfigMaps, mutated(existing, i));
      watches.push(api.watch(ConfigMaps, namespace, { resourceVersion: version }));
      wait(50);
      version = watches[0]?.events.at(-1)?.object.metadata.resourceVersion ?? version;
    }
    wait(1_000);
    const versions = watches.map(({ events }) => events.map(({ object }) => object.metadata.resourceVersion));
    const all = versions[0] ?? [];
    expect(all).toHaveLength(operations);
    for (const each of versions) expect(each).toEqual(all.slice(all.length - each.length));
  });
});
