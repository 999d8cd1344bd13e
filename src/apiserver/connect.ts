import type { Observable } from 'rxjs';
import { badRequest, notFound, StatusError } from '../api/status';
import type { ConnectFrame, ConnectRequest } from '../api/types';
import { Pods } from '../kinds/core/pod';
import type { Pod } from '../schema/types';
import type { Storage } from './storage';

/** The kubelet's own API, as the API server calls it. Streams end with StatusErrors when the kubelet refuses. */
export interface KubeletApi {
  logs(request: ConnectRequest): Observable<ConnectFrame>;
  exec(request: ConnectRequest): Observable<ConnectFrame>;
  attach(request: ConnectRequest): Observable<ConnectFrame>;
  /** One connection to a port of a pod: bytes as text, in by `stdin` and out. */
  forward(request: ConnectRequest): Observable<ConnectFrame>;
}

/** Finds the kubelet of a node; undefined when nobody answers there. */
export type Kubelets = (node: string) => KubeletApi | undefined;

const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

type Target = { readonly request: ConnectRequest; readonly pod: Pod; readonly node: string };

/** What is talked to: throws StatusError in upstream's words when there is no such thing. */
export function targetOf(storage: Storage, request: ConnectRequest): Target {
  const { namespace, name, subresource } = request;
  const pod = storage.find(Pods, namespace, name) as Pod | undefined;   // stored under Pods, so it is one
  if (!pod) throw notFound(Pods, name);
  const container = subresource === 'portforward' ? undefined : containerOf(pod, request);
  const { nodeName } = pod.spec;
  if (!nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  return { pod, node: nodeName, request: { ...request, ...(container !== undefined && { container }) } };
}

const verbs: Readonly<Record<ConnectRequest['subresource'], { readonly method: keyof KubeletApi; readonly path: string }>> = {
  log: { method: 'logs', path: 'containerLogs' }, exec: { method: 'exec', path: 'exec' }, attach: { method: 'attach', path: 'attach' },
  portforward: { method: 'forward', path: 'portForward' },
};

/** Hands a conversation to the kubelet of the pod's node. Throws StatusError in upstream's words. */
export function connect(storage: Storage, kubelets: Kubelets, asked: ConnectRequest): Observable<ConnectFrame> {
  const { pod, node, request, request: { namespace, name, container } } = targetOf(storage, asked);
  const { method, path } = verbs[request.subresource];
  const kubelet = kubelets(node);
  if (kubelet) return kubelet[method](request);
  const host = pod.status?.hostIP ?? node;
  const url = `https://${host}:10250/${path}/${namespace}/${name}${container === undefined ? '' : `/${container}`}`;
  throw new StatusError('', `Get "${url}": dial tcp ${host}:10250: connect: connection refused`);
}

function containerOf({ metadata, spec }: Pod, { container, subresource }: ConnectRequest): string {
  const names = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map((each) => each.name);
  if (container) {
    if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${metadata.name}`);
    return container;
  }
  const [only] = spec.containers;
  if (only && spec.containers.length === 1) return only.name;
  const named = metadata.annotations?.[defaultContainerAnnotation];
  if (named && names.includes(named) && subresource !== 'log') return named;
  const init = spec.initContainers?.length ? ` or one of the init containers: [${spec.initContainers.map((each) => each.name).join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${spec.containers.map((each) => each.name).join(' ')}]${init}`);
}
