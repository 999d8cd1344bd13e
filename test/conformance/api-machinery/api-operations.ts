import { expect } from 'vitest';
import type { Draft, KubeObject, Resource } from '../../../src/api/types';
import { refusal, type Framework } from '../framework';

/** One kind, as upstream's tests of an API's operations go through it. */
export type Operations<T extends KubeObject> = {
  readonly kind: Resource<T>;
  readonly draft: Draft<T>;
  /** What a merge patch and then an update change in the spec, and how it is seen. */
  readonly patch: object;
  readonly update: (object: T) => T;
  readonly changed: (object: T) => unknown;
  /** Whether it has a status with conditions. */
  readonly status?: boolean;
};
type Conditioned = KubeObject & { readonly status?: { readonly conditions?: readonly { readonly type: string }[] } };
type Named = { readonly name: string };

/** The group, its version and the resource are in the three documents of discovery. */
export function expectDiscovered({ api }: Framework, { group, version, resource }: Resource, subresources: readonly string[] = []): void {
  const hasVersion = (entry: { readonly versions: readonly { readonly version: string }[] } | undefined) => entry?.versions.some((each) => each.version === version);
  const { groups } = api.json('/apis') as { readonly groups: readonly (Named & { readonly versions: readonly { readonly version: string }[] })[] };
  expect(hasVersion(groups.find(({ name }) => name === group))).toBe(true);
  expect(hasVersion(api.json(`/apis/${group}`) as (typeof groups)[number])).toBe(true);
  const { resources } = api.json(`/apis/${group}/${version}`) as { readonly resources: readonly Named[] };
  const plural = resource.split('.', 1)[0] ?? '';
  expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining([plural, ...subresources.map((each) => `${plural}/${each}`)]));
}

/** Everything that upstream does with a cluster-scoped kind: create, get, list, watch, patch, update, its status, delete, deletecollection. */
export function expectOperations<T extends KubeObject>(framework: Framework, { kind, draft: given, patch, update, changed, status = false }: Operations<T>): void {
  const { api, wait, cluster } = framework;
  expectDiscovered(framework, kind, status ? ['status'] : []);
  const labelSelector = 'example-e2e-label=mine';
  const draft: Draft<T> = { ...given, metadata: { generateName: 'e2e-example-', labels: { 'example-e2e-label': 'mine' } } };
  api.create(kind, draft);
  api.create(kind, draft);
  const created = api.create(kind, draft);
  const key = { name: created.metadata.name };
  expect(api.get(kind, key).metadata.uid).toBe(created.metadata.uid);
  const list = api.list(kind, undefined, { labelSelector });
  expect(list.items).toHaveLength(3);
  const watched = api.watch(kind, undefined, { labelSelector, resourceVersion: list.metadata.resourceVersion });

  const patched = api.patch(kind, key, { metadata: { annotations: { patched: 'true' } }, ...patch }, 'merge');
  expect(patched.metadata.annotations).toEqual({ patched: 'true' });
  expect(changed(patched)).not.toEqual(changed(created));
  expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
  const current = api.get(kind, key);
  const wanted = update({ ...current, metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, updated: 'true' } } });
  const updated = api.update(kind, wanted);
  expect(updated.metadata.annotations).toEqual({ patched: 'true', updated: 'true' });
  expect(changed(updated)).toEqual(changed(wanted));
  expect(changed(updated)).not.toEqual(changed(patched));
  wait(1_000);
  const events = watched.events.filter(({ object }) => object.metadata.uid === created.metadata.uid);
  expect(events.map(({ type }) => type)).toEqual(events.map(() => 'MODIFIED'));
  expect(events.some(({ object }) => object.metadata.annotations?.['patched'] === 'true')).toBe(true);
  expect(changed(events.at(-1)?.object ?? created)).toEqual(changed(updated));
  watched.subscription.unsubscribe();

  if (status) expectStatus(framework, kind, key.name, new Date(cluster.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'));

  api.delete(kind, key);
  expect(refusal(() => api.get(kind, key)).code).toBe(404);
  expect(api.list(kind, undefined, { labelSelector }).items).toHaveLength(2);
  api.deleteCollection(kind, undefined, { labelSelector });
  expect(api.list(kind, undefined, { labelSelector }).items).toEqual([]);
}

function expectStatus<T extends KubeObject>({ api }: Framework, kind: Resource<T>, name: string, lastTransitionTime: string): void {
  const before = api.get(kind, { name }, 'status');
  expect(before).toMatchObject({ kind: kind.kind, apiVersion: kind.apiVersion, metadata: { name } });
  const types = (object: KubeObject) => (object as Conditioned).status?.conditions?.map(({ type }) => type);
  const condition = (type: string) => ({ type, status: 'False', reason: 'E2E', message: 'Set from an e2e test', lastTransitionTime });
  const patched = api.patch(kind, { name }, { status: { conditions: [condition('PatchStatusFailed')] } }, 'merge', 'status');
  expect(types(patched)).toContain('PatchStatusFailed');
  const { status } = patched as Conditioned;
  const updated = api.update(kind, { ...patched, status: { ...status, conditions: [...status?.conditions ?? [], condition('StatusUpdateFailed')] } }, 'status');
  expect(types(updated)).toEqual(expect.arrayContaining(['PatchStatusFailed', 'StatusUpdateFailed']));
  expect(updated.metadata.generation).toBe(before.metadata.generation);
}
