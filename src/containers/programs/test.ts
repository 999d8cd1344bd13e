import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import { compareFiles, compareNumbers, testUnary, unaryOperators } from '../shell/tests';

/** What `test` cannot make sense of. */
class TestError extends Error {}

/** The value of test's arguments; by their number first, as POSIX wants it. */
export const evaluateTest = (process: Process, words: readonly string[]): boolean => {
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (words[at] === '-o') { at++; const other = both(); value ||= other; }
    return value;
  };
  const both = (): boolean => {
    let value = negated();
    while (words[at] === '-a') { at++; const other = negated(); value &&= other; }
    return value;
  };
  const negated = (): boolean => {
    if (words[at] === '!' && at + 1 < words.length) { at++; return !negated(); }
    return primary();
  };
  const primary = (): boolean => {
    const [word = '', operator, right] = [words[at], words[at + 1], words[at + 2]];
    if (operator !== undefined && right !== undefined) {
      const value = binary(process, word, operator, right);
      if (value !== undefined) { at += 3; return value; }
    }
    if (word === '(' && words.length > at + 1) {
      at++;
      const inside = either();
      if (words[at++] !== ')') throw new TestError('closing paren expected');
      return inside;
    }
    if (unaryOperators.has(word) && operator !== undefined) { at += 2; return testUnary(process, word, operator); }
    at++;
    return word !== '';
  };
  if (words.length === 0) return false;
  const value = either();
  if (at < words.length) throw new TestError(words.length === 2 ? `${words[0] ?? ''}: unary operator expected` : `${words[at] ?? ''}: unknown operand`);
  return value;
};

const binary = (process: Process, left: string, operator: string, right: string): boolean | undefined => {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  const files = compareFiles(process, operator, left, right);
  if (files !== undefined || compareNumbers(operator, 0, 0) === undefined) return files;
  for (const text of [left, right]) if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(numberFault(process, text));
  return compareNumbers(operator, Number(left), Number(right));
};

const numberFault = (process: Process, text: string): string =>
  process.dialect === 'bash' ? `${text}: integer expression expected` : process.dialect === 'dash' ? `Illegal number: ${text}` : `${text}: bad number`;

const test: Program = function* (process) {
  const bracket = process.name === '[';
  const words = process.argv.slice(1);
  if (bracket && words.at(-1) !== ']') {
    yield* process.print(process.dialect === 'bash' ? 'bash: [: missing `]\'\n' : 'sh: missing ]\n', 2);
    return 2;
  }
  try {
    return evaluateTest(process, bracket ? words.slice(0, -1) : words) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    const shell = process.dialect === 'bash' ? `bash: ${process.name}` : process.dialect === 'dash' ? `sh: 1: ${process.name}` : 'sh';
    yield* process.print(`${shell}: ${error.message}\n`, 2);
    return 2;
  }
};

export const testPrograms: Programs = { test, '[': test };
