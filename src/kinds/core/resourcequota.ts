import { invalidValue, required } from '../../api/status';
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../../schema/types';
import { defineKind } from '../define';
import { internalForm } from '../internal-form';
import type { Errors } from '../rule-parts';
import { computeResources, countedResources, quantityRules, resourceNameRules } from './resource-rules';

/** What may be counted or summed beside objects of any kind (`count/…`) and storage by class. */
const quotaResources: ReadonlySet<string> = new Set([...computeResources, ...countedResources, 'requests.storage']);
const compute = [...computeResources, 'pods'];
const storage = ['persistentvolumeclaims', 'requests.storage'];
/** Which resources a scope can narrow. */
const scopes: Readonly<Record<string, readonly string[]>> = {
  Terminating: compute,
  NotTerminating: compute,
  NotBestEffort: compute,
  BestEffort: ['pods'],
  PriorityClass: compute,
  CrossNamespacePodAffinity: compute,
  VolumeAttributesClass: storage,
};
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

const isQuotaResource = (name: string): boolean =>
  name.includes('/') || quotaResources.has(name) || name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');

function* rules({ spec = {} }: ResourceQuota): Errors {
  for (const [name, quantity] of Object.entries(spec.hard ?? {})) {
    yield* resourceNameRules(name, `spec.hard[${name}]`);
    if (!isQuotaResource(name)) yield invalidValue(`spec.hard[${name}]`, name, 'must be a standard resource for quota');
    yield* quantityRules(name, quantity, `spec.hard[${name}]`);
  }
  yield* scopeRules(spec);
  yield* selectorRules(spec);
}

const narrows = (scope: string, { hard = {} }: ResourceQuotaSpec): boolean => Object.keys(hard).every((name) => scopes[scope]?.includes(name));

function* scopeRules(spec: ResourceQuotaSpec): Errors {
  const given = spec.scopes ?? [];
  for (const scope of given) {
    if (!(scope in scopes)) yield invalidValue('spec.scopes', given, 'unsupported scope');
    else if (!narrows(scope, spec)) yield invalidValue('spec.scopes', given, 'unsupported scope applied to resource');
  }
  for (const pair of opposites) if (pair.every((scope) => given.includes(scope))) yield invalidValue('spec.scopes', given, 'conflicting scopes');
}

function* selectorRules(spec: ResourceQuotaSpec): Errors {
  const at = 'spec.scopeSelector.matchExpressions';
  const { matchExpressions = [] } = spec.scopeSelector ?? {};
  for (const requirement of matchExpressions) {
    const shown = internalForm('ScopeSelector', { matchExpressions });
    if (!(requirement.scopeName in scopes)) yield invalidValue(at, shown, 'unsupported scope');
    else if (!narrows(requirement.scopeName, spec)) yield invalidValue(at, shown, 'unsupported scope applied to resource');
    yield* requirementRules(requirement, at);
  }
}

function* requirementRules({ operator, values = [] }: ScopedResourceSelectorRequirement, at: string): Errors {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) yield required(`${at}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) yield invalidValue(`${at}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
  } else yield invalidValue(`${at}.operator`, operator, 'not a valid selector operator');
}

export const ResourceQuotas = defineKind<ResourceQuota>('resourcequotas', { rules });
