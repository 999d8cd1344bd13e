import { Budget, type Variables } from '../../../cel/compile';
import { CelCompileError, CelRuntimeError } from '../../../cel/errors';
import { compileAs, conditionUses, returns } from '../../../kinds/admissionregistration/expressions';
import type { MatchCondition } from '../../../schema/types';

/** Whether all conditions hold, or why that cannot be said: one that is false decides, whatever failed. */
export type Conditions = { readonly matches: boolean } | { readonly error: string };

/** Upstream's limit for all conditions of one policy or webhook. */
const conditionsBudget = 10_000_000 / 4;

export function conditionsMatch(conditions: readonly MatchCondition[] | undefined, world: Variables): Conditions {
  const errors: string[] = [];
  const budget = new Budget(conditionsBudget);
  for (const { expression } of conditions ?? []) {
    const found = evaluated(expression.trim(), world, budget);
    if (found === false) return { matches: false };
    if (found !== true) errors.push(found);
  }
  const [first, ...others] = errors;
  if (first === undefined) return { matches: true };
  return { error: others.length === 0 ? first : `[${errors.join(', ')}]` };
}

function evaluated(expression: string, world: Variables, budget: Budget): boolean | string {
  try {
    const outcome = compileAs(expression, conditionUses('params' in world), returns.condition);
    if ('problem' in outcome) return `compilation error: ${outcome.problem}`;
    return outcome.program.evaluate(world, budget) === true;
  } catch (error) {
    if (error instanceof CelRuntimeError || error instanceof CelCompileError) return `expression '${expression}' resulted in error: ${error.message}`;
    throw error;
  }
}
