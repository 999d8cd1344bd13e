import type { VerticalPodAutoscaler } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { milliValue } from '../../lib/quantity';
import type { Pod } from '../../schema/types';
import { resources } from './estimate';
import { actualResources, observedAnnotation, recommendationFor } from './resize';

/** Upstream's defaults: a pod within its bounds is left alone for this long, and for good when little would change. */
const settings = { longLivedMs: 12 * 3_600_000, leastDifference: 0.1, quickOutOfMemoryMs: 10 * 60_000 } as const;

/** How badly a pod should be updated. */
export type Priority = { readonly scalesUp: boolean; readonly difference: number };

/** Undefined for a pod that is to be left alone. */
export function priorityOf(pod: Pod, vpa: VerticalPodAutoscaler, now: number): Priority | undefined {
  const observed = pod.metadata.annotations?.[observedAnnotation]?.split(', ');
  let [outside, scalesUp] = [false, false];
  const totals = { cpu: { requested: 0, wanted: 0 }, memory: { requested: 0, wanted: 0 } };
  for (const container of pod.spec.containers) {
    const found = observed && !observed.includes(container.name) ? undefined : recommendationFor(vpa, container);
    for (const resource of found ? resources : []) {
      const wanted = found?.target[resource];
      if (!found || wanted === undefined) continue;
      const [least, most, request] = [found.lowerBound?.[resource], found.upperBound?.[resource], actualResources(pod, container).requests?.[resource]];
      totals[resource].wanted += milliValue(wanted);
      if (request === undefined) { outside = scalesUp = true; continue; }
      totals[resource].requested += milliValue(request);
      scalesUp ||= milliValue(wanted) > milliValue(request);
      outside ||= (least !== undefined && milliValue(request) < milliValue(least)) || (most !== undefined && milliValue(request) > milliValue(most));
    }
  }
  const difference = resources.reduce((sum, each) => sum + Math.abs(totals[each].requested - totals[each].wanted) / Math.max(totals[each].requested, 1), 0);
  if (difference === 0) return undefined;
  if (!outside && !ranOutOfMemory(pod)) {
    const { startTime } = pod.status ?? {};
    if (startTime === undefined || now - Date.parse(startTime) < settings.longLivedMs || difference < settings.leastDifference) return undefined;
  }
  return { scalesUp, difference };
}

/** A container was killed for want of memory soon after it began. */
const ranOutOfMemory = ({ status }: Pod): boolean => (status?.containerStatuses ?? []).some(({ lastState }) => {
  const { reason, startedAt, finishedAt } = lastState?.terminated ?? {};
  return reason === 'OOMKilled' && !!startedAt && !!finishedAt && Date.parse(finishedAt) - Date.parse(startedAt) < settings.quickOutOfMemoryMs;
});
