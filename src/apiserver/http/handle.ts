import { noSuchResource, StatusError } from '../../api/status';
import type { ApiRequest, ApiResponse, ApiServer, Representation, Verb } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import type { Guard } from '../guard';
import { acceptedForm } from './accept';
import { aggregated, type Aggregating } from './aggregated';
import { checkSize, objectBody, optionsBody, patchBody } from './body';
import { conversationOf, type Connecting } from './conversation';
import { proxied, type Proxying } from './proxied';
import { parsePath, type ResourcePath } from './path';
import { optionsOf } from './query';
import { checkForm, isPretty, written } from './representation';
import { isWatch, streamOf, type Watching } from './stream';
import type { HttpAnswer, HttpCall, HttpConversation, HttpRequest, HttpStream } from './types';

const json = 'application/json';
const optionsKinds: Readonly<Record<Verb, string>> = {
  create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions', delete: 'DeleteOptions', deletecollection: 'DeleteOptions', get: 'GetOptions', list: 'ListOptions',
};

/** The door, and what it serves: paths are read by that. */
export type Served = Watching & Connecting & Proxying & Aggregating & { readonly kinds: KindCatalog; readonly guard: Guard };

/** Answers one HTTP request through the door; who asks is read from its headers where the transport does not say. Everything that can go wrong with it becomes a Status. */
export function handle(server: Served, call: HttpRequest): HttpAnswer | HttpStream | HttpConversation {
  return server.guard.http(call, (user) => {
    try { return answer(server, { ...call, user: user() }); } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return statusAnswer(error);
    }
  });
}

/** A refusal as it goes over the wire. */
export function statusAnswer(error: StatusError): HttpAnswer {
  const retryAfter = error.details?.retryAfterSeconds;
  return {
    code: error.code, contentType: json, body: JSON.stringify(error.toStatus()), warnings: error.warnings,
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
  };
}

function answer(server: Served, call: HttpCall): HttpAnswer | HttpStream | HttpConversation {
  const path = parsePath(server.kinds, call.path);
  if (path === undefined || path === 'group') return aggregated(server, call) ?? nonResource(server, call);
  if (path === 'resource') throw noSuchResource();
  const conversation = conversationOf(server, path, call) ?? proxied(server, path, call);
  if (conversation) return conversation;
  const query = new URLSearchParams(call.query);
  const accepted = acceptedForm(call.headers['accept'], hasTable(path));
  if (isWatch(call.method, path, query)) return streamOf(server, call.user, path, query, accepted);
  const request = requestOf(call, path, query, accepted.representation);
  if (request.verb !== 'get' && request.verb !== 'list') checkForm(path.kind, request.verb === 'deletecollection', accepted.as);
  const response = server.call(request);
  return response.contentType !== undefined ? sent(response) : written(path.kind, response, accepted, isPretty(query, call.headers['user-agent']));
}

/** Reviews, bindings and tokens are answers, of which no table is made. */
const hasTable = ({ kind: { facts }, subresource }: ResourcePath): boolean =>
  (subresource === undefined ? facts.verbs : facts.subresources.find(({ name }) => name === subresource)?.verbs ?? []).some((verb) => verb !== 'create');

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
  const userAgent = call.headers['user-agent'] ?? '';
  return { verb, ...place, ...body, options: optionsOf(query, optionsKinds[verb]), as, managedFields: true, userAgent, user: call.user };
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
