import type { KubeObject } from '../../api/types';
import type { Service } from '../../schema/types';
import type { Amounts } from './amounts';
import type { Evaluator } from './types';

const isService = (object: KubeObject): object is Service => object.kind === 'Service';
const names: ReadonlySet<string> = new Set(['count/services', 'services', 'services.nodeports', 'services.loadbalancers']);

function usage(service: KubeObject): Amounts {
  const ports = isService(service) ? nodePorts(service) : 0;
  const balanced = isService(service) && service.spec.type === 'LoadBalancer';
  return { 'count/services': '1', services: '1', 'services.nodeports': String(ports), 'services.loadbalancers': balanced ? '1' : '0' };
}

/** As many as it will have: none is allocated yet when it is counted. */
function nodePorts({ spec: { type, ports = [], allocateLoadBalancerNodePorts } }: Service): number {
  if (type === 'NodePort') return ports.length;
  if (type !== 'LoadBalancer') return 0;
  return allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort).length : ports.length;
}

/** Services, their node ports and their load balancers; a change of type is a change of use. */
export const serviceEvaluator: Evaluator = {
  handles: ({ operation, subresource }) => operation !== 'delete' && !subresource,
  matching: (asked) => [...asked].filter((name) => names.has(name)),
  usage,
  frees: (previous, next) => isService(previous) && isService(next) && (previous.spec.type !== next.spec.type || nodePorts(previous) !== nodePorts(next)),
};
