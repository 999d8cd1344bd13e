import { duplicate, invalidValue, notSupported, required } from '../../api/status';
import { isPathSegmentName } from '../../lib/names';
import type { NamedRuleWithOperations } from '../../schema/types';
import { named, type Errors } from '../rule-parts';
import { fill, mapItems } from '../sharing';

export type OperationRule = NamedRuleWithOperations;
const operationsAll = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const operationsOfMutations = ['*', 'CREATE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];

export const ruleDefaults = <T extends OperationRule>(rules: readonly T[]): readonly T[] => mapItems(rules, (rule) => fill<OperationRule>(rule, { scope: '*' }) as T); // fill adds the scope alone

/** One rule: operations, groups, versions, resources and scope. */
export function* operationRules(rule: OperationRule, at: string, mutating = false): Errors {
  yield* resourceNameRules(rule.resourceNames ?? [], `${at}.resourceNames`);
  const operations = rule.operations ?? [];
  const supported = mutating ? operationsOfMutations : operationsAll;
  if (operations.length === 0) yield required(`${at}.operations`);
  if (operations.length > 1 && operations.includes('*')) yield invalidValue(`${at}.operations`, operations, "if '*' is present, must not specify other operations");
  for (const [i, operation] of operations.entries()) if (!supported.includes(operation)) yield notSupported(`${at}.operations[${i}]`, operation, supported);
  yield* groupVersionRules(rule, at);
  yield* resourceRules(rule.resources ?? [], `${at}.resources`);
  if (rule.scope !== undefined && !scopes.includes(rule.scope)) yield notSupported(`${at}.scope`, rule.scope, scopes);
}

function* resourceNameRules(names: readonly string[], at: string): Errors {
  for (const [i, name] of names.entries()) {
    yield* named(isPathSegmentName, `${at}[${i}]`, name);
    if (names.indexOf(name) < i) yield duplicate(`${at}[${i}]`, name);
  }
}

function* groupVersionRules({ apiGroups = [], apiVersions = [] }: OperationRule, at: string): Errors {
  if (apiGroups.length === 0) yield required(`${at}.apiGroups`);
  if (apiGroups.length > 1 && apiGroups.includes('*')) yield invalidValue(`${at}.apiGroups`, apiGroups, "if '*' is present, must not specify other API groups");
  if (apiVersions.length === 0) yield required(`${at}.apiVersions`);
  if (apiVersions.length > 1 && apiVersions.includes('*')) yield invalidValue(`${at}.apiVersions`, apiVersions, "if '*' is present, must not specify other API versions");
  for (const [i, version] of apiVersions.entries()) if (version === '') yield required(`${at}.apiVersions[${i}]`);
}

function* resourceRules(resources: readonly string[], at: string): Errors {
  if (resources.length === 0) yield required(at);
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  for (const [i, text] of resources.entries()) {
    if (text === '') yield required(`${at}[${i}]`);
    const slash = text.indexOf('/');
    if (slash < 0) continue;
    const [resource, subresource] = [text.slice(0, slash), text.slice(slash + 1)];
    if (wholeResources.has(resource)) yield invalidValue(`${at}[${i}]`, text, `if '${resource}/*' is present, must not specify ${text}`);
    if (wholeSubresources.has(subresource)) yield invalidValue(`${at}[${i}]`, text, `if '*/${subresource}' is present, must not specify ${text}`);
    if (subresource === '*') wholeResources.add(resource);
    if (resource === '*') wholeSubresources.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*')) yield invalidValue(at, resources, "if '*/*' is present, must not specify other resources");
  const last = resources.findLast((text) => !text.includes('/'));
  if (resources.includes('*') && last !== undefined && last !== '*') yield invalidValue(at, resources, "if '*' is present, must not specify other resources without subresources");
}
