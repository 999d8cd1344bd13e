import { clusterAdmin, type Cluster } from '../cluster/cluster';
import { clusterDNS } from '../cluster/addons';
import { controlPlaneAddress, controlPlaneName } from '../cluster/machines';
import type { Surroundings } from '../containers/types';
import { Nodes } from '../kinds/core/node';
import { Pods } from '../kinds/core/pod';
import { clientOf } from '../kubectl/client';
import { Random } from '../sim/random';
import { Console, type ConsoleOptions } from './console';
import { nodeControl } from './node-controls';
import { ControlError } from './podarium-program';

/** A console on the control-plane node of a cluster: cluster IPs and node ports can be reached from there, and full names of services resolve. */
export function consoleOf(cluster: Cluster, options: Omit<ConsoleOptions, 'api' | 'scheduler' | 'server' | 'surroundings' | 'random'> = {}): Console {
  const chance = new Random(cluster.seed).stream('console');
  return new Console({
    ...options,
    api: clientOf(cluster.server, clusterAdmin), scheduler: cluster.clock, server: `https://${controlPlaneAddress}:6443`,
    surroundings: surroundingsOf(cluster), random: () => chance.next(),
    controls: {
      node: (action, name, argument) => nodeControl(cluster, action, name, argument),
      enable: (part, off) => enable(cluster, part, off),
      kill: (pod, container) => kill(cluster, pod, container), ...options.controls,
    },
  });
}

const surroundingsOf = (cluster: Cluster): Surroundings => ({
  network: cluster.network,
  source: { ip: controlPlaneAddress, node: controlPlaneName, name: controlPlaneName },
  resolver: { nameservers: [clusterDNS], search: [], ndots: 1, get hosts() { return nodeAddresses(cluster); } },
});

const nodeAddresses = ({ client }: Cluster): Readonly<Record<string, string>> =>
  Object.fromEntries(client.list(Nodes).items.map(({ metadata, status }) => [
    metadata.name, status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
  ]));

/** Without a name: which parts there are. */
async function enable({ parts }: Cluster, name: string, off: boolean): Promise<string> {
  const { optional } = await import('../cluster/optional/all');
  const part = Object.values(optional).find((each) => each.name === name);
  if (!name) return Object.values(optional).map((each) => `${each.name.padEnd(26)}${parts.enabled.includes(each.name) ? 'on   ' : 'off  '}${each.summary}`).join('\n');
  if (!part) throw new ControlError(`there is no part ${JSON.stringify(name)}: podarium enable lists them`);
  try { if (off) parts.disable(part.name); else parts.enable(part); } catch (error) { throw new ControlError(error instanceof Error ? error.message : String(error)); }
  return `${name} is ${off ? 'disabled' : 'enabled'}`;
}

/** Without a container's name the pod's first is meant. */
function kill({ client, kubelets }: Cluster, pod: string, container: string): string {
  const [name = '', namespace = 'default'] = pod.split('/').reverse();
  try {
    const wanted = container || (client.get(Pods, { namespace, name }).spec.containers[0]?.name ?? '');
    kubelets.kill({ namespace, name }, wanted);
    return `container ${wanted} of ${namespace}/${name} was killed`;
  } catch (error) { throw new ControlError(error instanceof Error ? error.message : String(error)); }
}
