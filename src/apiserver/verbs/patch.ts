import { badRequest, forbiddenField, invalid, StatusError, type Reason } from '../../api/status';
import type { ApiRequest, ApiResponse, KubeObject } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { isObject, type JsonObject } from '../../lib/json';
import { applyJsonPatch } from '../../lib/patches/json-patch';
import { applyMergePatch } from '../../lib/patches/merge-patch';
import { PatchError } from '../../lib/patches/patch-error';
import { applyStrategicMergePatch } from '../../lib/patches/strategic-merge-patch';
import { noMergeFacts, type MergeFacts } from '../../lib/patches/merge-facts';
import { mergeFactsOf } from '../../schema/facts';
import { nameOf, namespaceOf, type Scope } from '../context';
import { decodePatched } from '../decode';
import { checkIdentity } from '../metadata';
import { withManagedFields } from '../ownership/show';
import { managedFieldsIn } from '../ownership/stated';
import { noted } from '../write';
import { apply } from './apply';
import { replace, statedBy } from './update';
import { represented } from './read';

/** Changes an object by a JSON patch, a merge patch or a strategic merge patch, or by an application. */
export function patch(scope: Scope): ApiResponse {
  if (scope.kind.schema && scope.request.patchType === 'strategic') throw new StatusError('UnsupportedMediaType', notForCustomResources);
  if (scope.request.patchType === 'apply') return apply(scope);
  checkForce(scope);
  const previous = scope.context.storage.get(scope.kind, namespaceOf(scope), nameOf(scope));
  // Clients may patch the list of owners too; components never do.
  const document = scope.request.cause ? previous : withManagedFields(scope.context.kinds, previous);
  const outcome = patched(scope, document);
  const draft = decodePatched(scope, scope.kind, outcome);
  checkIdentity(scope, draft);
  const given = managedFieldsIn(outcome);
  const stated = given === document.metadata.managedFields ? undefined : statedBy(scope, given);
  const next = replace(scope, draft, previous, stated && ((object) => noted(scope, object, previous, stated)));
  return { code: 200, body: represented(scope, next), warnings: scope.warnings };
}

/** Only an application may be forced. Throws Invalid. */
export function checkForce({ request: { options } }: Scope): void {
  if (options?.force === undefined) return;
  throw invalid({ resource: '', kind: 'PatchOptions', group: 'meta.k8s.io' }, '', [forbiddenField('force', 'may not be specified for non-apply patch')]);
}

/** Only built-in kinds know how their lists merge. */
const notForCustomResources = 'the body of the request was in an unknown format - accepted media types include: '
  + 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

/** The object with the patch applied, not yet decoded. Throws StatusError in the words the patch's own library has upstream. */
export function patched({ kind, request }: Pick<Scope, 'kind' | 'request'>, object: JsonObject | KubeObject): JsonObject {
  const document: JsonObject = { ...object };
  try {
    switch (request.patchType) {
      case 'json': return mapOf(applyJsonPatch(document, request.body));
      case 'merge': return applyMergePatch(document, mergeBody(request));
      case 'strategic': return applyStrategicMergePatch(document, request.body, factsOf(kind));
      default: throw new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', {});
    }
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw new StatusError(reasons[error.code] ?? '', error.message, error.code === 422 ? {} : undefined, error.code, { cause: error });
  }
}

function factsOf({ definition }: Kind): MergeFacts {
  return definition === undefined ? noMergeFacts : mergeFactsOf(definition);
}

const reasons: Readonly<Record<number, Reason>> = { 400: 'BadRequest', 413: 'RequestEntityTooLarge', 422: 'Invalid' };

function mergeBody({ body }: ApiRequest): JsonObject {
  if (isObject(body)) return body;
  throw badRequest(`error decoding patch: json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type map[string]interface {}`);
}

function mapOf(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new StatusError('Invalid', 'the server rejected our request due to an error in our request', {});
}
