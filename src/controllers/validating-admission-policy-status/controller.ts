import { defineKind } from '../../kinds/define';
import { defineController, type AnyController } from '../../runtime/controller';
import type { ExpressionWarning, ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec } from '../../schema/types';

const policies = defineKind<ValidatingAdmissionPolicy>('validatingadmissionpolicies.admissionregistration.k8s.io');

/** What type checking finds in a policy's expressions. */
export type PolicyCheck = (spec: ValidatingAdmissionPolicySpec) => readonly ExpressionWarning[];

/** Checks the expressions of policies against the types of objects that they judge, and says in the status what it found. */
export const validatingAdmissionPolicyStatusController = (check: PolicyCheck): AnyController => defineController<ValidatingAdmissionPolicy>({
  name: 'validatingadmissionpolicy-status-controller',
  for: policies,
  ignores: (previous, next) => previous.metadata.generation === next.metadata.generation,

  reconcile(name, { api, informer }) {
    const policy = informer(policies).get(name);
    if (!policy || policy.status?.observedGeneration === policy.metadata.generation) return;
    const warnings = check(policy.spec);
    const { generation } = policy.metadata;
    const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
    api.update(policies, { ...policy, status: { ...policy.status, ...(generation !== undefined && { observedGeneration: generation }), typeChecking } }, 'status');
  },
});
