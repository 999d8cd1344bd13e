import { badRequest, conflict, invalid, notFound, required, StatusError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import { isObject, type JsonObject } from '../../lib/json';
import { timestamp } from '../../lib/timestamp';
import { shapeErrors } from '../../schema/field-set/validate';
import type { Shape } from '../../schema/field-set/shape';
import { checkAllowed } from '../authorization/check';
import { nameOf, namespaceOf, type Scope } from '../context';
import { decodePatched } from '../decode';
import { checkIdentity, checkUid, metadataForCreate } from '../metadata';
import { applied, type Applied } from '../ownership/apply';
import { conflictError, Conflicts } from '../ownership/conflicts';
import { mayTake, withLastApplied } from '../ownership/last-applied';
import { nobody, type Identity, type Owners } from '../ownership/owners';
import { Ownership, ownersOf } from '../ownership/record';
import { ownersAfterUpdate } from '../ownership/update';
import { homeOf, nothingYet, versionsOf, type Versions } from '../ownership/versions';
import { storeNew } from '../write';
import { represented } from './read';
import { replace } from './update';

const patchOptions = { resource: 'patchoptions.meta.k8s.io', kind: 'PatchOptions', group: 'meta.k8s.io' };

/** Server-side apply: merges the fields somebody has an opinion of into the object, or makes it. */
export function apply(scope: Scope): ApiResponse {
  const { context, kind, request } = scope;
  checkApplication(scope);
  const previous = context.storage.find(kind, namespaceOf(scope), nameOf(scope));
  if (!previous && request.subresource) throw notFound(kind, nameOf(scope));
  const empty = nothingYet(kind);
  const live = previous ?? empty;
  const config = configOf(request.body, kind);
  const owners = previous ? ownersOf(context.kinds, previous) : nobody;
  const versions = versionsOf(context.kinds, kind, request.subresource ?? '');
  const merged = merge(scope, { versions, empty, live, config, owners, apiVersion: kind.apiVersion });
  warnOfDuplicates(scope);
  const ownership = Ownership.of(merged.owners);
  if (!previous) return { code: 201, body: represented(scope, created(scope, merged.object ?? live, ownership)), warnings: scope.warnings };
  const draft = merged.object === undefined ? previous : decodePatched(withoutProblems(scope), kind, { ...merged.object });
  checkIdentity(scope, draft);
  checkUid(scope, draft, previous);
  return { code: 200, body: represented(scope, replace(scope, draft, previous, () => ownership)), warnings: scope.warnings };
}

/** What is said of duplicate keys is said of the configuration already. */
const withoutProblems = (scope: Scope): Scope => ({ ...scope, request: { ...scope.request, bodyProblems: [] } });

/** Throws Invalid for a patch that does not say who applies. */
export function checkApplication({ request: { options } }: Scope): void {
  if (!options?.fieldManager) throw invalid(patchOptions, '', [required('fieldManager', 'is required for apply patch')]);
}

/** The configuration in a body. Throws BadRequest for another kind or version than the path's. */
export function configOf(body: unknown, kind: { readonly apiVersion: string; readonly kind: string }): JsonObject {
  const config: JsonObject = isObject(body) ? body : {};
  const { apiVersion, kind: said, metadata } = config;
  if (apiVersion !== kind.apiVersion || said !== kind.kind) throw badRequest(`invalid object type: ${groupVersionKind(config)}`);
  const { managedFields }: JsonObject = isObject(metadata) ? metadata : {};
  if (managedFields !== undefined && managedFields !== null) throw badRequest('metadata.managedFields must be nil');
  return config;
}

function groupVersionKind({ apiVersion, kind }: JsonObject): string {
  const version = typeof apiVersion === 'string' ? apiVersion : '';
  return `${version.includes('/') ? version : `/${version}`}, Kind=${typeof kind === 'string' ? kind : ''}`;
}

/** `empty`: what was before the object. `apiVersion`: in which the applier is noted. */
export type Merging = {
  readonly versions: Versions; readonly empty: KubeObject; readonly live: KubeObject;
  readonly config: JsonObject; readonly owners: Owners; readonly apiVersion: string;
};

/** The outcome of an application: what others own is left to them or, by force, taken. Throws Conflict, and 500 for what does not fit the schema, as upstream. */
export function merge({ context, request }: Scope, { versions, empty, live, config, owners, apiVersion }: Merging): Applied {
  const { fieldManager: manager = '', force = false } = request.options ?? {};
  const { subresource = '' } = request;
  const time = timestamp(context.scheduler.now());
  const { shape } = homeOf(versions);
  checkShape(shape, config);
  const by: Identity = { manager, operation: 'Apply', apiVersion, subresource };
  const before: Identity = { manager: 'before-first-apply', operation: 'Update', apiVersion, subresource };
  const known = owners.size > 0 || live === empty ? owners : ownersAfterUpdate({ versions, before: empty, after: live }, owners, before, time);
  const application = { versions, live, config, owners: known, by, force, time };
  const outcome = mayBeAllowed(() => applied(application), (conflicts) => {
    const allowed = manager === 'kubectl' ? mayTake(shape, live) : undefined;
    const left = allowed ? conflicts.without(allowed) : conflicts;
    if (left.list.length > 0) throw conflictError(left);
    return applied({ ...application, force: true });
  });
  return manager === 'kubectl' ? { ...outcome, object: withLastApplied(outcome.object ?? live, config) ?? outcome.object } : outcome;
}

function mayBeAllowed(work: () => Applied, otherwise: (conflicts: Conflicts) => Applied): Applied {
  try { return work(); } catch (error) {
    if (error instanceof Conflicts) return otherwise(error);
    throw error;
  }
}

function checkShape(shape: Shape, config: JsonObject): void {
  const errors = shapeErrors(shape, config);
  if (!errors) return;
  const { namespace, name }: JsonObject = isObject(config['metadata']) ? config['metadata'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  throw new StatusError('', `failed to create typed patch object (${text(namespace)}/${text(name)}; ${groupVersionKind(config)}): ${errors}`);
}

/** Duplicate keys of a YAML body: refused, warned of or passed over, as the request says. */
function warnOfDuplicates({ request: { bodyProblems = [], options }, warnings }: Scope): void {
  if (bodyProblems.length === 0 || options?.fieldValidation === 'Ignore') return;
  const text = `error converting YAML to JSON: yaml: unmarshal errors:\n${bodyProblems.map((each) => `  ${each}`).join('\n')}`;
  if (options?.fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${text}`);
  warnings.push(text);
}

function created(scope: Scope, merged: KubeObject, ownership: Ownership): KubeObject {
  const { context, kind, request } = scope;
  checkAllowed(context.authorizer, kind, { ...request, verb: 'create' });
  const draft = decodePatched(withoutProblems(scope), kind, { ...merged });
  checkIdentity(scope, draft);
  const { uid } = draft.metadata ?? {};
  if (uid) throw conflict(kind, nameOf(scope), `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  if (draft.metadata?.resourceVersion && !request.options?.dryRun) throw new StatusError('', 'resourceVersion should not be set on objects to be created');
  const object: KubeObject = { ...draft, kind: kind.kind, apiVersion: kind.apiVersion, metadata: metadataForCreate(scope, draft) };
  return storeNew(scope, kind.defaults?.(object) ?? object, ownership);
}
