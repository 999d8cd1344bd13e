import { Observable } from 'rxjs';
import type { SchedulerLike } from 'rxjs';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { isConditionTrue } from '../kinds/core/pod-conditions';
import { Nodes } from '../kinds/core/node';
import { Pods } from '../kinds/core/pod';
import { cordon, drainRetryMs, drainStep, heldText } from '../runtime/drain';
import type { Machinery } from '../runtime/machines';
import type { Pod } from '../schema/types';

/** What maintenance works with. */
export type Workshop = { readonly client: LocalClient; readonly machines: Machinery; readonly clock: SchedulerLike };

const lookMs = 1_000;
const nameOf = ({ metadata: { namespace, name } }: Pod): string => `${namespace}/${name}`;
const podsOn = (client: LocalClient, node: string): readonly Pod[] => client.list(Pods, undefined, { fieldSelector: `spec.nodeName=${node}` }).items;

/** One line a step, until it is done; `step` gives how long to wait for its next look, or undefined at the end. */
const steps = (clock: SchedulerLike, step: (say: (line: string) => void) => number | undefined): Observable<string> => new Observable((lines) => {
  let waiting = clock.schedule(run);
  function run(): void {
    try {
      const againMs = step((line) => lines.next(line));
      if (againMs === undefined) lines.complete(); else waiting = clock.schedule(run, againMs);
    } catch (error) { lines.error(error); }
  }
  return () => waiting.unsubscribe();
});

/** Empties a node: cordons it, and evicts its pods as their disruption budgets allow, until none is left. Errors with StatusError. */
export function drainNode({ client, clock }: Workshop, name: string): Observable<string> {
  const told = new Set<string>();
  return steps(clock, (say) => {
    const emptied = emptyingStep(client, name, told, say);
    if (emptied) say(`node/${name} drained`);
    return emptied ? undefined : drainRetryMs;
  });
}

/** Cordons, evicts what may be evicted; whether nothing is left. What was told once is not told again. */
function emptyingStep(client: LocalClient, name: string, told: Set<string>, say: (line: string) => void): boolean {
  const once = (line: string): void => { if (!told.has(line)) { told.add(line); say(line); } };
  const node = client.get(Nodes, { name });
  if (!node.spec.unschedulable) { cordon(node, true, client); once(`node/${name} cordoned`); }
  const { remaining, evicted, held } = drainStep(podsOn(client, name), client);
  for (const pod of evicted) once(`evicting pod ${nameOf(pod)}`);
  for (const each of held) once(heldText(each));
  return remaining.length === 0;
}

/** Gives a node a kubelet of another version, as kubeadm has it done: drain, upgrade, wait until it is Ready, uncordon. Errors with StatusError. */
export function upgradeNode({ client, machines, clock }: Workshop, name: string, version: string): Observable<string> {
  const told = new Set<string>();
  let upgraded = false;
  return steps(clock, (say) => {
    if (!upgraded) {
      if (machines.state(name)?.version === version) { say(`node/${name} runs ${version} already`); return undefined; }
      if (!emptyingStep(client, name, told, say)) return drainRetryMs;
      say(`node/${name} drained`);
      machines.set(name, { version });
      say(`node/${name} kubelet upgraded to ${version}`);
      upgraded = true;
      return lookMs;
    }
    const node = readyNode(client, name, version);
    if (!node) return lookMs;
    cordon(node, false, client);
    say(`node/${name} uncordoned`);
    return undefined;
  });
}

function readyNode(client: LocalClient, name: string, version: string) {
  try {
    const node = client.get(Nodes, { name });
    return node.status?.nodeInfo?.kubeletVersion === version && isConditionTrue(node.status, 'Ready') ? node : undefined;
  } catch (error) {
    if (StatusError.is(error, 'NotFound') || StatusError.is(error, 'ServiceUnavailable')) return undefined;
    throw error;
  }
}
