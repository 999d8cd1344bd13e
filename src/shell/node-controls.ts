import { catchError, throwError, type Observable } from 'rxjs';
import { StatusError } from '../api/status';
import type { Cluster } from '../cluster/cluster';
import { controlPlaneName } from '../cluster/machines';
import { drainNode, upgradeNode } from '../cluster/maintenance';
import { parseDuration } from '../lib/durations';
import { ControlError } from './podarium-program';

type Action = (cluster: Cluster, name: string, argument: string) => string | Observable<string>;

const workshop = ({ client, machines, clock }: Cluster) => ({ client, machines, clock });
/** Lines as they come; what the API refuses is told in its words. */
const told = (lines: Observable<string>): Observable<string> =>
  lines.pipe(catchError((error: unknown) => throwError(() => (error instanceof StatusError ? new ControlError(error.message) : error))));

function latencyOf(text: string): number {
  try { return parseDuration(text); } catch { throw new ControlError(`slow wants a duration such as 5s, or 0s for none, not ${JSON.stringify(text)}`); }
}

const actions: Readonly<Record<string, Action>> = {
  remove: ({ machines }, name) => { machines.remove(name); return `node ${name} is gone`; },
  crash: ({ machines }, name) => { machines.set(name, { power: 'Off' }); return `node ${name} has crashed`; },
  restart: ({ machines }, name) => {
    machines.set(name, { power: 'Off' });
    machines.set(name, { power: 'On', kubelet: 'Running' });
    return `node ${name} is coming back`;
  },
  'stop-kubelet': ({ machines }, name) => { machines.set(name, { kubelet: 'Stopped' }); return `the kubelet of ${name} has stopped; its containers go on`; },
  partition: ({ machines }, name) => {
    if (name === controlPlaneName) throw new ControlError(`the API server runs on ${controlPlaneName}: cut off the others instead`);
    machines.set(name, { network: 'Cut' });
    return `node ${name} is cut off`;
  },
  heal: ({ machines }, name) => {
    machines.set(name, { network: 'Joined', latencyMs: 0, kubelet: 'Running' });
    return `node ${name} is joined again`;
  },
  recover: ({ machines }, name) => {
    machines.set(name, { power: 'On', kubelet: 'Running', network: 'Joined', latencyMs: 0 });
    return `node ${name} is well again`;
  },
  slow: ({ machines }, name, argument) => {
    const latencyMs = latencyOf(argument || '5s');
    machines.set(name, { latencyMs });
    return latencyMs === 0 ? `node ${name} hears at once` : `node ${name} hears everything ${argument || '5s'} late`;
  },
  drain: (cluster, name) => told(drainNode(workshop(cluster), name)),
  upgrade: (cluster, name, version) => {
    if (!/^v\d+\.\d+\.\d+$/.test(version)) throw new ControlError('say upgrade NODE --to VERSION, such as v1.36.3');
    return told(upgradeNode(workshop(cluster), name, version));
  },
};

/** What can be done to a node, for completion. */
export const nodeActions: readonly string[] = ['add', ...Object.keys(actions).filter((action) => action !== 'upgrade')].sort();

/** `podarium node ACTION NAME [ARGUMENT]`. Throws ControlError. */
export function nodeControl(cluster: Cluster, action: string, name: string, argument: string): string | Observable<string> {
  if (action === 'add') return `node ${cluster.addNode(name ? { name } : {})} is coming up`;
  const act = actions[action];
  if (!act) throw new ControlError(`say node ${nodeActions.join('|')} NAME`);
  if (!name) throw new ControlError(`say node ${action} NAME`);
  if (!cluster.machines.names.includes(name)) throw new ControlError(`there is no node ${JSON.stringify(name)}`);
  return act(cluster, name, argument);
}
