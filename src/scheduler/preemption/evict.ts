import type { LocalClient } from '../../api/local-client';
import { StatusError } from '../../api/status';
import { Pods } from '../../kinds/core/pod';
import { getCondition } from '../../kinds/core/pod-conditions';
import { timestamp } from '../../lib/timestamp';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Pod, PodCondition } from '../../schema/types';
import type { Candidate } from './choose';

/** Who preempts, and what it needs to do so. */
export type Preemptor = { readonly pod: Pod; readonly scheduler: string; readonly api: LocalClient; readonly recorder: EventRecorder; readonly now: number };

/** Marks the victims as disrupted and deletes them, each with its own time to end. Victims that are gone already are passed over. */
export function evict({ node, victims }: Candidate, preemptor: Preemptor): void {
  for (const victim of victims.pods) {
    if (!evicted(victim, preemptor)) continue;
    preemptor.recorder.record({
      object: victim, type: 'Normal', reason: 'Preempted', action: 'Preempting', component: preemptor.scheduler,
      message: `Preempted by pod ${preemptor.pod.metadata.uid} on node ${node}`,
    });
  }
}

function evicted(victim: Pod, { scheduler, api, now }: Preemptor): boolean {
  const { namespace, name, uid, generation } = victim.metadata;
  const before = getCondition<PodCondition>(victim.status, 'DisruptionTarget');
  const message = `${scheduler}: preempting to accommodate a higher priority pod`;
  const condition = {
    type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message, ...(generation !== undefined && { observedGeneration: generation }),
    lastProbeTime: null, lastTransitionTime: before?.status === 'True' && before.lastTransitionTime ? before.lastTransitionTime : timestamp(now),
  };
  try {
    if (before?.reason !== condition.reason || before.message !== message) api.patch(Pods, { namespace, name }, { metadata: { uid }, status: { conditions: [condition] } }, 'strategic', 'status');
    api.delete(Pods, { namespace, name }, { preconditions: { uid } });
    return true;
  } catch (error) {
    if (error instanceof StatusError) return false;   // gone, or another pod by its name
    throw error;
  }
}

/** The pods whose nomination to the node gives way: what room there is will not be theirs. */
export const outbid = (nominated: ReadonlyMap<string, Pod> | undefined, priority: number): readonly (readonly [string, Pod])[] =>
  [...(nominated ?? [])].filter(([, { spec }]) => (spec.priority ?? 0) < priority);
