import type { ParameterOperation, Word } from 'unbash';
import { ShellError } from './control';
import { removeMatch, replaceMatch } from './pattern';
import type { Process } from './process';
import type { Running } from './running';
import { type ShellState, optionLetters } from './shell-state';

type Owner = { readonly process: Process; readonly state: ShellState };

/** Whether `$name` stands for several values. */
export const isList = (name: string, index: string | undefined): boolean => name === '@' || name === '*' || index === '@' || index === '*';

/** The values of a parameter: none when it is unset, several for lists. */
export const valuesOf = ({ process, state }: Owner, name: string, index: string | undefined): readonly string[] => {
  if (name === '@' || name === '*') return state.positional;
  if (/^\d+$/.test(name)) return name === '0' ? [state.name] : present(state.positional[Number(name) - 1]);
  switch (name) {
    case '?': return [String(state.status)];
    case '#': return [String(state.positional.length)];
    case '$': return [String(process.shellPid ?? process.pid)];
    case '!': return present(state.lastBackground === undefined ? undefined : String(state.lastBackground));
    case '-': return [Object.entries(optionLetters).filter(([, option]) => state.options[option]).map(([letter]) => letter).join('')];
    case 'RANDOM': return state.variable(name) ? present(state.get(name)) : [String(Math.floor(process.system.random() * 32_768))];
    case 'SECONDS': return [String(Math.floor((process.now() - process.startedAt) / 1000))];
    default: break;
  }
  if (index === '@' || index === '*') return [...state.elements(name).values()];
  return present(index === undefined ? state.get(name) : state.elements(name).get(index));
};

const present = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);

type Operands = { pattern(word: Word): Running<string>; text(word: Word): Running<string>; number(word: Word): Running<number> };

/** Of $@ the first has the number 1, of an array 0. */
type Sort = 'value' | 'array' | 'positional';

/** `${x#p}`, `${x/a/b}`, `${x:1:2}`, `${x^^}`: on every value of a list. */
export function* transform(operation: Exclude<ParameterOperation, { type: 'Default' }>, values: readonly string[], sort: Sort, operands: Operands): Running<readonly string[]> {
  switch (operation.type) {
    case 'Remove': {
      const pattern = yield* operands.pattern(operation.operand);
      return values.map((value) => removeMatch(value, pattern, operation.operator.startsWith('#') ? 'beginning' : 'end', operation.operator.length === 2));
    }
    case 'Replace': {
      const pattern = yield* operands.pattern(operation.pattern);
      const replacement = yield* operands.text(operation.replacement);
      const where = ({ '/': 'first', '//': 'all', '/#': 'beginning', '/%': 'end' } as const)[operation.operator];
      return values.map((value) => replaceMatch(value, pattern, replacement, where));
    }
    case 'Slice': return slice(values, sort, yield* operands.number(operation.offset), operation.length ? yield* operands.number(operation.length) : undefined);
    case 'CaseModification': return values.map((value) => changeCase(value, operation.operator));
    case 'Transform': return values.map((value) => transformed(value, operation.operand.value));
    default: throw new ShellError('bad substitution', 1);
  }
}

const slice = (values: readonly string[], sort: Sort, offset: number, length: number | undefined): readonly string[] => {
  const cut = <T extends { slice(from: number, to?: number): T; readonly length: number }>(whole: T, from: number): T => {
    const begin = from < 0 ? Math.max(0, whole.length + from) : from;
    const end = length === undefined ? whole.length : length < 0 ? whole.length + length : begin + length;
    return whole.slice(begin, Math.max(begin, end));
  };
  return sort === 'value' ? values.map((value) => cut(value, offset)) : cut([...values], sort === 'positional' && offset > 0 ? offset - 1 : offset);
};

/** `${x@Q}`: quoted for the shell; `${x@U}` and `${x@L}`: its case. */
const transformed = (value: string, letter: string): string => {
  if (letter === 'Q') return `'${value.replaceAll("'", "'\\''")}'`;
  if (letter === 'U') return value.toUpperCase();
  if (letter === 'u') return changeCase(value, '^');
  if (letter === 'L') return value.toLowerCase();
  throw new ShellError('bad substitution', 1);
};

const changeCase = (value: string, operator: '^' | '^^' | ',' | ',,'): string => {
  const change = (text: string): string => (operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase());
  return operator.length === 2 ? change(value) : change(value.charAt(0)) + value.slice(1);
};
