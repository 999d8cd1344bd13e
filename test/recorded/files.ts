import type { WholeServerOptions } from '../../src/apiserver/create';
import { isJsonObject, stepsOf, type Json, type RecordedRequest, type Step } from './recording';

/** A recorded file, and what has to be so before and while it is played. */
export type Recording = {
  readonly steps: readonly Step[];
  /** Made before the first step, with its default service account. */
  readonly namespace?: string;
  readonly server?: Partial<WholeServerOptions>;
  /** How an answer was cut down before it was recorded, by step. */
  readonly trimmed?: Readonly<Record<number, (body: Json) => Json>>;
  /** The same for every answer of the file. */
  readonly alwaysTrimmed?: (body: Json) => Json;
  /** What was sent before a step without being recorded. */
  readonly before?: Readonly<Record<number, readonly RecordedRequest[]>>;
};

/** The record tells how long a value was instead of holding it. */
const inFull = (step: Step): Step => {
  const length = /data\.a is "x" repeated (\d+) times/.exec(step.title)?.[1];
  const { body } = step.request;
  return length === undefined || !isJsonObject(body) ? step : { ...step, request: { ...step.request, body: { ...body, data: { a: 'x'.repeat(Number(length)) } } } };
};

/** A pod with a container that runs and one that fails again and again, as kubelets tell of it. */
const podStatus = {
  phase: 'Running', podIP: '10.2.3.4', podIPs: [{ ip: '10.2.3.4' }], startTime: '2026-11-19T20:00:00Z',
  containerStatuses: [
    { name: 'c', image: 'nginx:1.27', imageID: '', ready: true, restartCount: 0, state: { running: { startedAt: '2026-11-19T20:00:00Z' } } },
    {
      name: 'd', image: 'nginx:1.27', imageID: '', ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, startedAt: '2026-11-19T21:00:00Z', finishedAt: '2026-11-19T21:26:00Z' } },
    },
  ],
};

/**
 * What was there when the recorder came to the Tables: the namespaces of the files before, one object of each kind as `defaulting` makes them
 * but in this namespace, the status of a pod, and a volume that cannot go yet.
 */
const before = (namespace: string): readonly RecordedRequest[] => [
  ...['apply', 'defaulting', 'delete', 'patch', 'validation'].map((file) => post('/api/v1/namespaces', { metadata: { name: `rec-${file}` } })),
  ...stepsOf('defaulting')
    .filter(({ request: { method, path } }) => method === 'POST' && !path.endsWith('/binding'))
    .map(({ request }) => JSON.parse(JSON.stringify(request).replaceAll('rec-defaulting', namespace)) as RecordedRequest), // the same request
  { method: 'PATCH', path: `/api/v1/namespaces/${namespace}/pods/full/status`, contentType: 'application/merge-patch+json', body: { status: podStatus } },
  { method: 'DELETE', path: '/api/v1/persistentvolumes/rec-x' },
];

const post = (path: string, body: Json): RecordedRequest => ({ method: 'POST', path, contentType: 'application/json', body });

const pick = (body: Json, names: readonly string[]): Json =>
  (isJsonObject(body) ? Object.fromEntries(names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]] as const]))) : body);

/** The recorder kept the names of an OpenAPI document's paths and schemas, and one operation. */
function documentInShort(body: Json): Json {
  if (!isJsonObject(body) || !isJsonObject(body['paths']) || !isJsonObject(body['components'])) return withoutTexts(body);
  const { openapi = null, info = null, paths, components } = body;
  const path = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
  const sample = Object.fromEntries([[path, pick(paths[path] ?? {}, ['parameters', 'patch'])]]);
  const { schemas, securitySchemes = {} } = components;
  return withoutTexts({ openapi, info, paths: Object.keys(paths), schemas: Object.keys(schemas ?? {}), securitySchemes, sample });
}

/** What a parameter means is said in our own words. */
function withoutTexts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'description').map(([name, each]) => [name, withoutTexts(each)]));
}

/** The package that the texts of columns come from does not keep their line breaks. */
function columnsInOneLine(body: Json): Json {
  if (Array.isArray(body)) return body.map(columnsInOneLine);
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, name === 'description' && typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : columnsInOneLine(value)]));
}

/** All ten files of recorded answers. */
export const recordings = {
  validation: { steps: stepsOf('validation').map(inFull), namespace: 'rec-validation' },
  defaulting: { steps: stepsOf('defaulting'), namespace: 'rec-defaulting' },
  patch: { steps: stepsOf('patch'), namespace: 'rec-patch' },
  delete: { steps: stepsOf('delete'), namespace: 'rec-delete' },
  apply: { steps: stepsOf('apply'), namespace: 'rec-apply' },
  crd: { steps: stepsOf('crd'), namespace: 'rec-crd', trimmed: { 75: (body: Json) => pick(documentInShort(body), ['paths', 'schemas']) } },
  rbac: { steps: stepsOf('rbac'), namespace: 'rec-rbac', server: { authorizationMode: 'RBAC' }, trimmed: { 18: (body: Json) => pick(body, ['kind', 'groupVersion']) } },
  admission: { steps: stepsOf('admission'), namespace: 'rec-admission' },
  discovery: { steps: stepsOf('discovery'), trimmed: { 56: documentInShort } },
  'list-watch': { steps: stepsOf('list-watch'), namespace: 'rec-list-watch', before: { 125: before('rec-list-watch') }, alwaysTrimmed: columnsInOneLine },
} as const satisfies Readonly<Record<string, Recording>>;

export type RecordedFile = keyof typeof recordings;
export const recordedFiles = Object.keys(recordings) as readonly RecordedFile[]; // they are its keys
