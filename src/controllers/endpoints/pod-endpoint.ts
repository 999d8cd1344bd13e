import { keyOf } from '../../api/keys';
import { getCondition, isPodReady, isTerminal } from '../../kinds/core/pod-conditions';
import { Services } from '../../kinds/core/service';
import { labels } from '../../kinds/core/well-known';
import { selectorOfSet } from '../../lib/selectors';
import type { IndexBy } from '../../runtime/index-by';
import type { Informers } from '../../runtime/informers';
import type { Container, Endpoint, Node, Pod, Service, ServicePort } from '../../schema/types';

/** Services without a selector, and names for outside, have no endpoints of their own. */
export const hasSelector = ({ spec }: Service): boolean => spec.type !== 'ExternalName' && spec.selector !== undefined && Object.keys(spec.selector).length > 0;

/** The keys of the services that choose the pod. */
export function* servicesOf({ metadata: { namespace, labels: own } }: Pod, informers: Informers): Generator<string> {
  if (!own) return;
  const services = informers.of(Services);
  for (const key in own)
    for (const service of services.by(bySelector, selectorValue(namespace, key, own[key])))
      if (selectorOfSet(service.spec.selector).matches(own)) yield keyOf(service);
}

/** Services by one label that they ask for: a pod can only be of those that ask for one of its own. */
const bySelector: IndexBy<Service> = {
  name: 'selector',
  of: (service) => {
    const exact = hasSelector(service) ? selectorOfSet(service.spec.selector).exact : undefined;
    return exact && selectorValue(service.metadata.namespace, exact.key, exact.value);
  },
};
const selectorValue = (namespace: string, key: string, value = ''): string => `${namespace}/${key}=${value}`;

/** Whether a pod has an address that is worth telling: one that is over has none. */
export const hasEndpoint = (pod: Pod): boolean => !isTerminal(pod) && !!pod.status?.podIP;

/** A pod as an endpoint of a service. A terminating pod may go on serving while it is not ready any more. */
export function endpointOf(pod: Pod, service: Service, node: Node | undefined, addresses: readonly string[]): Endpoint {
  const { metadata: { name, namespace, uid }, spec } = pod;
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const zone = node?.metadata.labels?.[labels.zone];
  const hostname = spec.hostname && spec.subdomain === service.metadata.name ? spec.hostname : undefined;
  return {
    addresses,
    conditions: { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(hostname && { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(spec.nodeName && { nodeName: spec.nodeName }),
    ...(zone && { zone }),
  };
}

export type ResolvedPort = { readonly name: string; readonly port: number; readonly protocol: string; readonly appProtocol?: string };

/** A service's ports as this pod has them: a named target is looked up in its containers, and left out when there is none. */
export function portsOf({ spec: { ports = [] } }: Service, pod: Pod): ResolvedPort[] {
  return ports.flatMap((port) => {
    const number = targetPort(port, pod);
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return number === undefined ? [] : [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

/** The number of the port traffic goes to; undefined when the pod has no port by that name and protocol. */
export function targetPort({ port, targetPort: target = port, protocol = 'TCP' }: ServicePort, { spec }: Pod): number | undefined {
  if (typeof target === 'number') return target || port;
  for (const container of [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)])
    for (const each of container.ports ?? []) if (each.name === target && (each.protocol ?? 'TCP') === protocol) return each.containerPort;
  return undefined;
}
const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** Changes of a pod that say nothing new about its endpoint. */
export const sameEndpoint = (a: Pod, b: Pod): boolean =>
  a.metadata.labels === b.metadata.labels && a.spec === b.spec && a.metadata.deletionTimestamp === b.metadata.deletionTimestamp
  && a.status?.podIP === b.status?.podIP && a.status?.phase === b.status?.phase && isPodReady(a) === isPodReady(b);

/** When a pod last became ready or stopped being so. */
export const readinessChangedAt = (pod: Pod): string => getCondition(pod.status, 'Ready')?.lastTransitionTime ?? '';
