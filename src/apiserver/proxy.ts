import { map, type Observable } from 'rxjs';
import { badRequest, notFound, StatusError } from '../api/status';
import type { KubeObject } from '../api/types';
import { Nodes } from '../kinds/core/node';
import { Pods } from '../kinds/core/pod';
import { Services } from '../kinds/core/service';
import { EndpointSlices } from '../kinds/discovery/endpointslice';
import type { Connected, HttpRequest, HttpResponse, Payload } from '../net/types';
import type { EndpointSlice, Pod, Service } from '../schema/types';
import type { Storage } from './storage';

/** The control plane's way into the network: one question to one address. */
export type Dial = (host: string, port: number, payload: Payload) => Observable<Connected>;

/** A request for what is behind the API: `name` may be `scheme:name:port`. */
export type ProxyRequest = { readonly resource: string; readonly namespace?: string; readonly name: string; readonly request: HttpRequest };

type Target = { readonly host: string; readonly port: number; readonly tls?: true };
const defaultPort = 80;
const kubeletPort = 10_250;

const targets: Readonly<Record<string, (storage: Storage, request: ProxyRequest) => Target>> = { pods: podTarget, services: serviceTarget, nodes: nodeTarget };
export const hasProxy = (resource: string): boolean => Object.hasOwn(targets, resource);

/** Hands an HTTP request on to a pod, a service's endpoint or a node. Throws and emits StatusError in upstream's words. */
export function proxy(storage: Storage, dial: Dial, request: ProxyRequest): Observable<HttpResponse> {
  const target = targets[request.resource];
  if (!target) throw badRequest(`${request.resource} cannot be proxied`);
  const { host, port, tls } = target(storage, request);
  return dial(host, port, { kind: 'http', request: request.request, ...(tls && { tls }) }).pipe(map((answer) => {
    if ('reply' in answer && answer.reply.kind === 'http') return answer.reply.response;
    const why = 'error' in answer ? `dial tcp ${host}:${port}: connect: ${answer.error}` : `malformed HTTP response`;
    throw unavailable(`error trying to reach service: ${why}`);
  }));
}

const unavailable = (message: string): StatusError => new StatusError('ServiceUnavailable', message);

/** `scheme:name:port`, `name:port` or `name`. */
function parts(what: string, text: string): { readonly name: string; readonly port: string; readonly secure: { readonly tls?: true } } {
  const words = text.split(':');
  const [name = '', port = ''] = words.length === 3 ? words.slice(1) : words;
  if (words.length > 3 || name === '' || (words.length === 3 && !['', 'http', 'https'].includes(words[0] ?? ''))) throw badRequest(`invalid ${what} request ${JSON.stringify(text)}`);
  return { name, port, secure: words.length === 3 && words[0] === 'https' ? { tls: true } : {} };
}

function podTarget(storage: Storage, { namespace, name: asked }: ProxyRequest): Target {
  const { name, port, secure } = parts('pod', asked);
  const pod = storage.find(Pods, namespace, name) as Pod | undefined;   // stored under Pods, so it is one
  if (!pod) throw notFound(Pods, name);
  const host = pod.status?.podIP;
  if (!host) throw badRequest('address not allowed');
  const own = pod.spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  return { host, port: port === '' ? own ?? defaultPort : Number(port), ...secure };
}

function serviceTarget(storage: Storage, { namespace, name: asked }: ProxyRequest): Target {
  const { name, port, secure } = parts('service', asked);
  const service = storage.find(Services, namespace, name) as Service | undefined;   // stored under Services
  if (!service) throw notFound(Services, name);
  const portName = /^\d+$/.test(port) ? portNamed(service, Number(port)) : port;
  for (const slice of storage.list(EndpointSlices, namespace).filter(isOf(name))) {
    const number = slice.ports?.find((each) => (each.name ?? '') === portName || (port === '' && slice.ports?.length === 1))?.port;
    const host = slice.endpoints?.find(({ conditions }) => conditions?.ready !== false)?.addresses[0];
    if (number !== undefined && host !== undefined) return { host, port: number, ...secure };
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(asked)}`);
}

function portNamed({ metadata: { name }, spec }: Service, number: number): string {
  const found = spec?.ports?.find(({ port }) => port === number);
  if (!found) throw unavailable(`no service port ${number} found for service ${JSON.stringify(name)}`);
  return found.name ?? '';
}

const isOf = (service: string) => (object: KubeObject): object is EndpointSlice => object.metadata.labels?.['kubernetes.io/service-name'] === service;

function nodeTarget(storage: Storage, { name: asked }: ProxyRequest): Target {
  const { name, port, secure } = parts('node', asked);
  const node = storage.find(Nodes, undefined, name);
  if (!node) throw notFound(Nodes, name);
  const { status } = node as { readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] } };   // stored under Nodes
  const host = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (host === undefined) throw badRequest(`no address of node ${name} is known`);
  return { host, port: port === '' ? kubeletPort : Number(port), ...secure };
}
