import { duplicate, invalidValue, notSupported, required } from '../../api/status';
import { isDNS1123Subdomain, isQualifiedName } from '../../lib/names';
import type { AuditAnnotation, Validation, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../schema/types';
import { defineKind } from '../define';
import { requiredName, type Errors } from '../rule-parts';
import { change } from '../sharing';
import { expressionRules, returns } from './expressions';
import { matchDefaults, matchResourcesRules, paramRefRules } from './match-rules';
import { policyDefaults, policySpecRules, usesOf, type PolicyUses } from './policy-rules';

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const neither = 'validations or auditAnnotations must contain at least one item';
const mostAnnotations = 20;
const longestAnnotationExpression = 5 * 1024;

function* policyRules({ metadata, spec }: ValidatingAdmissionPolicy): Errors {
  yield* policySpecRules(spec);
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    yield required('spec.validations', neither);
    yield required('spec.auditAnnotations', neither);
    return;
  }
  const uses = usesOf(spec);
  for (const [i, validation] of validations.entries()) yield* validationRules(validation, uses, `spec.validations[${i}]`);
  if (auditAnnotations.length > mostAnnotations) yield invalidValue('spec.auditAnnotations', auditAnnotations, `must not have more than ${mostAnnotations} auditAnnotations`);
  for (const [i, annotation] of auditAnnotations.entries()) {
    yield* annotationRules(annotation, metadata.name, uses, `spec.auditAnnotations[${i}]`);
    if (auditAnnotations.findIndex(({ key }) => key === annotation.key) < i) yield duplicate(`spec.auditAnnotations[${i}].key`, annotation.key);
  }
}

function* validationRules({ expression, message = '', messageExpression = '', reason }: Validation, uses: PolicyUses, at: string): Errors {
  if (expression.trim() === '') yield required(`${at}.expression`, 'expression is not specified');
  else yield* expressionRules(`${at}.expression`, expression, uses.expressions, returns.condition);
  if (messageExpression !== '' && messageExpression.trim() === '') yield invalidValue(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified');
  else if (messageExpression !== '') yield* expressionRules(`${at}.messageExpression`, messageExpression, uses.messages, returns.message);
  if (message !== '' && message.trim() === '') yield invalidValue(`${at}.message`, message, 'message must be non-empty if specified');
  else if (/[\n\r]/.test(message.trim())) yield invalidValue(`${at}.message`, message, 'message must not contain line breaks');
  if (reason !== undefined && !reasons.includes(reason)) yield notSupported(`${at}.reason`, reason, reasons);
}

function* annotationRules({ key, valueExpression }: AuditAnnotation, policy: string, uses: PolicyUses, at: string): Errors {
  if (policy === '') yield invalidValue(`${at}.key`, key, 'requires metadata.name be non-empty');
  else for (const message of isQualifiedName(`${policy}/${key}`)) yield invalidValue(`${at}.key`, `${policy}/${key}`, message);
  const expression = valueExpression.trim();
  if (expression === '') yield required(`${at}.valueExpression`, 'valueExpression is not specified');
  else if (expression.length > longestAnnotationExpression) yield required(`${at}.valueExpression`, `must not exceed ${longestAnnotationExpression} bytes in length`);
  else yield* expressionRules(`${at}.valueExpression`, expression, uses.expressions, returns.annotation);
}

export const ValidatingAdmissionPolicies = defineKind<ValidatingAdmissionPolicy>('validatingadmissionpolicies.admissionregistration.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'spec', policyDefaults),
  rules: policyRules,
});

const actions = ['Audit', 'Deny', 'Warn'];
const redundant = 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

function* bindingRules({ spec }: ValidatingAdmissionPolicyBinding): Errors {
  yield* requiredName(isDNS1123Subdomain, 'spec.policyName', spec.policyName);
  yield* paramRefRules(spec.paramRef, 'spec.paramRef');
  yield* matchResourcesRules(spec.matchResources, 'spec.matchResouces');   // upstream's spelling
  yield* actionRules(spec.validationActions ?? []);
}

function* actionRules(given: readonly string[]): Errors {
  const at = 'spec.validationActions';
  for (const [i, action] of given.entries()) {
    if (!actions.includes(action)) yield notSupported(`${at}[${i}]`, action, actions);
    if (given.indexOf(action) < i) yield duplicate(`${at}[${i}]`, action);
  }
  if (given.includes('Deny') && given.includes('Warn')) yield invalidValue(at, given, redundant);
  if (given.length === 0) yield required(at, 'at least one validation action is required');
}

export const ValidatingAdmissionPolicyBindings = defineKind<ValidatingAdmissionPolicyBinding>('validatingadmissionpolicybindings.admissionregistration.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'spec', (spec) => change(spec, 'matchResources', matchDefaults)),
  rules: bindingRules,
});
