import { invalidValue, notSupported, required } from '../../api/status';
import { isDNS1123Subdomain } from '../../lib/names';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutation } from '../../schema/types';
import { defineKind } from '../define';
import { oneOf, requiredName, type Errors } from '../rule-parts';
import { change, fill } from '../sharing';
import { expressionRules, returns, type Uses } from './expressions';
import { matchDefaults, matchResourcesRules, paramRefRules } from './match-rules';
import { policyDefaults, policySpecRules, usesOf } from './policy-rules';

const reinvocationPolicies = ['IfNeeded', 'Never'];
const patchTypes = ['ApplyConfiguration', 'JSONPatch'];

function* policyRules({ spec }: MutatingAdmissionPolicy): Errors {
  yield* policySpecRules(spec, true);
  const uses = usesOf(spec).mutations;
  if (!spec.mutations?.length) yield required('spec.mutations', 'mutations must contain at least one item');
  for (const [i, mutation] of (spec.mutations ?? []).entries()) yield* mutationRules(mutation, uses, `spec.mutations[${i}]`);
  yield* oneOf('spec.reinvocationPolicy', spec.reinvocationPolicy, reinvocationPolicies);
}

/** Each type of patch has a part of its own, and no other. */
function* mutationRules({ patchType, applyConfiguration, jsonPatch }: Mutation, uses: Uses, at: string): Errors {
  if (!patchType) return yield required(`${at}.patchType`);
  if (!patchTypes.includes(patchType)) return yield notSupported(`${at}.patchType`, patchType, patchTypes);
  const parts = { applyConfiguration, jsonPatch };
  const [own, other] = patchType === 'JSONPatch' ? (['jsonPatch', 'applyConfiguration'] as const) : (['applyConfiguration', 'jsonPatch'] as const);
  const expression = parts[own]?.expression ?? '';
  if (!parts[own]) yield required(`${at}.${own}`, `must be specified when patchType is ${patchType}`);
  else if (expression.trim() === '') yield required(`${at}.${own}.expression`, 'expression is not specified');
  else yield* expressionRules(`${at}.${own}.expression`, expression.trim(), uses, returns[own]);
  if (parts[other]) yield invalidValue(`${at}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`);
}

export const MutatingAdmissionPolicies = defineKind<MutatingAdmissionPolicy>('mutatingadmissionpolicies.admissionregistration.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'spec', (spec) => fill(policyDefaults(spec), { reinvocationPolicy: 'Never' })),
  rules: policyRules,
});

export const MutatingAdmissionPolicyBindings = defineKind<MutatingAdmissionPolicyBinding>('mutatingadmissionpolicybindings.admissionregistration.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'spec', (spec) => change(spec, 'matchResources', matchDefaults)),
  *rules({ spec }) {
    yield* requiredName(isDNS1123Subdomain, 'spec.policyName', spec.policyName);
    yield* paramRefRules(spec.paramRef, 'spec.paramRef');
    yield* matchResourcesRules(spec.matchResources, 'spec.matchResouces', true);
  },
});
