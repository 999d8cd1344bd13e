import { hex, sha256 } from '../../lib/sha256';
import { isObject, type JsonObject } from '../../lib/json';
import { applyMergePatch } from '../../lib/patches/merge-patch';
import { parseSelector } from '../../lib/selector-text';
import { timestamp } from '../../lib/timestamp';
import type { HttpRequest, Reply } from '../../net/types';
import { header, json, parseTarget, plainText } from '../http';
import { type Server, type ServerProcess, goSignals, serverState } from '../server';
import type { Image } from './image';
import { tagsOf } from './tags';

const group = 'wardle.example.com';
const apiVersion = `${group}/v1alpha1`;
const root = `/apis/${apiVersion}`;

type Metadata = { readonly name: string; readonly namespace: string; readonly uid: string; readonly resourceVersion: string; readonly creationTimestamp: string;
  readonly labels?: Readonly<Record<string, string>> };
type Flunder = { readonly kind: 'Flunder'; readonly apiVersion: string; readonly metadata: Metadata; readonly spec: JsonObject; readonly status: JsonObject };

/** The objects, by `namespace/name`, and how often any was written. */
type Shelf = { readonly flunders: Map<string, Flunder>; writes: number };
const shelfOf = serverState((): Shelf => ({ flunders: new Map(), writes: 0 }));

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update'];
const resources = [{ name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs }];
const documents: Readonly<Record<string, JsonObject>> = {
  [root]: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources },
  [`/apis/${group}`]: {
    kind: 'APIGroup', apiVersion: 'v1', name: group, versions: [{ groupVersion: apiVersion, version: 'v1alpha1' }], preferredVersion: { groupVersion: apiVersion, version: 'v1alpha1' },
  },
};

const failure = (code: number, reason: string, message: string, name = ''): Reply =>
  json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details: { ...(name && { name }), group, kind: 'flunders' }, code }, code);
const notFound = (name: string): Reply => failure(404, 'NotFound', `flunders.${group} ${JSON.stringify(name)} not found`, name);

/** Where a request is: all flunders, those of a namespace, or one. */
type Place = { readonly namespace: string | undefined; readonly name: string | undefined; readonly selector: string };
function placeOf(path: string): Place | undefined {
  const { pathname, query } = parseTarget(path);
  const [, namespace, name] = /^\/(?:namespaces\/([^/]+)\/)?flunders(?:\/([^/]+))?$/.exec(pathname.slice(root.length)) ?? [];
  const isOurs = pathname.startsWith(`${root}/`) && /^\/(?:namespaces\/[^/]+\/)?flunders(?:\/[^/]+)?$/.test(pathname.slice(root.length));
  return isOurs ? { namespace, name, selector: query.get('labelSelector') ?? '' } : undefined;
}

type Act = (process: ServerProcess, place: Place, request: HttpRequest) => Reply;
const key = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

function bodyOf({ body }: HttpRequest): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch { return undefined; }
}
const partOf = (object: JsonObject, name: string): JsonObject => { const part = object[name]; return isObject(part) ? part : {}; };

/** A flunder as it is kept: a reference is to a Flunder unless it says otherwise. */
function kept(process: ServerProcess, body: JsonObject, fixed: Pick<Metadata, 'name' | 'namespace' | 'uid' | 'creationTimestamp'>): Flunder {
  const shelf = shelfOf(process);
  const spec = partOf(body, 'spec');
  const flunder: Flunder = {
    kind: 'Flunder', apiVersion, metadata: { ...partOf(body, 'metadata'), ...fixed, resourceVersion: String(++shelf.writes) },
    spec: spec['reference'] !== undefined && spec['referenceType'] === undefined ? { ...spec, referenceType: 'Flunder' } : spec, status: partOf(body, 'status'),
  };
  shelf.flunders.set(key(fixed.namespace, fixed.name), flunder);
  return flunder;
}

const uidOf = (process: ServerProcess, count: number): string => {
  const digits = hex(sha256(`${process.config.podUid}/${process.startedAt}/${count}`));
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
};

const create: Act = (process, { namespace = '' }, request) => {
  const body = bodyOf(request);
  if (!body) return failure(400, 'BadRequest', `the object provided is unrecognized (must be of type Flunder): couldn't get version/kind; json parse error`);
  const { name: given, generateName } = partOf(body, 'metadata');
  const uid = uidOf(process, shelfOf(process).writes);
  const name = typeof given === 'string' && given ? given : typeof generateName === 'string' && generateName ? `${generateName}${uid.slice(0, 5)}` : '';
  if (!name) return failure(422, 'Invalid', `Flunder.${group} "" is invalid: metadata.name: Required value: name or generateName is required`);
  if (shelfOf(process).flunders.has(key(namespace, name))) return failure(409, 'AlreadyExists', `flunders.${group} ${JSON.stringify(name)} already exists`, name);
  return json(kept(process, body, { name, namespace, uid, creationTimestamp: timestamp(process.now()) }), 201);
};

const found = (process: ServerProcess, { namespace, name, selector }: Place): readonly Flunder[] => {
  const matches = parseSelector(selector);
  return [...shelfOf(process).flunders.values()].filter(({ metadata }) =>
    (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name) && matches.matches(metadata.labels))
    .sort((a, b) => (key(a.metadata.namespace, a.metadata.name) < key(b.metadata.namespace, b.metadata.name) ? -1 : 1));
};

