import type { FieldError } from '../api/status';
import type { KubeObject, Resource } from '../api/types';
import { emptyStruct } from '../schema/decode';
import { definitionOf } from '../schema/facts';
import type { Shape } from '../schema/field-set/shape';
import type { OpenApiOfKind } from '../schema/openapi';
import { resourceFacts, resourceName, type ResourceFacts } from '../schema/resources';
import { awaitingController } from './awaiting';
import type { CustomSchema } from './custom-resources/kinds';
import { metadataRules } from './object-meta';
import { otherColumns } from './other-columns';

/** One column of a server-side table; `value` makes the cell. `priority` 1 is shown with `-o wide` only. */
export type Column<T> = {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly priority?: 0 | 1;
  readonly description?: string;
  /** A cell that the table's head does not tell of. */
  readonly undeclared?: true;
  value(object: T, now: number): string | number | boolean | null;
};

/** A method's type, so that a kind of pods is still a kind of objects. */
type FieldOf<T> = { of(object: T): string }['of'];

/** As above, for a write of a part. */
type PartOf<T> = { of(object: T, previous: T): T }['of'];

/** As above, for validation. */
type Rules<T> = { judge(object: T, context: RuleContext<T>): Iterable<FieldError> }['judge'];

/** What validation may know besides the object: the stored one on an update, and which part is being written. */
export type RuleContext<T> = { readonly previous?: T | undefined; readonly subresource?: string | undefined };

/** The form of an object's name, as upstream's name checks call it. */
export type NameForm = 'subdomain' | 'label' | 'rfc1035' | 'path-segment' | 'ip';

/**
 * What the schema cannot say about a kind. All functions are pure: they take objects and give objects, sharing what did not change.
 */
export type KindBehaviour<T extends KubeObject> = {
  /** Fills what a client left out, after decoding and before admission. Returns what lacks nothing as it is. Decoding has put Go's zero values in. */
  defaults?(object: T): T;
  /** The strategy's preparation before a create: sets what only the server may set. The status of a kind with that subresource is empty already. */
  prepareForCreate?(object: T): T;
  /** Before an update of the main resource: keeps what a client may not change. The status of a kind with that subresource is the stored one already. */
  prepareForUpdate?(object: T, previous: T): T;
  /** Validation beyond types, required fields and metadata, as upstream's validation package; of the main resource. */
  rules?(object: T, context: RuleContext<T>): Iterable<FieldError>;
  /** The same for a write of a part of the object through a subresource. */
  partRules?(object: T, context: RuleContext<T>): Iterable<FieldError>;
  /** Before a write of the status is judged: what the server itself says there. `now` in milliseconds. */
  prepareStatus?(object: T, previous: T, now: number): T;
  /** What is said of an object that is accepted all the same, as Warning headers; with the stored one on an update. */
  warnings?(object: T, previous?: T): Iterable<string>;
  /** Said with every answer about the kind: `v1 Endpoints is deprecated in v1.33+`. */
  readonly deprecation?: string;
  /** Objects that are stored nowhere: found anew for each reading, all of them, those of a namespace, or those of a name. */
  computed?(namespace?: string, name?: string): readonly T[];
  /** What a write through a subresource other than status changes: takes that part of the object, and all else from the stored one. */
  readonly parts?: Readonly<Record<string, PartOf<T>>>;
  /** Finalizers need no domain before their name: so with definitions and custom resources. */
  readonly anyFinalizers?: boolean;
  /** Whether metadata.generation counts spec changes (true for kinds whose strategy does); some count changes of annotations or of the status too. */
  readonly generation?: boolean | 'with-annotations' | 'with-status';
  /** What a delete makes of the object instead of removing it: marked, and waiting for somebody to let it go. `time` is the deletion's. */
  beginDeletion?(object: T, time: string): T;
  /** The name's form; subdomain when absent. */
  readonly nameForm?: NameForm;
  /** Field selectors beside metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, FieldOf<T>>>;
  /** Columns after the upstream printer; without them the default table (Name, Created At) is given. */
  readonly columns?: readonly Column<T>[];
  /** The order of a table's rows, where it is not that of the names. */
  tableOrder?(a: T, b: T): number;
  /** Updates without resourceVersion are refused, as some strategies do. */
  readonly requiresVersionOnUpdate?: boolean;
  /** A client may say what the status is when it creates the object, as kubelets do of their nodes. */
  readonly statusOnCreate?: boolean;
  /** How its fields are owned, for kinds without a built-in definition. */
  readonly ownedAs?: Shape;
};

/**
 * Objects of one kind kept as objects of another, as one storage serves several versions: autoscaling/v1 over v2, events.k8s.io over core,
 * the versions of a custom resource. Both functions are pure; a conversion webhook's may throw StatusError.
 */
