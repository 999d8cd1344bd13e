import { badRequest, conflict, invalid, invalidValue, notSupported, type FieldError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import { equal } from '../../lib/equality';
import { isObject, type JsonObject } from '../../lib/json';
import { timestamp } from '../../lib/timestamp';
import { decode, DecodeError } from '../../schema/decode';
import type { DeleteOptions, Namespace, Pod } from '../../schema/types';
import { nameOf, namespaceOf, type Scope } from '../context';
import { ownedLike } from '../ownership/record';
import { attributesOf, remove } from '../write';
import { selected, shown } from './read';

const optionsKind = { resource: 'deleteoptions.meta.k8s.io', kind: 'DeleteOptions', group: 'meta.k8s.io' };
const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';
/** Kinds whose delete answers with the object even when it is gone already. */
const returnsObject: ReadonlySet<string> = new Set([
  'pods', 'services', 'serviceaccounts', 'persistentvolumeclaims', 'persistentvolumes', 'podtemplates', 'resourcequotas',
  'storageclasses.storage.k8s.io', 'volumeattachments.storage.k8s.io', 'csinodes.storage.k8s.io', 'csidrivers.storage.k8s.io',
]);

/** Kinds whose dependents stay when nobody says otherwise, with the warning that goes with it. */
const orphanByDefault: Readonly<Record<string, string>> = {
  'jobs.batch': 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
};

/** Deletes one object: at once, after its grace period, or when its finalizers are gone. */
export function deleteOne(scope: Scope): ApiResponse {
  const options = withDefaultPolicy(scope, deleteOptions(scope));
  const previous = scope.context.storage.get(scope.kind, namespaceOf(scope), nameOf(scope));
  const { object, gone } = deleteObject(scope, previous, options);
  if (!gone || returnsObject.has(scope.kind.resource)) return { code: 200, body: shown(scope, object), warnings: scope.warnings };
  const { kind } = scope;
  const { name, uid } = object.metadata;
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, ...(kind.group && { group: kind.group }), kind: kind.facts.plural, uid } } };
}

function withDefaultPolicy({ kind, warnings }: Scope, options: DeleteOptions): DeleteOptions {
  const warning = orphanByDefault[kind.resource];
  if (!warning || options.propagationPolicy !== undefined || options.orphanDependents !== undefined) return options;
  warnings.push(warning);
  return { ...options, propagationPolicy: 'Orphan' };
}

/** Deletes everything selected; answers with the list of what it was asked for. */
export function deleteCollection(scope: Scope): ApiResponse {
  const options = deleteOptions(scope);
  const revision = String(scope.context.storage.revision);
  const items = selected(scope, scope.request.options ?? {});
  for (const object of items) deleteObject(scope, object, options);
  return { code: 200, body: { kind: `${scope.kind.kind}List`, apiVersion: scope.kind.apiVersion, metadata: { resourceVersion: revision }, items: items.map((object) => shown(scope, object)) } };
}

type Deleted = { readonly object: KubeObject; readonly gone: boolean };

/** Deletes one object as its options say; it may have to wait. Throws Conflict when a precondition fails. */
export function deleteObject(scope: Scope, previous: KubeObject, options: DeleteOptions): Deleted {
  const { context, kind, request } = scope;
  checkPreconditions(scope, previous, options);
  context.admission.judge(attributesOf(scope, 'delete', previous, previous));
  if (isNamespace(previous)) return terminate(scope, previous);
  if (kind.beginDeletion && previous.metadata.deletionTimestamp === undefined) {
    const begun = kind.beginDeletion(previous, timestamp(context.scheduler.now()));
    return { object: request.options?.dryRun || options.dryRun !== undefined ? begun : context.storage.replace(kind, begun, previous, request.cause), gone: false };
  }

  const graceSeconds = graceOf(previous, options);
  const finalizers = finalizersAfter(previous, options);
  const metadata = previous.metadata;
  const already = metadata.deletionGracePeriodSeconds;
  const keepsTime = metadata.deletionTimestamp !== undefined && already !== undefined && graceSeconds >= already;
  const next: KubeObject = {
    ...previous,
    metadata: {
      ...metadata,
      ...(metadata.generation !== undefined && metadata.deletionTimestamp === undefined && { generation: metadata.generation + 1 }),
      ...(!keepsTime && { deletionTimestamp: timestamp(context.scheduler.now() + graceSeconds * 1_000), deletionGracePeriodSeconds: graceSeconds }),
      ...finalizers,
    },
  };
  const waits = (next.metadata.finalizers?.length ?? 0) > 0 || (next.metadata.deletionGracePeriodSeconds ?? 0) > 0;
  const dryRun = request.options?.dryRun === true || options.dryRun !== undefined;
  if (dryRun) return { object: waits ? ownedLike(next, previous) : previous, gone: !waits };
  if (!waits) return { object: remove(scope, isPod(previous) ? next : previous, previous), gone: true };   // only who has a grace period is seen to use it
  if (equal(next, previous)) return { object: previous, gone: false };
  return { object: context.storage.replace(kind, next, previous, request.cause), gone: false };
}

