import { controllerOf } from '../../../src/api/keys';
import type { KubeObject, Resource } from '../../../src/api/types';
import type { Seen } from './invariant';

type Entry = { object: KubeObject | undefined; readonly past: { readonly object: KubeObject; readonly untilMs: number }[] };
const keptMs = 60_000;

/** Every object as it is, and as it was a moment ago: what components may act on whose caches are a little late. */
export class Known {
  readonly #entries = new Map<string, Entry>();
  readonly #byController = new Map<string, Set<string>>();
  readonly #byNode = new Map<string, Set<string>>();
  readonly #byUid = new Map<string, KubeObject>();

  take({ resource, next, previous, now }: Seen): void {
    const { namespace = '', name = '' } = (next ?? previous)?.metadata ?? {};
    const key = `${resource} ${namespace}/${name}`;
    const entry = this.#entries.get(key) ?? { object: undefined, past: [] };
    this.#entries.set(key, entry);
    if (previous) {
      while (entry.past[0] && entry.past[0].untilMs < now - keptMs) entry.past.splice(0, 1);
      entry.past.push({ object: previous, untilMs: now });
      this.#index(this.#byController, controllerOf(previous)?.uid, key, false);
      this.#index(this.#byNode, nodeOf(resource, previous), key, false);
    }
    entry.object = next;
    if (!next) return;
    this.#byUid.set(next.metadata.uid, next);
    this.#index(this.#byController, controllerOf(next)?.uid, key, true);
    this.#index(this.#byNode, nodeOf(resource, next), key, true);
  }

  get<T extends KubeObject>({ resource }: Resource<T>, namespace: string | undefined, name: string): T | undefined {
    return this.#entries.get(`${resource} ${namespace ?? ''}/${name}`)?.object as T | undefined;   // stored under its kind
  }

  /** The object of a uid, as it was last: gone or not. */
  ofUid(uid: string): KubeObject | undefined { return this.#byUid.get(uid); }

  /** The object now and in the last `withinMs`, newest first. Objects that had its name before are not among them. */
  recent<T extends KubeObject>(object: T, { resource }: Resource<T>, now: number, withinMs: number): readonly T[] {
    const { namespace = '', name, uid } = object.metadata;
    const entry = this.#entries.get(`${resource} ${namespace}/${name}`);
    if (!entry) return [];
    const past = entry.past.filter((each) => each.untilMs >= now - withinMs && each.object.metadata.uid === uid).map((each) => each.object);
    return [...(entry.object?.metadata.uid === uid ? [entry.object] : []), ...past.reverse()] as T[];   // stored under its kind
  }

  /** What of a kind the object of this uid controls. */
  *controlledBy<T extends KubeObject>(uid: string, { resource }: Resource<T>): Generator<T> { yield* this.#of(this.#byController.get(uid), resource); }
  *onNode<T extends KubeObject>(node: string, { resource }: Resource<T>): Generator<T> { yield* this.#of(this.#byNode.get(node), resource); }
  *all<T extends KubeObject>({ resource }: Resource<T>): Generator<T> { yield* this.#of(this.#entries.keys(), resource); }

  *#of<T extends KubeObject>(keys: Iterable<string> | undefined, resource: string): Generator<T> {
    for (const key of keys ?? []) {
      const object = key.startsWith(`${resource} `) ? this.#entries.get(key)?.object : undefined;
      if (object) yield object as T;   // stored under its kind
    }
  }

  #index(index: Map<string, Set<string>>, by: string | undefined, key: string, there: boolean): void {
    if (by === undefined) return;
    const keys = index.get(by) ?? new Set();
    index.set(by, keys);
    if (there) keys.add(key); else keys.delete(key);
  }
}

const nodeOf = (resource: string, object: KubeObject): string | undefined =>
  (resource === 'pods' ? (object as { readonly spec?: { readonly nodeName?: string } }).spec?.nodeName || undefined : undefined);