/** As the server-side table of kinds without columns of their own. */
const tableOf = (flunders: readonly Flunder[], resourceVersion: string): JsonObject => ({
  kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion },
  columnDefinitions: [
    { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }, { name: 'Created At', type: 'date', format: '', description: '', priority: 0 },
  ],
  rows: flunders.map(({ metadata }) => ({ cells: [metadata.name, metadata.creationTimestamp], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } })),
});

const read: Act = (process, place, { headers }) => {
  const flunders = found(process, place);
  const [first] = flunders;
  if (place.name !== undefined && !first) return notFound(place.name);
  const resourceVersion = place.name !== undefined && first ? first.metadata.resourceVersion : String(shelfOf(process).writes);
  if (header(headers, 'Accept')?.split(',')[0]?.includes('as=Table')) return json(tableOf(flunders, resourceVersion));
  return json(place.name !== undefined ? first : { kind: 'FlunderList', apiVersion, metadata: { resourceVersion }, items: flunders });
};

/** Writes one that is there, unless it was written since it was read. */
function write(process: ServerProcess, place: Place, change: (before: Flunder) => JsonObject | undefined): Reply {
  const [before] = found(process, { ...place, selector: '' });
  if (!before) return notFound(place.name ?? '');
  const { name, namespace, uid, creationTimestamp, resourceVersion } = before.metadata;
  const after = change(before);
  if (!after) return failure(400, 'BadRequest', 'the object provided is unrecognized (must be of type Flunder)');
  const read = partOf(after, 'metadata')['resourceVersion'];
  if (typeof read === 'string' && read && read !== resourceVersion)
    return failure(409, 'Conflict', `Operation cannot be fulfilled on flunders.${group} ${JSON.stringify(name)}: the object has been modified; please `
      + `apply your changes to the latest version and try again`, name);
  return json(kept(process, after, { name, namespace, uid, creationTimestamp }));
}

const update: Act = (process, place, request) => write(process, place, () => bodyOf(request));

const patch: Act = (process, place, request) => {
  if (!header(request.headers, 'Content-Type')?.startsWith('application/merge-patch+json')) return failure(415, 'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/merge-patch+json');
  const change = bodyOf(request);
  return write(process, place, (before) => change && applyMergePatch(before, change));
};

const remove: Act = (process, place) => {
  const gone = found(process, place);
  const [first] = gone;
  if (place.name !== undefined && !first) return notFound(place.name);
  for (const { metadata } of gone) shelfOf(process).flunders.delete(key(metadata.namespace, metadata.name));
  if (gone.length > 0) shelfOf(process).writes++;
  if (place.name === undefined || !first) return json({ kind: 'FlunderList', apiVersion, metadata: { resourceVersion: String(shelfOf(process).writes) }, items: gone });
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: first.metadata.name, group, kind: 'flunders', uid: first.metadata.uid } });
};

const ofAll: Readonly<Record<string, Act>> = { GET: read, POST: create, DELETE: remove };
const ofOne: Readonly<Record<string, Act>> = { GET: read, PUT: update, PATCH: patch, DELETE: remove };

function answer(process: ServerProcess, request: HttpRequest): Reply {
  const { pathname, query } = parseTarget(request.path);
  if (['/healthz', '/livez', '/readyz'].includes(pathname)) return plainText('ok');
  if (header(request.headers, 'X-Remote-User') === undefined) return failure(403, 'Forbidden', `forbidden: User "system:anonymous" cannot ${request.method.toLowerCase()} path "${pathname}"`);
  const document = Object.hasOwn(documents, pathname) ? documents[pathname] : undefined;
  if (document) return json(document);
  const place = placeOf(request.path);
  if (!place) return plainText('404 page not found\n', 404);
  const acts = place.name === undefined ? ofAll : ofOne;
  const act = Object.hasOwn(acts, request.method) && !['1', 'true'].includes(query.get('watch') ?? '') ? acts[request.method] : undefined;
  return act?.(process, place, request) ?? failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

/** Upstream's sample of an API server behind another: flunders. It keeps them itself, whatever etcd it is pointed to, and lets nobody watch them. */
const server: Server = {
  ports: ({ argv }) => [Number(argv.find((word) => word.startsWith('--secure-port='))?.split('=')[1] ?? 443)],
  tls: () => true,
  answer: (process, _port, payload) => (payload.kind === 'http' ? answer(process, payload.request) : { kind: 'text', text: '' }),
  banner: () => ({ stream: 'stderr', text: 'Serving securely on [::]:443\n' }),
  signals: goSignals,
};

export const sampleApiServer: Image = {
  repositories: ['registry.k8s.io/e2e-test-images/sample-apiserver', 'k8s.gcr.io/e2e-test-images/sample-apiserver'],
  hasTag: tagsOf({ from: '1.17', to: '1.36' }),
  sizeMiB: 27.2,
  entrypoint: ['/sample-apiserver'],
  userland: 'none',
  servers: { '/sample-apiserver': server },
};
