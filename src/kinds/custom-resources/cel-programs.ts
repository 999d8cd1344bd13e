import { compileCel, typeText, type CelProgram } from '../../cel/compile';
import { CelCompileError } from '../../cel/errors';
import { optionalOf, type CelType } from '../../cel/types';
import type { ValidationRule } from '../../schema/types';
import { celTypeOf, unsupportedText } from './cel-types';
import { isEmbedded, type JsonSchema } from './schema';

/** A rule compiled: what runs, or what is wrong with it, in upstream's words. */
export type CompiledRule = {
  readonly rule: ValidationRule;
  readonly program?: CelProgram;
  readonly error?: string;
  readonly message?: CelProgram;
  readonly messageError?: string;
  readonly readsOldSelf: boolean;
};
/** `failure` is what keeps all rules of the schema from being compiled. */
export type CompiledRules = { readonly rules: readonly CompiledRule[]; readonly failure?: string };

const none: CompiledRules = { rules: [] };
const known = new WeakMap<readonly ValidationRule[], CompiledRules>();

/** The rules that stand on a schema itself, compiled once. */
export function compiledRules(schema: JsonSchema, isRoot: boolean): CompiledRules {
  const rules = schema['x-kubernetes-validations'];
  if (!rules?.length) return none;
  const before = known.get(rules);
  if (before) return before;
  const type = celTypeOf(schema, isRoot || isEmbedded(schema));
  const made = type ? { rules: rules.map((rule) => compiled(rule, type)) } : { rules: [], failure: unsupportedText(schema) };
  known.set(rules, made);
  return made;
}

function compiled(rule: ValidationRule, type: CelType): CompiledRule {
  if (!rule.rule.trim()) return { rule, readsOldSelf: false };
  const variables = { self: type, oldSelf: rule.optionalOldSelf ? optionalOf(type) : type };
  const main = attempted(rule.rule, variables);
  if (typeof main === 'string') return { rule, error: `compilation failed: ${main}`, readsOldSelf: false };
  const readsOldSelf = main.reads.has('oldSelf');
  if (typeText(main.type) !== 'bool') return { rule, error: 'cel expression must evaluate to a bool', readsOldSelf };
  return { rule, program: main, readsOldSelf, ...message(rule, variables) };
}

function message({ messageExpression }: ValidationRule, variables: Readonly<Record<string, CelType>>): Pick<CompiledRule, 'message' | 'messageError'> {
  if (!messageExpression?.trim()) return {};
  const program = attempted(messageExpression, variables);
  if (typeof program === 'string') return { messageError: `messageExpression compilation failed: ${program}` };
  return typeText(program.type) === 'string' ? { message: program } : { messageError: 'messageExpression must evaluate to a string' };
}

/** The program, or why there is none. */
function attempted(source: string, variables: Readonly<Record<string, CelType>>): CelProgram | string {
  try { return compileCel(source, { variables }); } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}
