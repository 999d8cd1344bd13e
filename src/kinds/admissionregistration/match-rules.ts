import { duplicate, forbiddenField, invalidValue, notSupported, required, tooMany } from '../../api/status';
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName, isQualifiedName } from '../../lib/names';
import type { MatchCondition, MatchResources, ParamKind, ParamRef } from '../../schema/types';
import { labelSelectorRules } from '../label-selector-rules';
import { named, oneOf, type Errors } from '../rule-parts';
import { change, fill } from '../sharing';
import { conditionUses, expressionRules, returns } from './expressions';
import { operationRules, ruleDefaults } from './resource-rules';

export const failurePolicies = ['Fail', 'Ignore'];
export const matchPolicies = ['Equivalent', 'Exact'];
const mostConditions = 64;

export function matchDefaults(match: MatchResources): MatchResources {
  const filled = fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  return change(change(filled, 'resourceRules', ruleDefaults), 'excludeResourceRules', ruleDefaults);
}

export function* matchResourcesRules(match: MatchResources | undefined, at: string, mutating = false): Errors {
  if (!match) return;
  yield* oneOf(`${at}.matchPolicy`, match.matchPolicy, matchPolicies);
  if (match.namespaceSelector) yield* labelSelectorRules(match.namespaceSelector, `${at}.namespaceSelector`);
  else yield required(`${at}.namespaceSelector`);
  if (match.objectSelector) yield* labelSelectorRules(match.objectSelector, `${at}.objectSelector`);
  else yield required(`${at}.objectSelector`);
  for (const [i, rule] of (match.resourceRules ?? []).entries()) yield* operationRules(rule, `${at}.resourceRules[${i}]`, mutating);
  for (const [i, rule] of (match.excludeResourceRules ?? []).entries()) yield* operationRules(rule, `${at}.excludeResourceRules[${i}]`, mutating);
}

export function* matchConditionsRules(conditions: readonly MatchCondition[] | undefined, at: string, params: boolean): Errors {
  const list = conditions ?? [];
  if (list.length > mostConditions) yield tooMany(at, list.length, mostConditions);
  const uses = conditionUses(params);
  for (const [i, { name, expression }] of list.entries()) {
    const trimmed = expression.trim();
    if (trimmed === '') yield required(`${at}[${i}].expression`);
    else yield* expressionRules(`${at}[${i}].expression`, trimmed, uses, returns.condition);
    if (name === '') yield required(`${at}[${i}].name`);
    else yield* named(isQualifiedName, `${at}[${i}].name`, name);
    if (name !== '' && list.findIndex((each) => each.name === name) < i) yield duplicate(`${at}[${i}].name`, name);
  }
}

export function* paramKindRules({ apiVersion = '', kind = '' }: ParamKind, at: string): Errors {
  if (apiVersion === '') yield required(`${at}.apiVersion`);
  else yield* groupVersionRules(apiVersion, `${at}.apiVersion`);
  if (kind === '') yield required(`${at}.kind`);
  else {
    const wrong = isDNS1035Label(kind.toLowerCase());
    if (wrong.length > 0) yield invalidValue(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
  }
}

function* groupVersionRules(apiVersion: string, at: string): Errors {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return yield invalidValue(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  const [group, version] = parts.length === 1 ? ['', parts[0] ?? ''] : [parts[0] ?? '', parts[1] ?? ''];
  const wrongGroup = group === '' ? [] : isDNS1123Subdomain(group);
  if (wrongGroup.length > 0) yield invalidValue(at, group, wrongGroup.join(','));
  if (version === '') return yield invalidValue(at, apiVersion, 'version must be specified');
  const wrongVersion = isDNS1035Label(version);
  if (wrongVersion.length > 0) yield invalidValue(at, version, wrongVersion.join(','));
}

export function* paramRefRules(reference: ParamRef | undefined, at: string): Errors {
  if (!reference) return;
  const { name, selector, parameterNotFoundAction } = reference;
  if (name) {
    yield* named(isPathSegmentName, `${at}.name`, name);
    if (selector) yield forbiddenField(`${at}.name`, 'name and selector are mutually exclusive');
  }
  if (selector) {
    yield* labelSelectorRules(selector, `${at}.selector`);
    if (name) yield forbiddenField(`${at}.selector`, 'name and selector are mutually exclusive');
  }
  if (!name && !selector) yield required(at, 'one of name or selector must be specified');
  if (!parameterNotFoundAction) yield required(`${at}.parameterNotFoundAction`);
  else if (!['Deny', 'Allow'].includes(parameterNotFoundAction)) yield notSupported(`${at}.parameterNotFoundAction`, parameterNotFoundAction, ['Deny', 'Allow']);
}
