import { omitted, type FieldError } from '../../api/status';
import { Budget, type CelProgram } from '../../cel/compile';
import { CelBudgetError, CelRuntimeError } from '../../cel/errors';
import { fromJson, Optional } from '../../cel/values';
import { equal } from '../../lib/equality';
import { isList, isObject, type JsonObject } from '../../lib/json';
import type { ValidationRule } from '../../schema/types';
import { compiledRules, type CompiledRule } from './cel-programs';
import { celTypeOf } from './cel-types';
import { isEmbedded, itemsOf, propertyOf, someSchema, valuesOf, type JsonSchema } from './schema';
import { oldField, oldItems, type Correlated } from './value-rules';

/** What all rules of one object may cost together. */
const objectBudget = 10_000_000;
const maxMessageBytes = 5 * 1024;

/** Whether any rule stands in a schema. */
export const hasRules = (schema: JsonSchema): boolean => someSchema(schema, (each) => (each['x-kubernetes-validations']?.length ?? 0) > 0);

/** Out of budget: nothing more is checked. */
class Exhausted extends Error {}

/**
 * Checks an object by the CEL rules of its schema. Rules that read oldSelf run only where there is an old value, or where they take it as optional.
 * What an unchanged part has wrong already is left alone.
 */
export function celRules(object: JsonObject, schema: JsonSchema, previous?: JsonObject): readonly FieldError[] {
  const check = new Check();
  try { check.value(object, schema, '', true, previous === undefined ? undefined : { value: previous }, false); } catch (error) {
    if (!(error instanceof Exhausted)) throw error;
  }
  return check.errors;
}

class Check {
  readonly errors: FieldError[] = [];
  readonly #budget = new Budget(objectBudget);

  /** `settled`: an enclosing part that did not change corresponds to its old self, this one to nothing. */
  value(value: unknown, schema: JsonSchema | undefined, path: string, isRoot: boolean, old: Correlated, settled: boolean): void {
    if (!schema || value === null || value === undefined) return;
    const unchanged = old ? equal(value, old.value) : settled;
    for (const rule of this.#rulesOf(schema, path, isRoot)) this.#rule(rule, value, schema, path, isRoot, old, unchanged);
    for (const each of schema.allOf ?? []) this.#nested(value, each, schema, path, isRoot, old);
    if (isList(value)) {
      const items = itemsOf(schema);
      const before = oldItems(value, schema, old);
      for (const [at, item] of value.entries()) this.value(item, items, `${path}[${at}]`, false, before(at), unchanged);
    } else if (isObject(value)) {
      const before = oldField(schema, old);
      for (const name in value) {
        const property = propertyOf(schema, name);
        const at = property ? (path ? `${path}.${name}` : name) : `${path}[${name}]`;
        this.value(value[name], property ?? valuesOf(schema), at, false, before(name), unchanged);
      }
    }
  }

  /** Rules inside an allOf speak of values of the schema around it. */
  #nested(value: unknown, nested: JsonSchema, around: JsonSchema, path: string, isRoot: boolean, old: Correlated): void {
    const rules = nested['x-kubernetes-validations'];
    const schema = rules?.length ? { ...shallow(around), 'x-kubernetes-validations': rules } : undefined;
    if (schema) for (const rule of this.#rulesOf(schema, path, isRoot)) this.#rule(rule, value, schema, path, isRoot, old, false);
    if (!isObject(value)) return;
    const before = oldField(around, old);
    for (const [name, inner] of Object.entries(nested.properties ?? {})) {
      const outer = propertyOf(around, name);
      const child = Object.hasOwn(value, name) ? value[name] : undefined;
      if (outer && child !== undefined && child !== null) this.#nested(child, inner, outer, path ? `${path}.${name}` : name, false, before(name));
    }
  }

  #rulesOf(schema: JsonSchema, path: string, isRoot: boolean): readonly CompiledRule[] {
    const { rules, failure } = compiledRules(schema, isRoot);
    if (failure !== undefined) this.errors.push({ type: 'Invalid value', field: path || '<nil>', value: omitted, detail: `rule compiler initialization error: ${failure}` });
    return rules;
  }

