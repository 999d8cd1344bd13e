import type { KubeObject } from '../../../api/types';
import type { MatchResources, ParamRef } from '../../../schema/types';
import type { PolicySpec } from '../../../kinds/admissionregistration/policy-rules';
import type { Attributes } from '../types';
import { matchedKind, type Constraints } from './matching';
import { paramsOf, ParamsError } from './params';
import { seenAs, type Seen } from './seen';

export type Policy = KubeObject & { readonly spec: PolicySpec };
export type Binding = KubeObject & { readonly spec: { readonly policyName?: string; readonly paramRef?: ParamRef; readonly matchResources?: MatchResources } };

/** One policy through one binding, with one set of parameters. */
export type Application<P extends Policy, B extends Binding> = {
  readonly policy: P;
  readonly binding: B;
  readonly seen: Seen;
  /** Undefined when the policy knows no parameters. */
  readonly params: KubeObject | null | undefined;
};
export type Misconfigured<P extends Policy, B extends Binding> = { readonly policy: P; readonly binding: B; readonly problem: string };

const adminGroup = 'admissionregistration.k8s.io';

/** Every way in which policies concern this request, by the names of policies and bindings. None concern policies and webhook configurations themselves. */
export function* applications<P extends Policy, B extends Binding>(policies: readonly P[], bindings: readonly B[], attributes: Attributes): Iterable<Application<P, B> | Misconfigured<P, B>> {
  if (policies.length === 0 || bindings.length === 0 || attributes.kind.group === adminGroup) return;
  for (const policy of policies) {
    const kind = matchedKind(constraintsOf(policy.spec.matchConstraints), attributes);
    if (!kind) continue;
    const seen = seenAs(kind, attributes);
    for (const binding of bindings) {
      if (binding.spec.policyName !== policy.metadata.name || !isBound(binding, attributes)) continue;
      yield* withParams(policy, binding, seen);
    }
  }
}

function* withParams<P extends Policy, B extends Binding>(policy: P, binding: B, seen: Seen): Iterable<Application<P, B> | Misconfigured<P, B>> {
  const { paramKind } = policy.spec;
  try {
    for (const params of paramsOf(paramKind, binding.spec.paramRef, seen.attributes)) yield { policy, binding, seen, params: paramKind ? params : undefined };
  } catch (error) {
    if (!(error instanceof ParamsError)) throw error;
    yield { policy, binding, problem: `failed to configure binding: ${error.message}` };
  }
}

const constraintsOf = (match: MatchResources | undefined): Constraints =>
  ({ rules: match?.resourceRules ?? [], excluded: match?.excludeResourceRules ?? [], matchPolicy: match?.matchPolicy, namespaceSelector: match?.namespaceSelector,
    objectSelector: match?.objectSelector });

/** A binding without rules of its own takes all that its policy takes. */
const everything = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*', '*/*'] }];
function isBound({ spec: { matchResources } }: Binding, attributes: Attributes): boolean {
  if (!matchResources) return true;
  const constraints = constraintsOf(matchResources);
  return matchedKind(constraints.rules.length === 0 ? { ...constraints, rules: everything } : constraints, attributes) !== undefined;
}
