import type { ApiResponse } from '../../../api/types';
import type { KindCatalog } from '../../../kinds/catalog';
import type { Descriptions } from '../../../schema/explain';
import type { OpenApiSchema } from '../../../schema/openapi';
import type { NonResource } from '../types';
import { hashOf } from '../entity-tag';
import { groupsOf, type ServedVersion } from '../groups';
import { ofCatalog } from '../of-catalog';
import { document, documentOf } from './document';
import { discoveryOperation, capital } from './operations';
import { namesOf } from './paths';

/** One document of the index: a hash of what it is made from, and how it is made. */
type Entry = { readonly hash: string; make(descriptions: Descriptions): OpenApiSchema };

/** Counts changes of how documents are written: clients keep them by their hash. */
const writtenAs = 1;
const root = '/openapi/v3';

/** `/openapi/v3`: the index and the documents. Version 2 is not served, and clients can do without. */
export const openApi: NonResource = ({ kinds, descriptions }, { path, query, accept }) => {
  if (path !== root && !path.startsWith(`${root}/`)) return undefined;
  const entries = entriesOf(kinds);
  const name = path.slice(root.length + 1).replace(/\/$/, '');
  if (name === '') return index(kinds);
  const entry = entries.get(name);
  if (!entry) return { code: 404, contentType: 'text/plain; charset=utf-8', body: '' };
  if (accept && !/\*\/\*|application\/(\*|json)/.test(accept)) return { code: 406, contentType: 'text/plain; charset=utf-8', body: '' };
  const hash = new URLSearchParams(query).get('hash');
  if (hash && hash !== entry.hash) return { code: 301, contentType: 'text/html; charset=utf-8', body: '', headers: { location: urlOf(name, entry) } };
  return {
    code: 200, contentType: 'application/json', body: textOf(kinds, name, entry, descriptions()),
    headers: { etag: `"${entry.hash}"`, vary: 'Accept', 'cache-control': hash ? 'public, immutable' : 'no-cache, private', ...(hash && { expires: 'Fri, 31 Dec 2038 23:59:59 GMT' }) },
  };
};

const urlOf = (name: string, { hash }: Entry): string => `${root}/${name}?hash=${hash}`;

const index = ofCatalog((kinds: KindCatalog): ApiResponse => {
  const paths = [...entriesOf(kinds)].map(([name, entry]) => [name, { serverRelativeURL: urlOf(name, entry) }] as const);
  const body = JSON.stringify({ paths: Object.fromEntries(paths) });
  return { code: 200, contentType: 'application/json', body, headers: { etag: `"${hashOf(body)}"`, vary: 'Accept' } };
});

/** All documents, by the paths they describe. */
const entriesOf = ofCatalog((kinds: KindCatalog): ReadonlyMap<string, Entry> => {
  const entries = new Map<string, Entry>([
    ['.well-known/openid-configuration', single('/.well-known/openid-configuration/', 'WellKnown', 'getServiceAccountIssuerOpenIDConfiguration')],
    ['api', discoveryEntry('/api/', 'core', 'getCoreAPIVersions', 'APIVersions')],
    ['apis', discoveryEntry('/apis/', 'apis', 'getAPIVersions', 'APIGroupList')],
    ['openid/v1/jwks', single('/openid/v1/jwks/', 'openid', 'getServiceAccountIssuerOpenIDKeyset')],
    ['version', single('/version/', 'version', 'getCodeVersion')],
  ]);
  for (const { group, builtIn, versions } of groupsOf(kinds)) {
    if (group && builtIn) entries.set(`apis/${group}`, groupEntry(group));
    for (const served of versions) entries.set(group ? `apis/${served.groupVersion}` : `api/${served.version}`, versionEntry(served, builtIn));
  }
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
});

const texts = ofCatalog(() => new Map<string, { readonly descriptions: Descriptions; readonly text: string }>());

/** A document as text, made when first asked for. */
function textOf(kinds: KindCatalog, name: string, entry: Entry, descriptions: Descriptions): string {
  const made = texts(kinds).get(name);
  if (made?.descriptions === descriptions) return made.text;
  const text = JSON.stringify(entry.make(descriptions));
  texts(kinds).set(name, { descriptions, text });
  return text;
}

const hashed = (source: unknown): string => hashOf(JSON.stringify([writtenAs, source]));

const versionEntry = (served: ServedVersion, builtIn: boolean): Entry => ({
  hash: hashed(served.kinds.map(({ resource, facts, openApi: own }) => [resource, facts, own])),
  make: (descriptions) => documentOf(served, builtIn, descriptions),
});

function groupEntry(group: string): Entry {
  const { idGroup, tag } = namesOf(group, '');
  return discoveryEntry(`/apis/${group}/`, tag.replace(/_$/, ''), `get${idGroup}APIGroup`, 'APIGroup');
}

const discoveryEntry = (path: string, tag: string, operationId: string, definition: string): Entry => ({
  hash: hashed([path, definition]), make: (descriptions) => document({ [path]: discoveryOperation(tag, operationId, definition) }, {}, descriptions),
});

/** A path that answers one thing of its own. */
const single = (path: string, tag: string, operationId: string): Entry => ({
  hash: hashed(path),
  make: (descriptions) => document({
    [path]: {
      get: {
        tags: [tag], description: `get ${capital(tag)}`, operationId,
        responses: { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'string' } } } }, 401: { description: 'Unauthorized' } },
      },
    },
  }, {}, descriptions),
});