const isNamespace = (object: KubeObject): object is Namespace => object.kind === 'Namespace';
const isPod = (object: KubeObject): object is Pod => object.kind === 'Pod';

/** A namespace waits for its content: it is marked and the namespace controller does the rest. */
function terminate({ context, kind, request }: Scope, namespace: Namespace): Deleted {
  if (!namespace.spec.finalizers?.length && !namespace.metadata.finalizers?.length && namespace.metadata.deletionTimestamp)
    return { object: remove({ context, kind, request, warnings: [] }, namespace, namespace), gone: true };
  if (namespace.metadata.deletionTimestamp) return { object: namespace, gone: false };
  const next: Namespace = {
    ...namespace,
    metadata: { ...namespace.metadata, deletionTimestamp: timestamp(context.scheduler.now()) },
    status: { ...namespace.status, phase: 'Terminating' },
  };
  return { object: request.options?.dryRun ? next : context.storage.replace(kind, next, namespace, request.cause), gone: false };
}

/** Only pods have a grace period. One that runs nowhere, or runs no more, needs none. */
function graceOf(object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (!isPod(object)) return 0;
  const { spec, status } = object;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  const asked = gracePeriodSeconds ?? object.metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  return asked < 0 ? 1 : asked;
}

/** The propagation policy as finalizers, which the garbage collector acts on. */
function finalizersAfter({ metadata: { finalizers = [] } }: KubeObject, { propagationPolicy, orphanDependents }: DeleteOptions): { finalizers?: readonly string[] } {
  const policy = propagationPolicy ?? (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background');
  if (policy === undefined) return {};
  const others = finalizers.filter((each) => each !== orphanFinalizer && each !== foregroundFinalizer);
  const added = policy === 'Orphan' ? [orphanFinalizer] : policy === 'Foreground' ? [foregroundFinalizer] : [];
  return { finalizers: [...others, ...added] };
}

/** Throws Conflict in upstream's words when the object is not the one that was meant. */
export function checkPreconditions({ kind }: Scope, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  if (!preconditions) return;
  const { uid, resourceVersion } = preconditions;
  const named = { resource: kind.kind, kind: kind.kind, group: '' };   // upstream names the kind here, not the resource
  if (uid !== undefined && uid !== metadata.uid)
    throw conflict(named, metadata.name, `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw conflict(named, metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion ` +
        `in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

const policies = ['Foreground', 'Background', 'Orphan'];

function decodedOptions(body: JsonObject): DeleteOptions {
  try { return decode('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', body).value; } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${error.message}`);
  }
}

/** The DeleteOptions in the body. Throws Invalid or BadRequest. */
export function deleteOptions({ request: { body } }: { readonly request: Pick<Scope['request'], 'body'> }): DeleteOptions {
  if (body === undefined || body === null) return {};
  if (!isObject(body)) throw badRequest('DeleteOptions must be an object');
  const { kind, apiVersion } = body;
  if (kind !== undefined && kind !== 'DeleteOptions')
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion ?? '')} in scheme "pkg/apis/meta/internalversion/scheme/register.go:27"`);
  const options = decodedOptions(body);
  const errors: FieldError[] = [];
  const { propagationPolicy, orphanDependents, dryRun } = options;
  if (propagationPolicy !== undefined && orphanDependents !== undefined)
    errors.push(invalidValue('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'));
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) errors.push(notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil']));
  if (dryRun?.some((each) => each !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  if (errors.length > 0) throw invalid(optionsKind, '', errors);
  return options;
}
