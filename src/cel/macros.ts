import { SyntaxProblem } from './lexer';
import type { Expression, Fold } from './syntax';

type Call = Expression & { readonly node: 'call' };
type Macro = (call: Call & { readonly target: Expression }) => Expression | undefined;

/** A call as the macro of its name means it; any other call as it is. @throws SyntaxProblem for arguments that a macro cannot take. */
export function expandMacro(call: Call): Expression {
  if (call.target === undefined) return call.name === 'has' && call.args.length === 1 ? presence(call) : call;
  return macros.get(`${call.name}/${call.args.length}`)?.({ ...call, target: call.target }) ?? call;
}

function presence({ at, args: [field] }: Call): Expression {
  if (field?.node !== 'select') throw new SyntaxProblem(field?.at ?? at, 'invalid argument to has() macro');
  return { ...field, at, test: true };
}

function variable(expression: Expression | undefined): string {
  if (expression?.node === 'name') return expression.name;
  throw new SyntaxProblem(expression?.at ?? 0, 'argument must be a simple name');
}

/** One variable; a condition comes before the body when there is one. */
const over = (fold: Fold, withCondition = false): Macro => ({ at, target, args }) => {
  const body = args[withCondition ? 2 : 1];
  return body && { node: 'comprehension', at, fold, range: target, first: variable(args[0]), second: undefined, condition: withCondition ? args[1] : undefined, body };
};

/** Two variables: index or key, and value. */
const overPairs = (fold: Fold, withCondition = false): Macro => ({ at, target, args }) => {
  const body = args[withCondition ? 3 : 2];
  const [first, second] = [variable(args[0]), variable(args[1])];
  if (first === second) throw new SyntaxProblem(args[1]?.at ?? at, `duplicate variable name: ${first}`);
  return body && { node: 'comprehension', at, fold, range: target, first, second, condition: withCondition ? args[2] : undefined, body };
};

const optionalMap = (flat: boolean): Macro => ({ at, target, args: [name, body] }) => body && { node: 'optional-map', at, target, variable: variable(name), body, flat };

const macros: ReadonlyMap<string, Macro> = new Map([
  ['all/2', over('all')],
  ['exists/2', over('exists')],
  ['exists_one/2', over('existsOne')],
  ['existsOne/2', over('existsOne')],
  ['map/2', over('map')],
  ['map/3', over('map', true)],
  ['filter/2', over('filter')],
  ['all/3', overPairs('all')],
  ['exists/3', overPairs('exists')],
  ['existsOne/3', overPairs('existsOne')],
  ['exists_one/3', overPairs('existsOne')],
  ['transformList/3', overPairs('transformList')],
  ['transformList/4', overPairs('transformList', true)],
  ['transformMap/3', overPairs('transformMap')],
  ['transformMap/4', overPairs('transformMap', true)],
  ['transformMapEntry/3', overPairs('transformMapEntry')],
  ['transformMapEntry/4', overPairs('transformMapEntry', true)],
  ['optMap/2', optionalMap(false)],
  ['optFlatMap/2', optionalMap(true)],
]);
