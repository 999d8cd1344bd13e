import { invalid, type FieldError } from '../api/status';
import type { KubeObject } from '../api/types';
import type { Kind } from '../kinds/define';
import { Services } from '../kinds/core/service';
import { equal } from '../lib/equality';
import type { Service } from '../schema/types';
import type { Attributes } from './admission/types';
import { namespaceOf, type Scope } from './context';
import { notEmulated } from './not-emulated';
import { optionsOf } from './request-options';
import { sameOwners } from './ownership/owners';
import { owned, ownedLike, ownersOf, Ownership, ownershipOf } from './ownership/record';
import { writerOf } from './ownership/writer';

const isService = (object: KubeObject): object is Service => object.kind === Services.kind && object.apiVersion === Services.apiVersion;

/**
 * The way of every new object: admission changes it, the strategy prepares it, validation and admission judge it, the store takes it. `defaulted` and its
 * metadata were made for this.
 */
export function storeNew(scope: Scope, defaulted: KubeObject, given?: Ownership): KubeObject {
  const { context, kind, request } = scope;
  const attributes = attributesOf(scope, 'create', defaulted);
  const mutated = context.admission.mutate(defaulted, attributes);
  const admitted = kind.prepareForCreate?.(mutated) ?? mutated;
  refuse(scope, admitted, kind.rules?.(admitted, {}));
  if (!request.cause) warn(scope, admitted);
  const afterwards = context.admission.judge(admitted === defaulted ? attributes : { ...attributes, object: admitted });
  const dryRun = request.options?.dryRun === true;
  const complete = isService(admitted) ? context.addresses.assign(admitted, undefined, dryRun) : admitted;
  const ownership = given ?? (isStoredAsMade(scope, defaulted, complete) ? Ownership.created(writerOf(kind, request), context.scheduler.now()) : noted(scope, defaulted));
  if (dryRun) { context.storage.checkAbsent(kind, complete); return owned(complete, ownership); }
  const stored = context.storage.create(kind, complete, request.cause, ownership, complete.metadata === defaulted.metadata);
  afterwards?.();
  if (isService(stored)) context.addresses.settle(undefined, stored);
  return stored;
}

/**
 * The way of every change of an object; also finishes a deletion whose last finalizer went. Writes nothing when nothing differs. `ownership` is said by
 * those who know it; else it follows from what was changed.
 */
export function storeChange(scope: Scope, defaulted: KubeObject, previous: KubeObject, given?: Ownership): KubeObject {
  const { context, kind, request } = scope;
  const attributes = attributesOf(scope, 'update', defaulted, previous);
  const mutated = context.admission.mutate(defaulted, attributes);
  const admitted = prepared(scope, mutated, previous);
  refuse(scope, admitted, kind.rules?.(admitted, { previous, subresource: request.subresource }));
  if (!request.cause) warn(scope, admitted, previous);
  const afterwards = context.admission.judge(admitted === defaulted ? attributes : { ...attributes, object: admitted });
  const dryRun = request.options?.dryRun === true;
  const oldService = isService(previous) ? previous : undefined;
  const complete = isService(admitted) ? context.addresses.assign(admitted, oldService, dryRun) : admitted;
  const unchanged = equal(complete, previous);
  if (unchanged && !(given && changesOwners(scope, given, previous))) return previous;
  // The deployment controller notes its revision through the status.
  const changed = request.subresource === 'status' ? complete : withGeneration(kind.generation, complete, previous);
  const next = unchanged ? { ...previous } : changed;
  const ownership = given ?? (isStoredAsMade(scope, defaulted, next) ? notedAsStored(scope, next, previous) : noted(scope, defaulted, previous));
  if (dryRun) return owned(next, ownership);
  if (isFinallyDeleted(next, kind)) return owned(remove(scope, next, previous), ownership);
  const stored = context.storage.replace(kind, next, previous, request.cause, ownership);
  afterwards?.();
  if (isService(stored)) context.addresses.settle(oldService, stored);
  return stored;
}

