import { controllerOf } from '../../src/api/keys';
import { StatusError } from '../../src/api/status';
import type { KubeObject, Resource } from '../../src/api/types';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { annotations, labels } from '../../src/kinds/core/well-known';
import { firstCatalog } from '../../src/kinds/first-kinds';
import { unlessGone } from '../../src/runtime/claim';
import type { World } from './world';

/** Something a user does, or waits for. */
export type Step = { readonly what: string; run(world: World): void };
/** A manifest: what is not told is the server's. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
};

const catalog = firstCatalog();
const kinds = new Map([...catalog.preferred()].map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind]));

function kindOf(apiVersion: string, kind: string): Resource<KubeObject> {
  const found = kinds.get(`${apiVersion}/${kind}`);
  if (!found) throw new Error(`no kind ${apiVersion}/${kind}`);
  return found;
}
const named = (resource: string): Resource<KubeObject> => {
  const found = catalog.find(resource);
  if (!found) throw new Error(`no resource ${resource}`);
  return found;
};
const ConfigMaps = named('configmaps');
const Pods = named('pods');
const place = (name: string) => ({ namespace: 'default', name });

export const wait = (seconds: number): Step => ({ what: `${seconds} s pass`, run: (world) => world.advance(seconds * 1_000) });
/** Long enough for everything, a crashed node's return included. */
export const settle: Step = { what: 'it settles', run: (world) => world.advance(15 * 60_000) };

/** Creates what is not there, and changes what is. */
export const apply = ({ apiVersion, kind, ...rest }: Manifest): Step => ({
  what: `apply ${kind} ${rest.metadata.name}`,
  run: ({ client }) => {
    const resource = kindOf(apiVersion, kind);
    const metadata = { ...(resource.namespaced && { namespace: 'default' }), ...rest.metadata };
    if (unlessGone(() => client.get(resource, metadata))) client.patch(resource, metadata, rest);
    else client.create(resource, { ...rest, metadata });
  },
});

export const patch = (resource: string, name: string, body: object, subresource?: string): Step =>
  ({ what: `patch ${resource}/${name}`, run: ({ client }) => void client.patch(named(resource), place(name), body, 'strategic', subresource) });

/** The same in another namespace than default. */
export const patchIn = (namespace: string, resource: string, name: string, body: object): Step =>
  ({ what: `patch ${resource}/${name} of ${namespace}`, run: ({ client }) => void client.patch(named(resource), { namespace, name }, body) });

export const scale = (resource: string, name: string, replicas: number): Step => patch(resource, name, { spec: { replicas } });
/** The first container's image, whatever its name: all manifests here call it `main`. */
export const image = (resource: string, name: string, to: string): Step => patch(resource, name, { spec: { template: { spec: { containers: [{ name: 'main', image: to }] } } } });

export type Propagation = 'Foreground' | 'Background' | 'Orphan';
export const remove = (resource: string, name: string, propagationPolicy: Propagation = 'Background'): Step =>
  ({ what: `delete ${resource}/${name}, ${propagationPolicy}`, run: ({ client }) => void client.delete(named(resource), resource === 'namespaces' ? { name } : place(name), { propagationPolicy }) });

/** Deletes pods that match, without asking anybody. */
export const removePods = (selector: string, count = Infinity): Step => ({
  what: `delete ${count} pods of ${selector}`,
  run: ({ client }) => { for (const pod of client.list(Pods, 'default', { labelSelector: selector }).items.slice(0, count)) client.delete(Pods, pod.metadata); },
});

/** Gives the first pod that matches other labels. */
export const relabelPod = (selector: string, labelsOfPod: Readonly<Record<string, string>>): Step => ({
  what: `relabel a pod of ${selector}`,
  run: ({ client }) => { for (const { metadata } of client.list(Pods, 'default', { labelSelector: selector }).items.slice(0, 1)) client.patch(Pods, metadata, { metadata: { labels: labelsOfPod } }); },
});

export const labelNode = (name: string, labelsOfNode: Readonly<Record<string, string>>): Step =>
  ({ what: `label node ${name}`, run: ({ client }) => void client.patch(named('nodes'), { name }, { metadata: { labels: labelsOfNode } }) });

/** As `kubectl rollout undo` of a Deployment: the template before the present one. */
export const undo = (name: string): Step => ({
  what: `undo deployment/${name}`,
  run: ({ client }) => {
    const { metadata: { uid } } = client.get(Deployments, place(name));
    const number = (each: KubeObject): number => Number(each.metadata.annotations?.[annotations.revision] ?? 0);
    const before = client.list(ReplicaSets, 'default').items.filter((each) => controllerOf(each)?.uid === uid).sort((a, b) => number(b) - number(a))[1];
    if (!before) throw new Error('nothing to go back to');
    const { [labels.podTemplateHash]: _hash, ...own } = before.spec.template?.metadata?.labels ?? {};
    client.patch(Deployments, place(name), [{ op: 'replace', path: '/spec/template', value: { ...before.spec.template, metadata: { labels: own } } }], 'json');
  },
});

/** As `kubectl rollout undo` of what keeps ControllerRevisions. */
export const undoRevision = (resource: string, name: string): Step => ({
  what: `undo ${resource}/${name}`,
  run: ({ client }) => {
    const kind = named(resource);
    const { metadata: { uid } } = client.get(kind, place(name));
    const before = client.list(ControllerRevisions, 'default').items.filter((each) => controllerOf(each)?.uid === uid).sort((a, b) => b.revision - a.revision)[1];
    if (!before) throw new Error('nothing to go back to');
    client.patch(kind, place(name), before.data, 'strategic');
  },
});

/** Asks that a pod goes; a budget may refuse. */
export const evict = (name: string): Step => ({
  what: `evict ${name}`,
  run: ({ client }) => {
    try { client.evict(Pods, client.get(Pods, place(name))); } catch (error) { if (!StatusError.is(error, 'TooManyRequests')) throw error; }
  },
});

/** What all pods of the application use together, in milli-CPU: each takes its part. */
export const load = (milli: number): Step => ({ what: `a load of ${milli}m`, run: (world) => { world.loadMilli = milli; } });

/** A ConfigMap that others own, and somebody may hold by finalizers. */
export const owned = (name: string, owners: readonly string[], finalizers?: readonly string[]): Step => ({
  what: `configmap/${name} of ${owners.join()}`,
  run: ({ client }) => {
    const ownerReferences = owners.map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: client.get(ConfigMaps, place(owner)).metadata.uid, blockOwnerDeletion: true }));
    const metadata = { ...place(name), ownerReferences, ...(finalizers && { finalizers }) };
    if (unlessGone(() => client.get(ConfigMaps, metadata))) client.patch(ConfigMaps, metadata, { metadata: { ownerReferences } });
    else client.create(ConfigMaps, { metadata });
  },
});
