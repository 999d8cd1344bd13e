import { clusterAdmin, type Cluster } from '../cluster';
import { clusterDNS } from '../cluster/addons';
import { controlPlaneAddress, controlPlaneName } from '../cluster/machines';
import type { Surroundings } from '../containers/types';
import { Nodes } from '../kinds/core/node';
import { clientOf } from '../kubectl/client';
import { Random } from '../sim/random';
import { Console, type ConsoleOptions } from './console';

/** A console on the control-plane node of a cluster: cluster IPs and node ports can be reached from there, and full names of services resolve. */
export function consoleOf(cluster: Cluster, options: Omit<ConsoleOptions, 'api' | 'scheduler' | 'server' | 'surroundings' | 'random'> = {}): Console {
  const chance = new Random(cluster.seed).stream('console');
  return new Console({
    ...options,
    api: clientOf(cluster.server, clusterAdmin), scheduler: cluster.clock, server: `https://${controlPlaneAddress}:6443`,
    surroundings: surroundingsOf(cluster), random: () => chance.next(),
    controls: { crashNode: (name) => switched(cluster, name, 'crash'), restartNode: (name) => switched(cluster, name, 'restart'), ...options.controls },
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

function switched({ client, kubelets }: Cluster, name: string, action: 'crash' | 'restart'): string {
  if (!client.list(Nodes).items.some(({ metadata }) => metadata.name === name)) return `there is no node ${JSON.stringify(name)}`;
  if (action === 'crash') kubelets.crashNode(name); else kubelets.restartNode(name);
  return `node ${name} ${action === 'crash' ? 'has crashed' : 'is coming back'}`;
}
