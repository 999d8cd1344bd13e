import type { TestExpression } from 'unbash';
import { ShellError } from './control';
import { parseArithmetic } from './expansion';
import { matches } from './pattern';
import type { Running } from './running';
import type { Shell } from './shell';
import { compareNumbers, testUnary, compareFiles } from './tests';

/** `[[ … ]]`. */
export function* testCondition(shell: Shell, expression: TestExpression): Running<boolean> {
  switch (expression.type) {
    case 'TestGroup': return yield* testCondition(shell, expression.expression);
    case 'TestNot': return (yield* testCondition(shell, expression.operand)) === (expression.negations.length % 2 === 0);
    case 'TestLogical': {
      for (const operand of expression.operands) {
        const value = yield* testCondition(shell, operand);
        if (value === (expression.operator === '||')) return value;
      }
      return expression.operator === '&&';
    }
    case 'TestUnary': {
      const operand = yield* shell.expander.text(expression.operand);
      if (expression.operator === '-v') return shell.state.variable(operand) !== undefined;
      return testUnary(shell.process, expression.operator, operand);
    }
    case 'TestBinary': return yield* binary(shell, expression);
  }
}

function* binary(shell: Shell, { operator, left, right }: Extract<TestExpression, { type: 'TestBinary' }>): Running<boolean> {
  const text = yield* shell.expander.text(left);
  if (operator === '=' || operator === '==' || operator === '!=') return matches(yield* shell.expander.pattern(right), text) === (operator !== '!=');
  if (operator === '=~') return matchRegex(shell, text, yield* shell.expander.text(right));
  const other = yield* shell.expander.text(right);
  if (operator === '<') return text < other;
  if (operator === '>') return text > other;
  const files = compareFiles(shell.process, operator, text, other);
  if (files !== undefined) return files;
  const result = compareNumbers(operator, yield* number(shell, text), yield* number(shell, other));
  if (result === undefined) throw new ShellError(`${operator}: binary operator expected`);
  return result;
}

function* number(shell: Shell, text: string): Running<number> {
  const expression = parseArithmetic(text);
  return expression ? Number(yield* shell.expander.arithmetic(expression)) : 0;
}

/** `=~`: the groups go to BASH_REMATCH. */
const matchRegex = (shell: Shell, text: string, pattern: string): boolean => {
  let match: RegExpExecArray | null;
  try {
    match = new RegExp(pattern.replace(/\[\[:(\w+):\]\]/g, (all, name: string) => posixClasses[name] ?? all)).exec(text);
  } catch {
    throw new ShellError(`invalid regular expression \`${pattern}'`);
  }
  shell.state.setArray('BASH_REMATCH', new Map((match ?? []).map((group, index) => [String(index), group ?? ''])));
  return match !== null;
};
const posixClasses: Readonly<Record<string, string>> = { alpha: '[A-Za-z]', digit: '[0-9]', alnum: '[A-Za-z0-9]', space: '\\s', upper: '[A-Z]', lower: '[a-z]' };