export type StoredAs = {
  readonly kind: Kind<KubeObject>;
  toStored(object: KubeObject): KubeObject;
  fromStored(object: KubeObject): KubeObject;
};

/** A kind, whole: where it is served, its schema, and its behaviour. */
export type Kind<T extends KubeObject = KubeObject> = Resource<T> &
  KindBehaviour<T> & {
    readonly facts: ResourceFacts;
    /** The name of its schema; absent for kinds that have none. */
    readonly definition?: string;
    /** True for a kind that something acts on upstream and nothing here: objects are stored, and that is all. */
    readonly awaitsController: boolean;
    /** The kind in whose place and form its objects are stored, when that is another. */
    readonly stored?: StoredAs;
    /** Of a custom resource: what its definition says. */
    readonly schema?: CustomSchema;
    /** Its schemas as OpenAPI shows them, where they are not among the built-in definitions. */
    readonly openApi?: OpenApiOfKind;
  };

/**
 * A kind from the 1.36 resource table, at its preferred version, plus what is written here. `resource` is `plural.group` (`deployments.apps`) or `plural`.
 * @throws Error when the table has no such resource.
 */
export function defineKind<T extends KubeObject>(resource: string, behaviour: KindBehaviour<T> = {}): Kind<T> {
  const facts = resourceFacts(resource);
  if (!facts) throw new Error(`no resource ${resource} in the resource table`);
  return kindFrom(facts, behaviour);
}

/** A kind from facts of any origin: the resource table's, or those of a custom resource. */
export function kindFrom<T extends KubeObject>(facts: ResourceFacts, behaviour: KindBehaviour<T>): Kind<T> {
  const resource = resourceName(facts);
  const { group, version, kind, namespaced } = facts;
  const apiVersion = group ? `${group}/${version}` : version;
  const awaitsController = awaitingController.has(resource);
  const definition = definitionOf(facts);
  const columns = behaviour.columns ?? otherColumns[resource];
  return {
    ...behaviour,
    ...commonBehaviour(facts, behaviour),
    ...(columns && { columns }),
    resource,
    group,
    version,
    apiVersion,
    kind,
    namespaced,
    facts,
    awaitsController,
    ...(definition !== undefined && { definition }),
  };
}

/** What holds for every kind, around what the kind's own file says. */
function commonBehaviour<T extends KubeObject>(facts: ResourceFacts, own: KindBehaviour<T>): KindBehaviour<T> {
  const hasStatus = facts.subresources.some(({ name }) => name === 'status');
  const definition = definitionOf(facts);
  const emptyStatus = definition === undefined ? undefined : emptyStruct(definition)['status'];
  return {
    prepareForCreate(object) {
      const fresh = hasStatus && !own.statusOnCreate ? withStatus(object, emptyStatus) : object;
      return own.prepareForCreate?.(fresh) ?? fresh;
    },
    prepareForUpdate(object, previous) {
      const kept = hasStatus ? withStatus(object, statusOf(previous)) : object;
      return own.prepareForUpdate?.(kept, previous) ?? kept;
    },
    rules: rulesAround(facts, own),
  };
}

/** What every object's metadata is judged by, and after it what the kind's own file says. */
const rulesAround = <T extends KubeObject>(facts: ResourceFacts, own: KindBehaviour<T>): Rules<T> => (object, context) => {
  const metadata = metadataRules(object.metadata, context.previous?.metadata, facts.namespaced, own.nameForm ?? 'subdomain', own.anyFinalizers);
  const rest = context.subresource ? own.partRules?.(object, context) : own.rules?.(object, context);
  return rest === undefined ? metadata : metadata.length > 0 ? [...metadata, ...rest] : rest;
};

/** Gives a kind its rules, which came later than itself. It stays the same value: whoever holds it knows them from now on. */
export function judge<T extends KubeObject>(kind: Kind<T>, own: Pick<KindBehaviour<T>, 'rules' | 'partRules'>): void {
  const { nameForm, anyFinalizers } = kind;
  const form = { ...(nameForm && { nameForm }), ...(anyFinalizers !== undefined && { anyFinalizers }) };
  Object.assign(kind, own, { rules: rulesAround(kind.facts, { ...form, ...own }) });
}

type MayHaveStatus = KubeObject & { readonly status?: unknown };
const statusOf = (object: MayHaveStatus): unknown => object.status;

function withStatus<T extends KubeObject>(object: T, status: unknown): T {
  if (statusOf(object) === status) return object;
  if (status !== undefined) return { ...object, status };
  const { status: _status, ...rest }: MayHaveStatus = object;
  return rest as T; // the same object but for a part that its type allows to be absent
}
