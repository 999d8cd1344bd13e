import { isPodReady } from '../../kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../kinds/served';
import { matches } from '../../lib/selectors';
import type { Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Pod } from '../../schema/types';

/** Which disruption budget forbids that these pods go at once, in words; undefined when none does. */
export function heldBack(pods: readonly Pod[], { informer }: Pick<Context, 'informer'>): string | undefined {
  for (const namespace of new Set(pods.map(({ metadata }) => metadata.namespace))) {
    for (const { metadata, spec, status } of informer(PodDisruptionBudgets).by(byNamespace, namespace)) {
      if (!spec?.selector) continue;
      const count = pods.filter((pod) => pod.metadata.namespace === namespace && isPodReady(pod) && matches(spec.selector, pod.metadata.labels)).length;
      const allowed = status?.disruptionsAllowed ?? 0;
      if (count > allowed) return `The disruption budget ${metadata.name} of ${namespace} allows ${allowed} disruptions, not ${count}`;
    }
  }
  return undefined;
}
