import { noSuchResource, StatusError } from '../../api/status';
import type { ApiRequest, ApiResponse, ApiServer, KubeObject, Representation, Verb } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import { printYaml } from '../../lib/yaml';
import { checkSize, mediaType, objectBody, optionsBody, patchBody } from './body';
import { conversationOf, type Connecting } from './conversation';
import { parsePath, type ResourcePath } from './path';
import { optionsOf } from './query';
import type { HttpAnswer, HttpCall, HttpConversation, HttpStream } from './types';

const json = 'application/json';
const optionsKinds: Readonly<Record<Verb, string>> = {
  create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions', delete: 'DeleteOptions', deletecollection: 'DeleteOptions', get: 'GetOptions', list: 'ListOptions',
};
const representations = 'application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/** The door, and what it serves: paths are read by that. */
export type Served = ApiServer & Connecting & { readonly kinds: KindCatalog };

/** Answers one HTTP request through the door. Everything that can go wrong with it becomes a Status. */
export function handle(server: Served, call: HttpCall): HttpAnswer | HttpStream | HttpConversation {
  try { return answer(server, call); } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return failure(error);
  }
}

const failure = (error: StatusError): HttpAnswer => ({ code: error.code, contentType: json, body: JSON.stringify(error.toStatus()), warnings: [] });

function answer(server: Served, call: HttpCall): HttpAnswer | HttpStream | HttpConversation {
  const path = parsePath(server.kinds, call.path);
  if (path === undefined || path === 'group') return nonResource(server, call);
  if (path === 'resource') throw noSuchResource();
  const conversation = conversationOf(server, path, call);
  if (conversation) return conversation;
  const query = new URLSearchParams(call.query);
  const accept = acceptOf(call.headers['accept']);
  if (call.method === 'GET' && path.name === undefined && (path.watching || ['1', 'true'].includes(query.get('watch') ?? ''))) return stream(server, call, path, query, accept.as);
  const response = server.call(requestOf(call, path, query, accept.as));
  if (response.contentType !== undefined) return sent(response);
  const body = onTheWire(response.body);
  return { code: response.code, contentType: accept.yaml ? 'application/yaml' : json, body: accept.yaml ? printYaml(body) : JSON.stringify(body), warnings: response.warnings ?? [] };
}

/** Discovery answers to any method, as upstream's does. */
function nonResource(server: ApiServer, { path, query, headers, user }: HttpCall): HttpAnswer {
  const { accept, 'if-none-match': ifNoneMatch } = headers;
  return sent(server.call({ verb: 'get', resource: '', path, query, user, ...(accept !== undefined && { accept }), ...(ifNoneMatch !== undefined && { ifNoneMatch }) }));
}

const sent = ({ code, body, contentType = json, headers, warnings = [] }: ApiResponse): HttpAnswer =>
  ({ code, contentType, body: typeof body === 'string' ? body : JSON.stringify(body), warnings, ...(headers && { headers }) });

function requestOf(call: HttpCall, path: ResourcePath, query: URLSearchParams, as: Representation): ApiRequest {
  const verb = verbOf(call.method, path);
  if (!verb) throw notAllowed();
  const { kind, kind: { resource, version }, namespace, name, subresource } = path;
  const place = { resource, version, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }), ...(subresource !== undefined && { subresource }) };
  checkVerb(verb, path);
  // A patch of the wrong type is refused before its options are looked at.
  const body = bodyOf(verb, call, kind);
  return { verb, ...place, ...body, options: optionsOf(query, optionsKinds[verb]), as, user: call.user };
}

function bodyOf(verb: Verb, { body, headers }: HttpCall, kind: Kind): Partial<ApiRequest> {
  checkSize(body);
  switch (verb) {
    case 'create': case 'update': return objectBody(kind, body, headers['content-type']);
    case 'patch': return patchBody(body, headers['content-type']);
    case 'delete': case 'deletecollection': return { body: optionsBody(body, headers['content-type']) };
    default: return {};
  }
}

function verbOf(method: string, { name }: ResourcePath): Verb | undefined {
  const one = name !== undefined;
  switch (method) {
    case 'GET': return one ? 'get' : 'list';
    case 'POST': return 'create';
    case 'PUT': return one ? 'update' : undefined;
    case 'PATCH': return one ? 'patch' : undefined;
    case 'DELETE': return one ? 'delete' : 'deletecollection';
    default: return undefined;
  }
}

function checkVerb(verb: Verb, { kind: { facts }, subresource, name }: ResourcePath): void {
  const verbs = subresource === undefined ? facts.verbs : facts.subresources.find((each) => each.name === subresource)?.verbs;
  if (!verbs) throw noSuchResource();
  if (!verbs.includes(verb) || (verb === 'create' && name !== undefined && subresource === undefined)) throw notAllowed();
}

const notAllowed = (): StatusError => new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

type Accept = { readonly as: Representation; readonly yaml: boolean };

/** The first form in the Accept header that can be given. Throws NotAcceptable. */
function acceptOf(header: string | undefined): Accept {
  if (!header) return { as: 'object', yaml: false };
  for (const part of header.split(',')) {
    const type = mediaType(part);
    const parameters = new Map(part.split(';').slice(1).map((each) => each.trim().split('=') as [string, string]));
    const as = parameters.get('as');
    if (as !== undefined && (type !== json || parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1')) continue;
    if (as === 'Table') return { as: 'table', yaml: false };
    if (as?.startsWith('PartialObjectMetadata')) return { as: 'metadata', yaml: false };
    if (as !== undefined) continue;
    if (type === json || type === '*/*' || type === 'application/*') return { as: 'object', yaml: false };
    if (type === 'application/yaml') return { as: 'object', yaml: true };
  }
  if (header.includes('as=')) throw new StatusError('NotAcceptable', 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf');
  throw new StatusError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${representations}`);
}

function stream(server: ApiServer, { user }: HttpCall, { kind: { resource, version }, namespace }: ResourcePath, query: URLSearchParams, as: Representation): HttpStream {
  const { labelSelector, fieldSelector, includeObject } = optionsOf(query, 'ListOptions');
  const events = server.watch({
    resource, version, as, user,
    since: query.get('resourceVersion') ?? '',
    allowBookmarks: query.get('allowWatchBookmarks') === 'true',
    sendInitialEvents: query.get('sendInitialEvents') === 'true',
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(includeObject !== undefined && { includeObject }),
  });
  return { code: 200, contentType: json, events };
}

type List = { readonly items: readonly Partial<KubeObject>[] };
const isList = (body: unknown): body is List => typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);

/** Items of a typed list do not repeat the kind their list already names. */
function onTheWire(body: unknown): unknown {
  if (!isList(body)) return body;
  return { ...body, items: body.items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest) };
}
