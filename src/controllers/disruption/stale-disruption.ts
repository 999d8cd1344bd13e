import { Pods } from '../../kinds/core/pod';
import { getCondition, isTerminal, setCondition } from '../../kinds/core/pod-conditions';
import { timestamp } from '../../lib/timestamp';
import { unlessGone } from '../../runtime/claim';
import { defineController } from '../../runtime/controller';
import type { Pod, PodCondition, PodStatus } from '../../schema/types';

/** How long a pod that was to be disrupted may stay before it is said that it was not. */
const staleAfterMs = 120_000;

const disruption = ({ status }: Pod): PodCondition | undefined => {
  const condition = getCondition(status, 'DisruptionTarget');
  return condition?.status === 'True' ? condition : undefined;
};

/** Takes DisruptionTarget back from pods that live on after all. */
export const staleDisruptionController = defineController<Pod>({
  name: 'controllermanager',
  for: Pods,
  concerns: (pod) => disruption(pod) !== undefined && pod.metadata.deletionTimestamp === undefined && !isTerminal(pod),
  reconcile(key, { informer, api, now }) {
    const pod = informer(Pods).get(key);
    const condition = pod && disruption(pod);
    if (!pod || !condition || pod.metadata.deletionTimestamp !== undefined || isTerminal(pod)) return undefined;
    const leftMs = Date.parse(condition.lastTransitionTime ?? pod.metadata.creationTimestamp) + staleAfterMs - now();
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    const status = setCondition<PodCondition, PodStatus>(pod.status ?? {}, { type: 'DisruptionTarget', status: 'False', lastTransitionTime: timestamp(now()) });
    unlessGone(() => api.update(Pods, { ...pod, status }, 'status'));
    return undefined;
  },
});
