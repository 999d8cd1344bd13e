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
}

/** Finds the kubelet of a node; undefined when nobody answers there. */
export type Kubelets = (node: string) => KubeletApi | undefined;

const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

/** Hands a conversation to the kubelet of the pod's node. Throws StatusError in upstream's words. */
export function connect(storage: Storage, kubelets: Kubelets, request: ConnectRequest): Observable<ConnectFrame> {
  const { namespace, name, subresource } = request;
  const pod = storage.find(Pods, namespace, name) as Pod | undefined;   // stored under Pods, so it is one
  if (!pod) throw notFound(Pods, name);
  const container = containerOf(pod, request);
  if (!pod.spec.nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  const kubelet = kubelets(pod.spec.nodeName);
  if (!kubelet) {
    const host = pod.status?.hostIP ?? pod.spec.nodeName;
    throw new StatusError('',
      `Get "https://${host}:10250/containerLogs/${namespace}/${name}/${container}": dial tcp ${host}:10250: connect: connection refused`,
    );
  }
  const asked = { ...request, container };
  return subresource === 'log' ? kubelet.logs(asked) : subresource === 'exec' ? kubelet.exec(asked) : kubelet.attach(asked);
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
