import { duplicate } from '../../api/status';
import { equal } from '../../lib/equality';
import { isDNS1123Label } from '../../lib/names';
import type { RuntimeClass, Toleration } from '../../schema/types';
import { tolerationsRules } from '../core/affinity-rules';
import { resourcesRules } from '../core/resource-rules';
import { sameToleration } from '../core/tolerations';
import { defineKind, type RuleContext } from '../define';
import { labelsRules } from '../object-meta';
import { immutable, named, type Errors } from '../rule-parts';

const noClaims: ReadonlySet<string> = new Set();

function* classRules({ handler, overhead, scheduling }: RuntimeClass, { previous }: RuleContext<RuntimeClass>): Errors {
  if (previous) return yield* immutable('handler', handler, previous.handler);
  yield* named(isDNS1123Label, 'handler', handler);
  if (overhead) yield* resourcesRules({ limits: overhead.podFixed ?? {} }, noClaims, 'overhead');
  if (!scheduling) return;
  if (scheduling.nodeSelector) yield* labelsRules(scheduling.nodeSelector, 'scheduling.nodeSelector');
  yield* schedulingTolerationsRules(scheduling.tolerations ?? [], 'scheduling.tolerations');
}

function* schedulingTolerationsRules(tolerations: readonly Toleration[], at: string): Errors {
  yield* tolerationsRules(tolerations, at);
  for (const [i, toleration] of tolerations.entries()) {
    const first = tolerations.findIndex((other) => equal(other, toleration) || sameToleration(other, toleration));
    if (first < i) yield duplicate(`${at}[${i}]`, toleration);
  }
}

export const RuntimeClasses = defineKind<RuntimeClass>('runtimeclasses.node.k8s.io', { rules: classRules });
