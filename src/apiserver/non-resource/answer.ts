import type { ApiRequest, ApiResponse } from '../../api/types';
import type { ServerContext } from '../context';
import { discovery } from './discovery';
import { unlessKnown } from './entity-tag';
import { health } from './health';
import { metrics } from './metrics';
import { openApi } from './openapi/answer';
import { openId } from './openid';
import { rootPaths } from './root';
import type { NonResource } from './types';
import { versionAnswer } from './version';

/** Asked in order; the first that knows the path answers. */
const answers: readonly NonResource[] = [discovery, versionAnswer, openApi, health, openId, rootPaths, metrics];

/** Discovery, version, health and OpenAPI. Anything else is not found, in the words of upstream's mux. */
export function answerNonResource(context: ServerContext, request: ApiRequest & { readonly path: string }): ApiResponse {
  for (const answer of answers) {
    const response = answer(context, request);
    if (response) return unlessKnown(response, request.ifNoneMatch);
  }
  return { code: 404, contentType: 'text/plain; charset=utf-8', body: '404 page not found\n' };
}
