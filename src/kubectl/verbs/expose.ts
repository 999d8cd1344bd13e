import { formatLabelSelector, type LabelSelector } from '../../lib/selectors';
import { dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize } from '../common-flags';
import { forEach } from '../each';
import { CommandError } from '../errors';
import { text } from '../flags';
import { pairOf } from '../generators/generator';
import { resultPrinter } from '../printers/result';
import { mappingFor } from '../resources';
import { find, place, type Found } from '../targets';
import { isRecord, listAt, numberAt, recordAt, textAt, textsAt, type JsonRecord } from '../values';
import { defineVerb } from '../verb';

const exposable = new Set(['pods', 'services', 'replicationcontrollers', 'deployments.apps', 'replicasets.apps']);

export const expose = defineVerb({
  name: 'expose',
  category: 'Basic Commands (Beginner)',
  usage: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  summary: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  examples: ['# Make a deployment reachable by a name', 'kubectl expose deployment web --port=80 --target-port=8080'],
  completes: 'resources',
  flags: {
    ...outputFlags, ...dryRunFlag, ...fileFlags, ...fieldManagerFlag('kubectl-expose'),
    port: text('The port that the service should serve on.'),
    'target-port': text('Name or number for the port on the container that the service should direct traffic to.'),
    protocol: text('The network protocol for the service to be created.', { initial: '' }),
    name: text('The name for the newly created object.'),
    type: text(
      'Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName.', { values: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] },
    ),
    selector: text('A label selector to use for this service.'),
    labels: text('Labels to apply to the service.', { short: 'l' }),
    'external-ip': text('Additional external IP address (not managed by Kubernetes) to accept for the service.'),
    'cluster-ip': text("ClusterIP to be assigned to the service; 'None' to create a headless service."),
    'session-affinity': text("If non-empty, set the session affinity for the service to this: 'None', 'ClientIP'."),
    'load-balancer-ip': text('IP to assign to the LoadBalancer.'),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const { found, errors } = await find(context, args, { filenames: flags.filename, recursive: flags.recursive });
    yield* forEach(found, errors, async function* (each) {
      const service = serviceFor(each, flags);
      const mapping = mappingFor('services');
      const options = { fieldManager: flags['field-manager'], ...(dryRun === 'server' && { dryRun: true }) };
      const result = dryRun === 'client' ? service : await context.connection.create(mapping, each.namespace, service, options);
      yield print(place(mapping, each.namespace, textAt(service, 'metadata', 'name')), 'exposed', result);
    });
  },
});

type Flags =
  Readonly<Record<'port' | 'target-port' | 'protocol' | 'name' | 'type' | 'selector' | 'labels' | 'external-ip' | 'cluster-ip' | 'session-affinity' | 'load-balancer-ip', string>>;

function serviceFor(each: Found, flags: Flags): JsonRecord {
  const { mapping, name: own, object } = each;
  if (!exposable.has(mapping.resource)) throw new CommandError(`cannot expose a ${mapping.kind}${mapping.group && `.${mapping.group}`}`);
  const name = flags.name || own;
  const selector = flags.selector ? Object.fromEntries(flags.selector.split(',').map((pair) => pairOf(pair, 'selector'))) : selectorOf(each);
  const labels = flags.labels ? Object.fromEntries(flags.labels.split(',').map((pair) => pairOf(pair, 'label'))) : textsAt(object, 'metadata', 'labels');
  const ports = portsOf(each, flags);
  if (ports.length === 0 && flags['cluster-ip'] !== 'None') throw new CommandError("couldn't find port via --port flag or introspection");
  return {
    apiVersion: 'v1', kind: 'Service',
    metadata: { ...(Object.keys(labels).length > 0 && { labels }), name },
    spec: {
      ...(flags['cluster-ip'] && { clusterIP: flags['cluster-ip'] }), ...(flags['external-ip'] && { externalIPs: [flags['external-ip']] }),
      ...(flags['load-balancer-ip'] && { loadBalancerIP: flags['load-balancer-ip'] }),
      ...(ports.length > 0 && { ports }), selector, ...(flags['session-affinity'] && { sessionAffinity: flags['session-affinity'] }),
      ...(flags.type && { type: flags.type }),
    },
    status: { loadBalancer: {} },
  };
}

/** What the object itself selects by; a pod is selected by its labels. */
function selectorOf({ mapping, object, name }: Found): Readonly<Record<string, string>> {
  if (mapping.resource === 'pods') {
    const labels = textsAt(object, 'metadata', 'labels');
    if (Object.keys(labels).length === 0)
      throw new CommandError(`couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed`);
    return labels;
  }
  if (mapping.group === '') return textsAt(object, 'spec', 'selector');
  const selector = recordAt(object, 'spec', 'selector');
  if (listAt(selector, 'matchExpressions').length > 0)
    throw new CommandError(`couldn't convert expressions - "${formatLabelSelector(selector as LabelSelector)}" to map-based selector format of ${mapping.plural} ${JSON.stringify(name)}`);
  return textsAt(selector, 'matchLabels');
}

/** From --port, else from the containers or the service. */
function portsOf({ mapping, object }: Found, flags: Flags): readonly JsonRecord[] {
  const spec = mapping.resource === 'pods' || mapping.resource === 'services' ? recordAt(object, 'spec') : recordAt(object, 'spec', 'template', 'spec');
  const known = mapping.resource === 'services'
    ? listAt(spec, 'ports').map((port) => ({ port: numberAt(port, 'port') ?? 0, protocol: textAt(port, 'protocol') || 'TCP' }))
    : listAt(spec, 'containers').flatMap((container) => listAt(container, 'ports')).filter(isRecord).map((port) => ({
      port: numberAt(port, 'containerPort') ?? 0, protocol: textAt(port, 'protocol') || 'TCP',
    }));
  const asked = flags.port ? flags.port.split(',').map((word) => ({ port: portNumber(word), protocol: '' })) : known;
  return asked.map(({ port, protocol }, index) => {
    const target = flags['target-port'] || String(port);
    const own = protocol || known.find((each) => each.port === port)?.protocol || 'TCP';
    return {
      ...(asked.length > 1 && { name: `port-${index + 1}` }), port, protocol: flags.protocol || own,
      targetPort: /^\d+$/.test(target) ? Number(target) : target,
    };
  });
}

function portNumber(word: string): number {
  if (!/^\d+$/.test(word)) throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(word)}: invalid syntax`);
  return Number(word);
}
