import type { HttpRequest, Reply } from '../../net/types';
import { isList, isObject, type JsonObject } from '../../lib/json';
import { json, parseTarget, plainText } from '../http';
import { type Server, goSignals } from '../server';

/** The request of an AdmissionReview, as far as these webhooks read it. */
type Asked = { readonly operation: string; readonly resource: string; readonly name: string; readonly subResource: string; readonly object: JsonObject; readonly oldObject: JsonObject };
type Answer = { readonly allowed: boolean; readonly status?: JsonObject; readonly patch?: readonly JsonObject[]; readonly delayMs?: number };
type Webhook = (asked: Asked, sidecarImage: string) => Answer;

const allow: Answer = { allowed: true };
const deny = (status: JsonObject): Answer => ({ allowed: false, status: { metadata: {}, ...status } });
const patchWith = (...patch: readonly JsonObject[]): Answer => ({ allowed: true, patch });

const part = (object: JsonObject, key: string): JsonObject => { const value = object[key]; return isObject(value) ? value : {}; };
const labelOf = (object: JsonObject): unknown => part(part(object, 'metadata'), 'labels')['webhook-e2e-test'];
const containersOf = (object: JsonObject, list = 'containers'): readonly JsonObject[] => { const value = part(object, 'spec')[list]; return isList(value) ? value.filter(isObject) : []; };
const foreverMs = 24 * 3_600_000;

/** Objects whose data says so may not be written, or not be deleted. */
const admitData = (disallowed: string, nondeletable: string): Webhook => ({ operation, object, oldObject }) => {
  const mark = part(operation === 'DELETE' ? oldObject : object, 'data')['webhook-e2e-test'];
  if (mark === 'webhook-disallow' && operation !== 'DELETE') return deny({ reason: disallowed });
  return mark === 'webhook-nondeletable' && operation === 'DELETE' ? deny({ reason: nondeletable }) : allow;
};

/** Two stages, each after the other: two webhooks in a row make both. */
const mutateData: Webhook = ({ object }) => {
  const data = part(object, 'data');
  if (data['mutation-stage-1'] === 'yes') return patchWith({ op: 'add', path: '/data/mutation-stage-2', value: 'yes' });
  return data['mutation-start'] === 'yes' ? patchWith({ op: 'add', path: '/data/mutation-stage-1', value: 'yes' }) : allow;
};

const addLabel: Webhook = ({ object }) => {
  const labels = part(object, 'metadata')['labels'];
  if (!isObject(labels) || Object.keys(labels).length === 0) return patchWith({ op: 'add', path: '/metadata/labels', value: { 'added-label': 'yes' } });
  if (labels['added-label'] === undefined) return patchWith({ op: 'add', path: '/metadata/labels/added-label', value: 'yes' });
  return labels['added-label'] === 'yes' ? allow : patchWith({ op: 'replace', path: '/metadata/labels/added-label', value: 'yes' });
};

const admitPods: Webhook = ({ object }) => {
  const label = labelOf(object);
  const unwanted = [
    ...(label === 'webhook-disallow' ? ['the pod contains unwanted label;'] : []),
    ...(label === 'wait-forever' ? ['the pod response should not be sent;'] : []),
    ...containersOf(object).filter(({ name }) => String(name).includes('webhook-disallow')).map(() => 'the pod contains unwanted container name;'),
  ];
  return { ...(unwanted.length > 0 ? deny({ message: unwanted.join(' ') }) : allow), ...(label === 'wait-forever' && { delayMs: foreverMs }) };
};

const mutatePods: Webhook = ({ object, name }) =>
  name !== 'webhook-to-be-mutated' || containersOf(object, 'initContainers').some((each) => each['name'] === 'webhook-added-init-container') ? allow
    : patchWith({ op: 'add', path: '/spec/initContainers', value: [{ image: 'webhook-added-image', name: 'webhook-added-init-container', resources: {} }] });

