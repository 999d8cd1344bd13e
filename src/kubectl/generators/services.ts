import { CommandError } from '../errors';
import { integer, list, text } from '../flags';
import type { JsonRecord } from '../values';
import { createVerb } from './generator';

const tcp = { tcp: list("Port pairs can be specified as '<port>:<targetPort>'.") };

/** `80`, `80:8080`, `80:http` as service ports. Throws CommandError. */
function portsOf(pairs: readonly string[], nodePort = 0): readonly JsonRecord[] {
  return pairs.map((pair) => {
    const [first = '', second = first] = pair.split(':');
    const port = portNumber(first);
    const targetPort = /^\d+$/.test(second) ? portNumber(second) : second;
    return { name: pair.replace(':', '-'), port, protocol: 'TCP', targetPort, ...(nodePort > 0 && { nodePort }) };
  });
}

function portNumber(word: string): number {
  const port = Number(word);
  if (!/^\d+$/.test(word) || port < 1 || port > 65535) throw new CommandError(`invalid port value: ${word}, must be between 1 and 65535`);
  return port;
}

const service = (name: string, type: string, spec: JsonRecord): JsonRecord =>
  ({ metadata: { labels: { app: name } }, spec: { ...spec, selector: { app: name }, type }, status: { loadBalancer: {} } });

export const createClusterIP = createVerb({
  failure: 'failed to create ClusterIP service: ',
  name: 'service clusterip', resource: 'services', usage: 'service clusterip NAME [--tcp=<port>:<targetPort>]', summary: 'Create a ClusterIP service',
  flags: { ...tcp, clusterip: text("Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).") },
  build(name, { tcp: pairs, clusterip }) {
    if (pairs.length === 0 && clusterip !== 'None') throw new CommandError('at least one tcp port specifier must be provided');
    if (pairs.length > 0 && clusterip === 'None') return service(name, 'ClusterIP', { clusterIP: 'None', ports: portsOf(pairs) });
    return service(name, 'ClusterIP', { ...(clusterip && { clusterIP: clusterip }), ...(pairs.length > 0 && { ports: portsOf(pairs) }) });
  },
});

export const createNodePort = createVerb({
  failure: 'failed to create NodePort service: ',
  name: 'service nodeport', resource: 'services', usage: 'service nodeport NAME [--tcp=port:targetPort]', summary: 'Create a NodePort service',
  flags: { ...tcp, 'node-port': integer('Port used to expose the service on each node in a cluster.') },
  build(name, { tcp: pairs, 'node-port': nodePort }) {
    if (pairs.length === 0) throw new CommandError('at least one tcp port specifier must be provided');
    return service(name, 'NodePort', { ports: portsOf(pairs, nodePort) });
  },
});

export const createLoadBalancer = createVerb({
  failure: 'failed to create LoadBalancer service: ',
  name: 'service loadbalancer', resource: 'services', usage: 'service loadbalancer NAME [--tcp=port:targetPort]', summary: 'Create a LoadBalancer service',
  flags: tcp,
  build(name, { tcp: pairs }) {
    if (pairs.length === 0) throw new CommandError('at least one tcp port specifier must be provided');
    return service(name, 'LoadBalancer', { ports: portsOf(pairs) });
  },
});

export const createExternalName = createVerb({
  failure: 'failed to create ExternalName service: ',
  name: 'service externalname', resource: 'services', usage: 'service externalname NAME --external-name external.name',
  summary: 'Create an ExternalName service',
  flags: { ...tcp, 'external-name': text('External name of service', { required: true }) },
  build: (name, { tcp: pairs, 'external-name': externalName }) => service(
    name, 'ExternalName', { externalName, ...(pairs.length > 0 && { ports: portsOf(pairs) }) },
  ),
});
