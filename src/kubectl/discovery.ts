import { StatusError } from '../api/status';
import type { ApiClient } from './client';
import { mappingOf, Resources, stockResources, type Mapping } from './resources';

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

type Kind = { readonly group: string; readonly version: string; readonly kind: string };
/** Aggregated discovery, as far as kubectl reads it. */
type Discovered = {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources: readonly DiscoveredResource[] }[];
  }[];
};
type DiscoveredResource = {
  readonly resource: string;
  readonly responseKind: Kind;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string; readonly responseKind: Kind; readonly verbs: readonly string[] }[];
};

type Known = { readonly tags: readonly string[]; readonly mappings: readonly (readonly Mapping[])[]; readonly resources: Resources };
const known = new WeakMap<ApiClient, Known>();
const roots = ['/api', '/apis'];

/** What the server serves at the moment. A server that cannot be asked is taken for a stock one: whatever is asked of it next will tell. */
export async function discover(api: ApiClient): Promise<Resources> {
  try {
    const last = known.get(api);
    const documents = await Promise.all(roots.map((path, index) => fetched(api, path, last?.tags[index])));
    if (last && documents.every(({ mappings }) => mappings === undefined)) return last.resources;
    const mappings = documents.map((document, index) => document.mappings ?? last?.mappings[index] ?? []);
    const made: Known = { tags: documents.map(({ tag }) => tag), mappings, resources: new Resources(mappings.flat()) };
    known.set(api, made);
    return made.resources;
  } catch (error) {
    if (error instanceof StatusError) return stockResources;
    throw error;
  }
}

/** One document; without mappings when it is as it was. */
async function fetched(api: ApiClient, path: string, known: string | undefined): Promise<{ readonly tag: string; readonly mappings?: readonly Mapping[] }> {
  const { code, body, headers } = await api.call({ verb: 'get', resource: '', path, accept, ...(known && { ifNoneMatch: known }) });
  const tag = headers?.['etag'] ?? '';
  return code === 304 ? { tag } : { tag, mappings: mappingsOf(JSON.parse(String(body)) as Discovered) }; // what the server says of itself
}

const mappingsOf = ({ items }: Discovered): readonly Mapping[] => items.flatMap(({ metadata: { name: group = '' }, versions }) =>
  versions.flatMap(({ version, resources }) => resources.map((resource) => mappingFrom(group, version, resource))));

function mappingFrom(group: string, version: string, found: DiscoveredResource): Mapping {
  const { resource, responseKind: { kind }, scope, singularResource, verbs, shortNames = [], categories = [], subresources = [] } = found;
  return mappingOf({
    group, version, kind, plural: resource, singular: singularResource, namespaced: scope === 'Namespaced', verbs, shortNames, categories,
    subresources: subresources.map(({ subresource, responseKind, verbs: can }) =>
      ({ name: subresource, kind: responseKind.kind, verbs: can, ...(responseKind.group && { group: responseKind.group }), ...(responseKind.version && { version: responseKind.version }) })),
  });
}
