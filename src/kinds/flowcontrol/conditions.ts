import { duplicate, required } from '../../api/status';
import type { Errors } from '../rule-parts';

/** Conditions in a status: each type once, and none without a type. */
export function* conditionsRules(conditions: readonly { readonly type?: string }[], at: string): Errors {
  const types = new Set<string>();
  for (const [i, { type = '' }] of conditions.entries()) {
    if (types.has(type)) yield duplicate(`${at}[${i}].type`, type);
    types.add(type);
    if (!type) yield required(`${at}[${i}].type`, 'must not be empty');
  }
}
