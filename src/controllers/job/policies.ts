import { countOf, hasIndex, parseIndexes, type Indexes } from './indexes';
import type { Job, Pod, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyOnPodConditionsPattern } from '../../schema/types';

/** What the job's podFailurePolicy makes of a failed pod; Count when there is none or no rule matches. */
export type Verdict = { readonly action: 'Count' | 'Ignore' | 'FailIndex' } | { readonly action: 'FailJob'; readonly message: string };

const counted: Verdict = { action: 'Count' };

/** The first rule that matches decides, as upstream's matchPodFailurePolicy. */
export function failureVerdict({ spec }: Job, pod: Pod): Verdict {
  for (const [at, { action, onExitCodes, onPodConditions }] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = onExitCodes ? exitCodeReason(onExitCodes, pod) : conditionReason(onPodConditions ?? [], pod);
    if (why === undefined) continue;
    if (action === 'FailJob') return { action, message: `${why} matching FailJob rule at index ${at}` };
    return action === 'Ignore' || action === 'FailIndex' ? { action } : counted;
  }
  return counted;
}

function exitCodeReason({ containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement, { metadata, status }: Pod): string | undefined {
  for (const { name, state } of [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? []]) {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0 || (containerName !== undefined && containerName !== name)) continue;
    if (values.includes(code) === (operator === 'In')) return `Container ${name} for pod ${metadata.namespace}/${metadata.name} failed with exit code ${code}`;
  }
  return undefined;
}

function conditionReason(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], { metadata, status }: Pod): string | undefined {
  for (const condition of status?.conditions ?? [])
    if (patterns.some(({ type, status: wanted = 'True' }) => type === condition.type && wanted === condition.status))
      return `Pod ${metadata.namespace}/${metadata.name} has condition ${condition.type}`;
  return undefined;
}

/** The message of the first success rule that holds; undefined while none does. */
export function successMessage({ spec }: Job, succeeded: Indexes): string | undefined {
  const completions = spec.completions ?? 0;
  for (const [at, { succeededIndexes, succeededCount }] of (spec.successPolicy?.rules ?? []).entries()) {
    const wanted = succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes, completions);
    const have = wanted === undefined ? countOf(succeeded) : countWithin(wanted, succeeded);
    const need = succeededCount ?? (wanted === undefined ? completions : countOf(wanted));
    if (have >= need) return `Matched rules at index ${at}`;
  }
  return undefined;
}

function countWithin(wanted: Indexes, succeeded: Indexes): number {
  let count = 0;
  for (const [first, last] of wanted) for (let index = first; index <= last; index++) if (hasIndex(succeeded, index)) count++;
  return count;
}
