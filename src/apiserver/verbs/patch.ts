import { badRequest, StatusError } from '../../api/status';
import type { ApiRequest, ApiResponse, KubeObject } from '../../api/types';
import { applyJsonPatch } from '../../lib/patches/json-patch';
import { applyMergePatch } from '../../lib/patches/merge-patch';
import { nameOf, namespaceOf, type Scope } from '../context';
import { decodePatched } from '../decode';
import { checkIdentity } from '../metadata';
import { strategicMerge } from '../strategic-merge';
import { replace } from './update';
import { represented } from './read';

/** Changes an object by a JSON patch, a merge patch or a strategic merge patch. */
export function patch(scope: Scope): ApiResponse {
  const previous = scope.context.storage.get(scope.kind, namespaceOf(scope), nameOf(scope));
  const draft = decodePatched(scope, scope.kind, patched(scope, previous));
  checkIdentity(scope, draft);
  return { code: 200, body: represented(scope, replace(scope, draft, previous)), warnings: scope.warnings };
}

/** The object with the patch applied, not yet decoded. */
export function patched({ kind, request }: Scope, object: KubeObject): unknown {
  const { patchType, body } = request;
  switch (patchType) {
    case 'json': return jsonPatched(object, body);
    case 'merge': return applyMergePatch(object, mapOf(request));
    case 'strategic': return strategicMerge(kind, object, mapOf(request));
    case 'apply': throw new StatusError('UnsupportedMediaType', 'server-side apply is not served: use a strategic merge, merge or JSON patch');
    default: throw new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}

function mapOf({ body }: ApiRequest): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw badRequest(`json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type map[string]interface {}`);
}

function jsonPatched(object: KubeObject, body: unknown): unknown {
  if (!Array.isArray(body)) throw badRequest(`error decoding patch: json: cannot unmarshal ${typeof body} into Go value of type []handlers.jsonPatchOp`);
  try { return applyJsonPatch(object, body); } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new StatusError('Invalid', 'the server rejected our request due to an error in our request', {}, 422, { cause: error });
  }
}