const addSidecar: Webhook = ({ object }, image) => {
  if (!image) return deny({ status: 'Failure', message: 'No image specified by the sidecar-image parameter', code: 500 });
  if (containersOf(object).some(({ name }) => name === 'webhook-added-sidecar')) return allow;
  return patchWith({ op: 'add', path: '/spec/containers/-', value: { image, name: 'webhook-added-sidecar', resources: {} } });
};

const denyAttachment: Webhook = ({ name, object }) =>
  name === 'to-be-attached-pod' && object['stdin'] === true && object['container'] === 'container1' ? deny({ message: "attaching to pod 'to-be-attached-pod' is not allowed" }) : allow;

const webhooks: Readonly<Record<string, Webhook>> = {
  '/always-allow-delay-5s': () => ({ ...allow, status: { metadata: {}, message: 'this webhook allows all requests' }, delayMs: 5_000 }),
  '/always-deny': () => deny({ message: 'this webhook denies all requests' }),
  '/add-label': addLabel,
  '/pods': admitPods,
  '/pods/attach': denyAttachment,
  '/mutating-pods': mutatePods,
  '/mutating-pods-sidecar': addSidecar,
  '/configmaps': admitData('the configmap contains unwanted key and value', 'the configmap cannot be deleted because it contains unwanted key and value'),
  '/mutating-configmaps': mutateData,
  '/custom-resource': admitData('the custom resource contains unwanted data', 'the custom resource cannot be deleted because it contains unwanted key and value'),
  '/mutating-custom-resource': mutateData,
  '/crd': ({ object }) => (labelOf(object) === 'webhook-disallow' ? deny({ message: 'the crd contains unwanted label' }) : allow),
};

/** A review that was posted; undefined for a body that is none. */
export function reviewIn({ body }: HttpRequest): { readonly review: JsonObject; readonly request: JsonObject } | undefined {
  try {
    const review: unknown = JSON.parse(body);
    return isObject(review) ? { review, request: part(review, 'request') } : undefined;
  } catch { return undefined; }
}

function answer(request: HttpRequest, sidecarImage: string): Reply {
  const { pathname } = parseTarget(request.path);
  if (pathname === '/readyz') return plainText('ok');
  const webhook = Object.hasOwn(webhooks, pathname) ? webhooks[pathname] : undefined;
  if (!webhook) return plainText('404 page not found\n', 404);
  const given = reviewIn(request);
  if (!given) return plainText('Request could not be decoded\n', 400);
  const { review, request: asked } = given;
  const text = (key: string): string => String(asked[key] ?? '');
  const { allowed, status, patch, delayMs } = webhook({
    operation: text('operation'), name: text('name'), subResource: text('subResource'), resource: String(part(asked, 'resource')['resource'] ?? ''),
    object: part(asked, 'object'), oldObject: part(asked, 'oldObject'),
  }, sidecarImage);
  const response = { uid: asked['uid'], allowed, ...(status && { status }), ...(patch && { patch: btoa(JSON.stringify(patch)), patchType: 'JSONPatch' }) };
  return delayed(json({ kind: 'AdmissionReview', apiVersion: review['apiVersion'], response }), delayMs);
}

const delayed = (reply: Reply, delayMs: number | undefined): Reply =>
  reply.kind === 'http' && delayMs !== undefined ? { ...reply, response: { ...reply.response, delayMs } } : reply;

type Flag = (argv: readonly string[], name: string) => string | undefined;

/** `agnhost webhook`: the admission webhooks that upstream's tests use, on port 443 or the one it is told. */
export const webhookServer = (flag: Flag): Server => ({
  ports: ({ argv }) => [Number(flag(argv, 'port') ?? 443)],
  tls: () => true,
  answer: ({ argv }, _port, payload) => (payload.kind === 'http' ? answer(payload.request, flag(argv, 'sidecar-image') ?? '') : { kind: 'text', text: '' }),
  signals: goSignals,
});