  #rule(compiled: CompiledRule, value: unknown, schema: JsonSchema, path: string, isRoot: boolean, old: Correlated, unchanged: boolean): void {
    const { rule, program, error, readsOldSelf } = compiled;
    const fail = (detail: string): void => { this.errors.push(invalid(path, value, detail)); };
    if (error !== undefined) return fail(`rule compile error: ${error}`);
    if (!program || (readsOldSelf && !old && !rule.optionalOldSelf)) return;
    const variables = this.#variables(value, schema, isRoot, old, rule);
    let holds: unknown;
    try { holds = program.evaluateToJson(variables, this.#budget); } catch (problem) {
      if (!(problem instanceof CelRuntimeError)) throw problem;
      fail(runtimeText(problem, rule));
      if (problem instanceof CelBudgetError) throw new Exhausted();
      return;
    }
    if (holds === true || (!readsOldSelf && unchanged)) return;
    const at = rule.fieldPath ? `${path}${path ? rule.fieldPath : rule.fieldPath.replace(/^\./, '')}` : path;
    this.errors.push(refusal(at, value, this.#messageOf(compiled, variables), rule.reason));
  }

  #variables(value: unknown, schema: JsonSchema, isRoot: boolean, old: Correlated, rule: ValidationRule): Readonly<Record<string, unknown>> {
    if (!rule.optionalOldSelf) return { self: value, ...(old && { oldSelf: old.value }) };
    const type = celTypeOf(schema, isRoot || isEmbedded(schema));
    return { self: value, oldSelf: old && type ? new Optional(fromJson(old.value, type)) : Optional.none };
  }

  #messageOf({ rule, message }: CompiledRule, variables: Readonly<Record<string, unknown>>): string {
    const made = message && this.#evaluated(message, variables);
    return made ?? (rule.message?.trim() || `failed rule: ${textOf(rule)}`);
  }

  /** A message that cannot be made, or makes no line of text, is passed over for the plain one. */
  #evaluated(message: CelProgram, variables: Readonly<Record<string, unknown>>): string | undefined {
    try {
      const text = message.evaluateToJson(variables, this.#budget);
      const line = typeof text === 'string' ? text.trim() : '';
      return line === '' || line.includes('\n') || line.length > maxMessageBytes ? undefined : line;
    } catch (error) {
      if (!(error instanceof CelRuntimeError)) throw error;
      return undefined;
    }
  }
}

const shallow = ({ type, properties, items, additionalProperties }: JsonSchema): JsonSchema => ({
  ...(type !== undefined && { type }), ...(properties && { properties }), ...(items !== undefined && { items }), ...(additionalProperties !== undefined && { additionalProperties }),
});

const textOf = ({ rule, message }: ValidationRule): string => (message ? message.trim() : rule.trim());

function runtimeText(error: CelRuntimeError, rule: ValidationRule): string {
  if (error instanceof CelBudgetError)
    return `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${textOf(rule)}`;
  if (error.message.startsWith('no such overload'))
    return `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${textOf(rule)}`;
  return `${error.message} evaluating rule: ${textOf(rule)}`;
}

/** Lists and objects are too large to be shown. */
const shownValue = (value: unknown): unknown => (typeof value === 'object' ? omitted : value);
const invalid = (path: string, value: unknown, detail: string): FieldError =>
  ({ type: 'Invalid value', field: path || '<nil>', value: shownValue(value), detail });

const reasons: Readonly<Record<string, FieldError['type']>> = { FieldValueForbidden: 'Forbidden', FieldValueRequired: 'Required value', FieldValueDuplicate: 'Duplicate value' };

function refusal(path: string, value: unknown, detail: string, reason: string | undefined): FieldError {
  const type = reasons[reason ?? ''];
  if (type === 'Duplicate value') return { type, field: path || '<nil>', value: shownValue(value), detail: '' };
  return type ? { type, field: path || '<nil>', detail } : invalid(path, value, detail);
}