/** The note of who made `after` of `before`, to be worked out when somebody asks. `base` is who owned what until then. */
export function noted({ context, kind, request }: Scope, after: KubeObject, before?: KubeObject, base = before && ownershipOf(before)): Ownership {
  const note = Ownership.written(writerOf(kind, request), context.scheduler.now(), after, before, base);
  if (note.isLong) note.owners(context.kinds, after);
  return note;
}

/** What a client's words became is what will be stored, so that a note of it need not keep it. */
const isStoredAsMade = ({ kind }: Scope, made: KubeObject, stored: KubeObject): boolean => made === stored && !kind.stored;

/** The same note, where `after` is stored as it is: one with the note before, if the same writer goes on. */
function notedAsStored({ context, kind, request }: Scope, after: KubeObject, before: KubeObject): Ownership {
  const [writer, at, base] = [writerOf(kind, request), context.scheduler.now(), ownershipOf(before)];
  const continued = base?.continued(writer, at, before, after);
  if (continued) return continued;
  const note = Ownership.written(writer, at, undefined, before, base);
  if (note.isLong) note.owners(context.kinds, after);
  return note;
}

const changesOwners = ({ context: { kinds } }: Scope, given: Ownership, previous: KubeObject): boolean =>
  !sameOwners(given.owners(kinds, previous), ownersOf(kinds, previous));

/** What the strategy makes of a change before it is judged. */
function prepared({ context, kind, request: { subresource } }: Scope, object: KubeObject, previous: KubeObject): KubeObject {
  if (subresource === undefined) return kind.prepareForUpdate?.(object, previous) ?? object;
  return subresource === 'status' ? kind.prepareStatus?.(object, previous, context.scheduler.now()) ?? object : object;
}

function warn({ kind, warnings, request }: Scope, object: KubeObject, previous?: KubeObject): void {
  if (kind.warnings && !request.subresource) warnings.push(...kind.warnings(object, previous));
  if (!previous) warnings.push(...notEmulated(kind, object));
}

/** Takes the object out of the store; returns it as it was last, at the revision of its removal: whoever removed it can wait until its cache has seen that. */
export function remove({ context, kind, request }: Scope, last: KubeObject, previous: KubeObject): KubeObject {
  context.storage.remove(kind, previous, request.cause);
  if (isService(previous)) context.addresses.settle(previous, undefined);
  return ownedLike({ ...last, metadata: { ...last.metadata, resourceVersion: String(context.storage.revision) } }, previous);
}

export function attributesOf(scope: Scope, operation: Attributes['operation'], object: KubeObject, previous?: KubeObject): Attributes {
  const { context: { storage, scheduler, kinds, authorizer, annotate }, kind, request, warnings } = scope;
  return {
    operation, kind, object, previous, storage, warnings,
    subresource: request.subresource,
    namespace: namespaceOf(scope),
    name: object.metadata.name,
    user: request.user,
    dryRun: request.options?.dryRun === true,
    now: scheduler.now(),
    cause: request.cause,
    kinds,
    authorizer,
    options: () => optionsOf(request),
    annotate,
  };
}

/** Throws Invalid when validation found anything. */
export function refuse({ kind }: Pick<Scope, 'kind'>, object: KubeObject, found: Iterable<FieldError> | undefined): void {
  if (!found) return;
  const errors = [...found];
  if (errors.length > 0) throw invalid(kind, object.metadata.name, errors);
}

/** Being deleted, with nobody left to wait for. */
const isFinallyDeleted = ({ metadata }: KubeObject, kind: Kind): boolean =>
  metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length && (metadata.deletionGracePeriodSeconds ?? (kind.beginDeletion ? 0 : 1)) === 0;

/** `generation` counts the changes of everything but metadata and status; for some kinds those of annotations or of the status too. */
function withGeneration(counts: Kind['generation'], next: KubeObject, previous: KubeObject): KubeObject {
  if (!counts) return next;
  const sameAnnotations = counts !== 'with-annotations' || equal(next.metadata.annotations, previous.metadata.annotations);
  const counted = counts === 'with-status' ? withoutMetadata : essence;
  if (sameAnnotations && equal(counted(next), counted(previous))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } };
}

const withoutMetadata = ({ metadata: _metadata, ...rest }: KubeObject): object => rest;
function essence(object: KubeObject & { readonly status?: unknown }): object {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}
