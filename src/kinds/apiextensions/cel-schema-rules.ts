import { invalidValue, type FieldError } from '../../api/status';
import type { ValidationRule } from '../../schema/types';
import { estimatedCost, maxCardinality } from '../custom-resources/cel-cost';
import { compiledRules, type CompiledRule } from '../custom-resources/cel-programs';
import { valuesOf, type JsonSchema } from '../custom-resources/schema';
import type { RuleCosts } from './rule-costs';

/** How often a part of an object may exist, as far as the schemas around it bound that, and what all rules cost. */
export class CelContext {
  constructor(readonly costs: RuleCosts, readonly cardinality: number | undefined) {}

  /** The same for what stands inside a value of `schema`. */
  below(schema: JsonSchema): CelContext { return new CelContext(this.costs, times(this.cardinality, mostElements(schema))); }
}

const times = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a * b);

/** Undefined where there is no bound. */
function mostElements(schema: JsonSchema): number | undefined {
  if (schema.type === 'array') return schema.maxItems;
  return schema.type === 'object' && (valuesOf(schema) || schema.additionalProperties === true) ? schema.maxProperties : 1;
}

/** Whether the CEL rules on a schema compile and stay within their budgets. */
export function* celSchemaRules(schema: JsonSchema, at: string, isRoot: boolean, uncorrelated: string | undefined, context: CelContext): Iterable<FieldError> {
  const { rules, failure } = compiledRules(schema, isRoot);
  if (failure !== undefined) yield { type: 'Internal error', field: `${at}.x-kubernetes-validations`, detail: failure };
  for (const [i, rule] of rules.entries()) yield* compiledRuleErrors(rule, schema, `${at}.x-kubernetes-validations[${i}]`, uncorrelated, context);
}

function* compiledRuleErrors({ rule, error, messageError, program, message, readsOldSelf }: CompiledRule, schema: JsonSchema, at: string,
  uncorrelated: string | undefined, context: CelContext): Iterable<FieldError> {
  const { costs, cardinality = maxCardinality(schema) } = context;
  const tooMuch = program && costs.observe(`${at}.rule`, 'estimated rule cost', estimatedCost(rule.rule, schema) * cardinality);
  if (tooMuch) yield tooMuch;
  if (error !== undefined) yield invalidValue(`${at}.rule`, shownRule(rule), error);
  if (messageError !== undefined) yield invalidValue(`${at}.messageExpression`, shownRule(rule), messageError);
  else if (message) {
    const expensive = costs.observe(`${at}.messageExpression`, 'estimated messageExpression cost', estimatedCost(message.source, schema));
    if (expensive) yield expensive;
  }
  if (readsOldSelf && uncorrelated !== undefined)
    yield invalidValue(`${at}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`);
  if (!readsOldSelf && program && rule.optionalOldSelf !== undefined)
    yield invalidValue(`${at}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule');
}

/** A rule as errors show it. */
const shownRule = ({ rule, message = '', messageExpression = '', reason = null, fieldPath = '', optionalOldSelf = null }: Omit<ValidationRule,
  'reason' | 'optionalOldSelf'> & { readonly reason?: string | null; readonly optionalOldSelf?: boolean | null }): object =>
  ({ Rule: rule, Message: message, MessageExpression: messageExpression, Reason: reason, FieldPath: fieldPath, OptionalOldSelf: optionalOldSelf });
