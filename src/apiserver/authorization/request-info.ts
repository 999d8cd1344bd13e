import type { User } from '../../api/types';
import { selectedName } from './check';
import type { Attributes } from './types';

const verbs: Readonly<Record<string, string>> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const namespaceSubresources: ReadonlySet<string> = new Set(['status', 'finalize']);

/** What a request is about, by its method and path alone: it is authorized before anybody looks whether there is such a resource. */
export function requestInfo(user: User, method: string, path: string, query: string): Attributes {
  const [root, ...rest] = path.split('/').filter((part) => part !== '').map(decoded);
  const [group = '', version = '', ...parts] = root === 'api' ? ['', ...rest] : rest;
  if ((root !== 'api' && root !== 'apis') || parts.length === 0) return { user, verb: method.toLowerCase(), path };
  const isWatchPath = parts[0] === 'watch';
  const place = isWatchPath ? parts.slice(1) : parts;
  const inNamespace = place[0] === 'namespaces' && place.length > 1;
  const below = inNamespace && place.length > 2 && !namespaceSubresources.has(place[2] ?? '');
  const [resource = '', named, subresource] = below ? place.slice(2) : place;
  const parameters = new URLSearchParams(query);
  const fieldSelector = parameters.get('fieldSelector') ?? undefined;
  const verb = isWatchPath ? 'watch' : collectionVerb(verbs[method] ?? '', named, parameters);
  const name = named ?? (verb === 'list' || verb === 'watch' ? selectedName(fieldSelector) : undefined);
  return { user, verb, group, version, resource, subresource, namespace: inNamespace ? place[1] : undefined, name, fieldSelector };
}

/** Without a name, it is about all of them. */
function collectionVerb(verb: string, name: string | undefined, parameters: URLSearchParams): string {
  if (name !== undefined) return verb;
  if (verb === 'get') return ['1', 'true'].includes(parameters.get('watch') ?? '') ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

function decoded(part: string): string {
  try { return decodeURIComponent(part); } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
