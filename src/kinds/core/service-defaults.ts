import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from '../../schema/types';
import { change, fill, mapItems, set } from '../sharing';

/** Three hours. */
const clientIPTimeoutSeconds = 10800;

/** Reachable from outside the cluster: by node port, load balancer or an external address of a ClusterIP service. */
export const externallyAccessible = ({ type, externalIPs }: ServiceSpec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0);

/** Upstream's defaults of a service. */
export function serviceDefaults(service: Service): Service {
  const spec = specDefaults(service.spec);
  const result = spec === service.spec ? service : { ...service, spec };
  return spec.type === 'LoadBalancer'
    ? change(result, 'status', (status) => change(status, 'loadBalancer', (balancer) => change(balancer, 'ingress', withMode)))
    : result;
}

const withMode = (ingress: readonly LoadBalancerIngress[]): readonly LoadBalancerIngress[] =>
  mapItems(ingress, (point) => (point.ip ? fill(point, { ipMode: 'VIP' }) : point));

function specDefaults(given: ServiceSpec): ServiceSpec {
  let spec = fill(given, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'None') spec = set(spec, 'sessionAffinityConfig', undefined);
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: clientIPTimeoutSeconds } } };
  spec = change(spec, 'ports', (ports) => mapItems(ports, portDefaults));
  if (externallyAccessible(spec)) spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP') spec = fill(spec, { internalTrafficPolicy: 'Cluster' });
  return spec.type === 'LoadBalancer' ? fill(spec, { allocateLoadBalancerNodePorts: true }) : spec;
}

function portDefaults(port: ServicePort): ServicePort {
  const result = fill(port, { protocol: 'TCP' });
  return result.targetPort === undefined || result.targetPort === 0 || result.targetPort === '' ? { ...result, targetPort: port.port } : result;
}
