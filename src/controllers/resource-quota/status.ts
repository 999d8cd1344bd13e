import type { KubeObject } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { masked, type Amounts } from '../../kinds/quota/amounts';
import { evaluatorOf } from '../../kinds/quota/evaluators';
import { usedBy } from '../../kinds/quota/used';
import type { ResourceQuota, ResourceQuotaStatus } from '../../schema/types';

/** All objects of a kind in the quota's namespace. */
export type Counted = { readonly kind: Kind; readonly objects: Iterable<KubeObject> };

/** What a quota's status should be: its limits as they are wanted, and what is used of each. What no kind is known to use keeps what is told of it. */
export function statusOf(quota: ResourceQuota, counted: readonly Counted[], now: number): ResourceQuotaStatus {
  const hard = quota.spec?.hard ?? {};
  let used: Amounts = quota.status?.used ?? {};
  for (const { kind, objects } of counted) {
    const evaluator = evaluatorOf(kind);
    if (!evaluator) continue;
    const names = evaluator.matching(Object.keys(hard));
    used = { ...used, ...Object.fromEntries(names.map((name) => [name, '0'])), ...usedBy(objects, evaluator, quota, names, now) };
  }
  return { hard, used: masked(used, hard) };
}
