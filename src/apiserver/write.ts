import { invalid, type FieldError } from '../api/status';
import type { KubeObject } from '../api/types';
import type { Kind } from '../kinds/define';
import { Services } from '../kinds/core/service';
import { equal } from '../lib/equality';
import type { Service } from '../schema/types';
import type { Attributes } from './admission/types';
import { namespaceOf, type Scope } from './context';
import { notEmulated } from './not-emulated';

const isService = (object: KubeObject): object is Service => object.kind === Services.kind && object.apiVersion === Services.apiVersion;

/** The way of every new object: admission changes it, the strategy prepares it, validation and admission judge it, the store takes it. */
export function storeNew(scope: Scope, defaulted: KubeObject): KubeObject {
  const { context, kind, request } = scope;
  const attributes = attributesOf(scope, 'create', defaulted);
  const mutated = context.admission.mutate(defaulted, attributes);
  const admitted = kind.prepareForCreate?.(mutated) ?? mutated;
  refuse(scope, admitted, kind.rules?.(admitted, {}));
  if (!request.cause) warn(scope, admitted);
  const afterwards = context.admission.judge(admitted === defaulted ? attributes : { ...attributes, object: admitted });
  const dryRun = request.options?.dryRun === true;
  const complete = isService(admitted) ? context.addresses.assign(admitted, undefined, dryRun) : admitted;
  if (dryRun) { context.storage.checkAbsent(kind, complete); return complete; }
  const stored = context.storage.create(kind, complete, request.cause);
  afterwards?.();
  if (isService(stored)) context.addresses.settle(undefined, stored);
  return stored;
}

/** The way of every change of an object; also finishes a deletion whose last finalizer went. Writes nothing when nothing differs. */
export function storeChange(scope: Scope, defaulted: KubeObject, previous: KubeObject): KubeObject {
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
  if (equal(complete, previous)) return previous;
  const next = request.subresource === 'status' ? complete : withGeneration(kind.generation, complete, previous);   // the deployment controller notes its revision through the status
  if (dryRun) return next;
  if (isFinallyDeleted(next)) return remove(scope, next, previous);
  const stored = context.storage.replace(kind, next, previous, request.cause);
  afterwards?.();
  if (isService(stored)) context.addresses.settle(oldService, stored);
  return stored;
}

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
  return { ...last, metadata: { ...last.metadata, resourceVersion: String(context.storage.revision) } };
}

export function attributesOf(scope: Scope, operation: Attributes['operation'], object: KubeObject, previous?: KubeObject): Attributes {
  const { context: { storage, scheduler }, kind, request, warnings } = scope;
  return {
    operation, kind, object, previous, storage, warnings,
    subresource: request.subresource,
    namespace: namespaceOf(scope),
    name: object.metadata.name,
    user: request.user,
    dryRun: request.options?.dryRun === true,
    now: scheduler.now(),
    cause: request.cause,
  };
}

/** Throws Invalid when validation found anything. */
export function refuse({ kind }: Pick<Scope, 'kind'>, object: KubeObject, found: Iterable<FieldError> | undefined): void {
  if (!found) return;
  const errors = [...found];
  if (errors.length > 0) throw invalid(kind, object.metadata.name, errors);
}

/** Being deleted, with nobody left to wait for. */
const isFinallyDeleted = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length && metadata.deletionGracePeriodSeconds === 0;

/** `generation` counts the changes of everything but metadata and status; for some kinds those of annotations too. */
function withGeneration(counts: Kind['generation'], next: KubeObject, previous: KubeObject): KubeObject {
  if (!counts) return next;
  const sameAnnotations = counts !== 'with-annotations' || equal(next.metadata.annotations, previous.metadata.annotations);
  if (sameAnnotations && equal(essence(next), essence(previous))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } };
}

function essence(object: KubeObject & { readonly status?: unknown }): object {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}
