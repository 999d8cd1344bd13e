import { of } from 'rxjs';
import { ConfigMaps } from '../../kinds/core/configmap';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import type { AnyController } from '../../runtime/controller';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Informers } from '../../runtime/informers';
import { workqueue } from '../../runtime/workqueue';
import { balance } from './balance';
import { component, Evictor } from './evictor';
import { parsePolicy, PolicyError, type Policy } from './policy';
import { Situation } from './situation';
import { deschedule, type Run, type Strategy } from './strategies';

/** --descheduling-interval as upstream's chart has it. */
const intervalMs = 300_000;
export const policyPlace = { namespace: 'kube-system', name: 'descheduler' } as const;

/** Every five minutes: evicts pods that the scheduler would place elsewhere today, as the policy in a ConfigMap says. */
export const descheduler: AnyController = {
  name: component,
  run: (informers, recorder) => {
    informers.of(Pods);
    return of('cluster').pipe(workqueue(() => { turn(informers, recorder); return { requeueAfterMs: intervalMs }; }, { scheduler: informers.scheduler }));
  },
};

function turn(informers: Informers, recorder: EventRecorder): void {
  const policy = policyOf(informers, recorder);
  if (!policy) return;
  const api = informers.client.because({ component, key: 'cluster', revision: 0 });
  const now = informers.scheduler.now();
  for (const profile of policy.profiles) {
    const situation = new Situation(informers);
    const evictor = new Evictor(api, recorder, situation, policy, profile.evictor, now);
    const terminal = [...informers.of(Pods).list()].filter((pod) => isTerminal(pod) && pod.spec.nodeName !== undefined);
    const run = (strategies: Readonly<Record<string, Strategy>>, name: string, args: Run['args']): void => strategies[name]?.({ situation, evictor, args, now, terminal }, name);
    for (const { name, args } of profile.deschedule) run(deschedule, name, args);
    for (const { name, args } of profile.balance) run(balance, name, args);
  }
}

/** The policy of the moment; one that cannot be followed is told of at its ConfigMap, and nothing happens. */
function policyOf(informers: Informers, recorder: EventRecorder): Policy | undefined {
  const map = informers.of(ConfigMaps).get(`${policyPlace.namespace}/${policyPlace.name}`);
  if (!map) return undefined;
  try { return parsePolicy(map.data?.['policy.yaml'] ?? '', { deschedule: Object.keys(deschedule), balance: Object.keys(balance) }); } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    recorder.record({ object: map, type: 'Warning', reason: 'InvalidPolicy', message: error.message, component });
    return undefined;
  }
}
