import type { KubeObject } from '../../api/types';
import type { ResourceQuota } from '../../schema/types';
import { added, masked, nothing, times, type Amounts } from './amounts';
import { scopesOf } from './scopes';
import type { Evaluator } from './types';

/** What the objects of one kind use of the named resources, counted for one quota. */
export function usedBy(objects: Iterable<KubeObject>, evaluator: Evaluator, quota: ResourceQuota, names: readonly string[], now: number): Amounts {
  const scopes = scopesOf(quota);
  const alike = new Map<Amounts, number>();   // what is of one template uses the very same amounts: they are counted, not added one by one
  for (const object of objects) {
    if (!scopes.every((scope) => evaluator.inScope?.(object, scope) ?? false)) continue;
    const usage = evaluator.usage(object, now);
    alike.set(usage, (alike.get(usage) ?? 0) + 1);
  }
  const wanted = new Set(names);
  let sum = nothing;
  for (const [usage, count] of alike) sum = added(sum, times(masked(usage, wanted), count));
  return sum;
}
