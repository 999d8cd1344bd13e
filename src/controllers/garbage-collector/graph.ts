import { keyText } from '../../api/keys';
import type { KubeObject } from '../../api/types';
import { finalizers } from '../../kinds/core/well-known';
import type { Kind } from '../../kinds/define';
import { equal } from '../../lib/equality';
import type { Changed } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { OwnerReference } from '../../schema/types';
import { comingAndGoing } from '../served-kinds';
import { Dependents, idOf } from './dependents';

/** Kinds the collector does not look after: events come and go by their own time. */
const ignored: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

export const isWaitingForDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizers.foreground) === true;
export const isOrphaning = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizers.orphan) === true;

/** All objects and their owners, as far as the caches have seen them; says which ones a change makes worth a look. */
export class Graph {
  readonly dependents = new Dependents();
  /** Objects that name an owner of a kind nobody knows: worth a look when kinds come. */
  readonly #unjudged = new Set<string>();
  #byResource: ReadonlyMap<string, Kind> = new Map();
  #byGroupKind: ReadonlyMap<string, Kind> = new Map();

  constructor(private readonly informers: Informers) {}

  /** Looks after these kinds from now on; says which of them are new, and the resources that are served no more. */
  serve(kinds: Iterable<Kind>): { readonly come: readonly Kind[]; readonly gone: readonly string[] } {
    const all = [...kinds];
    const collected = all.filter(({ resource, facts: { verbs } }) => !ignored.has(resource) && ['list', 'watch', 'delete'].every((verb) => verbs.includes(verb)));
    const changes = comingAndGoing(this.#byResource, collected);
    this.#byResource = new Map(collected.map((kind) => [kind.resource, kind]));
    this.#byGroupKind = new Map(all.map((kind) => [`${kind.group}/${kind.kind}`, kind]));
    return changes;
  }

  /** The objects that could not be judged for want of a kind; they are forgotten with the question. */
  takeUnjudged(): readonly string[] {
    const ids = [...this.#unjudged];
    this.#unjudged.clear();
    return ids;
  }

  kindNamed(resource: string): Kind | undefined { return this.#byResource.get(resource); }

  kindOf({ apiVersion, kind }: Pick<OwnerReference, 'apiVersion' | 'kind'>): Kind | undefined {
    const slash = apiVersion.indexOf('/');
    return this.#byGroupKind.get(`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`);
  }

  /** An object as its cache has it. */
  cached(resource: string, key: string): KubeObject | undefined { return this.informers.existing(resource)?.get(key); }

  /** Takes a change in; yields the ids to look at because of it. */
  *take(kind: Kind, { key, previous, next }: Changed<KubeObject>): Generator<string> {
    const id = idOf(kind, key);
    const replaced = previous !== undefined && next !== undefined && previous.metadata.uid !== next.metadata.uid;
    this.dependents.update(id, previous, next);
    if (previous && (!next || replaced)) yield* this.#gone(previous);
    if (next) yield* this.#changed(id, replaced ? undefined : previous, next);
  }

  /** Its dependents may be garbage now, and owners that waited for it may go on. */
  *#gone(object: KubeObject): Generator<string> {
    yield* this.dependents.of(object.metadata.uid);
    yield* this.#waitingOwners(object);
  }

  *#changed(id: string, previous: KubeObject | undefined, next: KubeObject): Generator<string> {
    const references = next.metadata.ownerReferences;
    if (!previous || (previous.metadata.ownerReferences !== references && !equal(previous.metadata.ownerReferences, references))) {
      if (references?.some((reference) => !this.#isSolid(reference, next))) yield id;
      else if (references?.some((reference) => !this.kindOf(reference))) this.#unjudged.add(id);
      if (previous) yield* this.#waitingOwners(previous);
    }
    if (isWaitingForDependents(next) && !(previous && isWaitingForDependents(previous))) {
      yield id;
      yield* this.dependents.of(next.metadata.uid);
    } else if (isOrphaning(next) && !(previous && isOrphaning(previous))) yield id;
  }

  *#waitingOwners(object: KubeObject): Generator<string> {
    for (const reference of object.metadata.ownerReferences ?? []) {
      const kind = this.kindOf(reference);
      const owner = kind && this.#owner(kind, reference, object);
      if (kind && owner && isWaitingForDependents(owner)) yield idOf(kind, ownerKey(kind, reference, object));
    }
  }

  /** The cache shows the owner, and it stays. Of kinds unknown here nothing is presumed: their objects' dependents are left alone. */
  #isSolid(reference: OwnerReference, object: KubeObject): boolean {
    const kind = this.kindOf(reference);
    if (!kind) return true;
    const owner = this.#owner(kind, reference, object);
    return owner !== undefined && !isWaitingForDependents(owner);
  }

  #owner(kind: Kind, reference: OwnerReference, object: KubeObject): KubeObject | undefined {
    const owner = this.cached(kind.resource, ownerKey(kind, reference, object));
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }
}

/** Owners are looked for in the object's own namespace, or at cluster scope. */
export const ownerKey = ({ namespaced }: Kind, { name }: OwnerReference, { metadata: { namespace } }: KubeObject): string =>
  keyText({ namespace: namespaced ? namespace : undefined, name });
