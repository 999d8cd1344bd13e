import { ValidatingAdmissionPolicies } from '../../kinds/admissionregistration/validatingadmissionpolicy';
import type { Kind } from '../../kinds/define';
import { defineController, type AnyController } from '../../runtime/controller';
import type { ValidatingAdmissionPolicy } from '../../schema/types';
import { expressionWarnings } from './type-checking';

/** Checks the expressions of policies against the types of objects that they judge, and says in the status what it found. */
export const validatingAdmissionPolicyStatusController = (kinds: () => Iterable<Kind>): AnyController => defineController<ValidatingAdmissionPolicy>({
  name: 'validatingadmissionpolicy-status-controller',
  for: ValidatingAdmissionPolicies,
  ignores: (previous, next) => previous.metadata.generation === next.metadata.generation,

  reconcile(name, { api, informer }) {
    const policy = informer(ValidatingAdmissionPolicies).get(name);
    if (!policy || policy.status?.observedGeneration === policy.metadata.generation) return;
    const warnings = expressionWarnings(policy.spec, kinds);
    const { generation } = policy.metadata;
    const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
    api.update(ValidatingAdmissionPolicies, { ...policy, status: { ...policy.status, ...(generation !== undefined && { observedGeneration: generation }), typeChecking } }, 'status');
  },
});
