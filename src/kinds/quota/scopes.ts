import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../../schema/types';

const known = new WeakMap<object, readonly ScopedResourceSelectorRequirement[]>();
const none: readonly ScopedResourceSelectorRequirement[] = [];

/** What a quota is narrowed to: the plain scopes and those with a selector, as one list. */
export function scopesOf({ spec }: Pick<ResourceQuota, 'spec'>): readonly ScopedResourceSelectorRequirement[] {
  if (!spec || (!spec.scopes && !spec.scopeSelector)) return none;
  const before = known.get(spec);
  if (before) return before;
  const scopes = [...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })), ...(spec.scopeSelector?.matchExpressions ?? [])];
  known.set(spec, scopes);
  return scopes;
}

/** Whether a scope's selector holds for a name, or for there being none. */
export function nameMatches({ operator, values = [] }: ScopedResourceSelectorRequirement, name: string | undefined): boolean {
  const has = name !== undefined && name !== '';
  if (operator === 'In') return has && values.includes(name);
  if (operator === 'NotIn') return !has || !values.includes(name);
  if (operator === 'DoesNotExist') return !has;
  return has;
}
