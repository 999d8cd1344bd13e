import { StatusError, type Reason } from '../../api/status';
import { Budget, type Variables } from '../../cel/compile';
import { CelBudgetError, CelRuntimeError } from '../../cel/errors';
import { compileWith } from '../../kinds/admissionregistration/expressions';
import { usesOf, type PolicyUses } from '../../kinds/admissionregistration/policy-rules';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../kinds/admissionregistration/validatingadmissionpolicy';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, Validation } from '../../schema/types';
import { applications, type Application } from './dynamic/bindings';
import { conditionsMatch } from './dynamic/match-conditions';
import { Registered } from './dynamic/registered';
import { ComposedVariables, worldOf } from './dynamic/world';
import type { Admission, Attributes } from './types';

type Policy = ValidatingAdmissionPolicy;
type Binding = ValidatingAdmissionPolicyBinding;
/** One thing that a policy holds against a request; `index` tells which validation it was. */
type Failure = { readonly message: string; readonly reason: Reason; readonly index: number };
type Denial = Failure & { readonly policy: Policy; readonly binding: Binding };

/** Upstream's limit for all expressions of one policy in one request. */
const policyBudget = 10_000_000;
const longestMessage = 5 * 1024;

/** ValidatingAdmissionPolicy: expressions that judge what is to be stored. */
export function validatingAdmissionPolicies(): Admission {
  const policies = new Registered(ValidatingAdmissionPolicies);
  const bindings = new Registered(ValidatingAdmissionPolicyBindings);
  return {
    name: 'ValidatingAdmissionPolicy',
    posts: 'all',
    validate: (attributes) => {
      const known = policies.all(attributes.storage);
      if (known.length > 0) judge(known, bindings.all(attributes.storage), attributes);
    },
  };
}

function judge(policies: readonly Policy[], bindings: readonly Binding[], attributes: Attributes): void {
  const denials: Denial[] = [];
  for (const each of applications(policies, bindings, attributes)) {
    const { policy, binding } = each;
    const found = 'problem' in each ? misconfigured(policy, each.problem) : failures(each);
    enforce(found.map((failure) => ({ ...failure, policy, binding })), attributes, denials);
  }
  const [first] = denials;
  if (first) throw denied(first, attributes);
}

const misconfigured = ({ spec }: Policy, message: string): readonly Failure[] => (spec.failurePolicy === 'Ignore' ? [] : [{ message, reason: 'Invalid', index: 0 }]);

/** Each binding says what is done about failures: denied, warned of, or noted for the audit log. */
function enforce(failures: readonly Denial[], attributes: Attributes, denials: Denial[]): void {
  for (const failure of failures) {
    const { policy, binding, message } = failure;
    for (const action of binding.spec.validationActions ?? []) {
      if (action === 'Deny') denials.push(failure);
      if (action === 'Warn') attributes.warnings.push(`Validation failed for ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}': ${message}`);
    }
  }
  const audited = failures.filter(({ binding }) => binding.spec.validationActions?.includes('Audit'));
  if (audited.length > 0) attributes.annotate?.('validation.policy.admission.k8s.io/validation_failure', JSON.stringify(audited.map(auditEntry)));
}

const auditEntry = ({ message, policy, binding, index }: Denial): object =>
  ({ message, policy: policy.metadata.name, binding: binding.metadata.name, expressionIndex: index, validationActions: binding.spec.validationActions });

function denied({ policy, binding, message, reason }: Denial, { kind, name }: Attributes): StatusError {
  const text = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message}`;
  const details = { name, ...(kind.group && { group: kind.group }), kind: kind.facts.plural, causes: [{ message: text }] };
  return new StatusError(reason, `${kind.resource} ${JSON.stringify(name)} is forbidden: ${text}`, details);
}

type Evaluation = { readonly world: Variables; readonly uses: PolicyUses; readonly budget: Budget; readonly ignores: boolean };

/** What the policy holds against the request. */
function failures({ policy, seen, params }: Application<Policy, Binding>): readonly Failure[] {
  const { spec } = policy;
  const world = worldOf(seen, params);
  const ignores = spec.failurePolicy === 'Ignore';
  const conditions = conditionsMatch(spec.matchConditions, world);
  if ('error' in conditions) return ignores ? [] : [{ message: conditions.error, reason: 'Invalid', index: 0 }];
  if (!conditions.matches) return [];
  const budget = new Budget(policyBudget);
  const uses = usesOf(spec);
  const evaluation: Evaluation = { world: spec.variables?.length ? { ...world, variables: new ComposedVariables(spec, world, budget) } : world, uses, budget, ignores };
  annotate(policy, evaluation, seen.attributes);
  return (spec.validations ?? []).flatMap((validation, index) => validated(validation, index, evaluation));
}

function validated(validation: Validation, index: number, evaluation: Evaluation): readonly Failure[] {
  const { expression, reason = 'Invalid' } = validation;
  const { world, uses, budget, ignores } = evaluation;
  try {
    if (compileWith(expression, uses.expressions).evaluate(world, budget) === true) return [];
    return [{ message: messageOf(validation, evaluation), reason: reasons[reason] ?? 'Invalid', index }];
  } catch (error) {
    if (!(error instanceof CelRuntimeError)) throw error;
    if (ignores) return [];
    const message = error instanceof CelBudgetError ? outOfBudget : `expression '${expression}' resulted in error: ${error.message}`;
    return [{ message, reason: 'Invalid', index }];
  }
}

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run';
const reasons: Readonly<Record<string, Reason>> = { Unauthorized: 'Unauthorized', Forbidden: 'Forbidden', Invalid: 'Invalid', RequestEntityTooLarge: 'RequestEntityTooLarge' };

/** The messageExpression's text if it is a usable one, else the message, else the expression itself. */
function messageOf({ expression, message = '', messageExpression = '' }: Validation, evaluation: Evaluation): string {
  const made = messageExpression === '' ? undefined : composed(messageExpression, evaluation);
  return made ?? (message.trim() || `failed expression: ${expression.trim()}`);
}

function composed(messageExpression: string, { world, uses, budget }: Evaluation): string | undefined {
  try {
    const text = compileWith(messageExpression, uses.messages).evaluate(world, budget);
    if (typeof text !== 'string') return undefined;
    const trimmed = text.trim();
    return trimmed === '' || trimmed.length > longestMessage || /[\n\r]/.test(trimmed) ? undefined : trimmed;
  } catch (error) {
    if (error instanceof CelRuntimeError) return undefined;
    throw error;
  }
}

/** What the policy wants in the audit log. */
function annotate({ metadata, spec }: Policy, { world, uses, budget }: Evaluation, { annotate: note }: Attributes): void {
  if (!note) return;
  for (const { key, valueExpression } of spec.auditAnnotations ?? []) {
    try {
      const value = compileWith(valueExpression.trim(), uses.expressions).evaluate(world, budget);
      if (typeof value === 'string' && value.trim() !== '') note(`${metadata.name}/${key}`, value);
    } catch (error) {
      if (!(error instanceof CelRuntimeError)) throw error;
    }
  }
}
