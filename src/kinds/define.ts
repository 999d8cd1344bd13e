import type { FieldError } from '../api/status';
import type { KubeObject, Resource } from '../api/types';
import { resourceFacts, type ResourceFacts } from '../schema/resources';

/** One column of a server-side table; `value` makes the cell. `priority` 1 is shown with `-o wide` only. */
export type Column<T> = {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly priority?: 0 | 1;
  readonly description?: string;
  value(object: T, now: number): string | number | boolean | null;
};

/** A method's type, so that a kind of pods is still a kind of objects. */
type FieldOf<T> = { of(object: T): string }['of'];

/** What validation may know besides the object: the stored one on an update, and which part is being written. */
export type RuleContext<T> = { readonly previous?: T | undefined; readonly subresource?: string | undefined };

/**
 * What the schema cannot say about a kind. All functions are pure: they take objects and give objects, sharing what did not change.
 */
export type KindBehaviour<T extends KubeObject> = {
  /** Fills what a client left out, after decoding and before admission. Returns what lacks nothing as it is. */
  defaults?(object: T): T;
  /** The strategy's preparation before a create: sets what only the server may set, drops what a client may not (status). */
  prepareForCreate?(object: T): T;
  /** Before an update of the main resource: keeps what a client may not change (status by default is kept for kinds with that subresource). */
  prepareForUpdate?(object: T, previous: T): T;
  /** Validation beyond types and required fields, as upstream's validation package. */
  rules?(object: T, context: RuleContext<T>): Iterable<FieldError>;
  /** Whether metadata.generation counts spec changes (true for kinds whose strategy does). */
  readonly generation?: boolean;
  /** The name's form; subdomain when absent. */
  readonly nameForm?: 'subdomain' | 'label' | 'rfc1035' | 'path-segment';
  /** Field selectors beside metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, FieldOf<T>>>;
  /** Columns after the upstream printer; without them the default table (Name, Created At) is given. */
  readonly columns?: readonly Column<T>[];
  /** Updates without resourceVersion are refused, as some strategies do. */
  readonly requiresVersionOnUpdate?: boolean;
};

/** A kind, whole: where it is served, its schema, and its behaviour. */
export type Kind<T extends KubeObject = KubeObject> = Resource<T> & { readonly facts: ResourceFacts } & KindBehaviour<T>;

/**
 * A kind from the 1.36 resource table plus what is written here. `resource` is `plural.group` (`deployments.apps`) or `plural`.
 * @throws Error when the table has no such resource.
 */
export function defineKind<T extends KubeObject>(resource: string, behaviour: KindBehaviour<T> = {}): Kind<T> {
  const facts = resourceFacts(resource);
  if (!facts) throw new Error(`no resource ${resource} in the resource table`);
  const { group, version, kind, namespaced } = facts;
  return { ...behaviour, resource, group, version, apiVersion: group ? `${group}/${version}` : version, kind, namespaced, facts };
}
