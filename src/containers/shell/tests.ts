import type { Process } from './process';

/** The tests that `[`, `test` and `[[` have in common. Undefined, where they can be: no such operator. */

export const unaryOperators: ReadonlySet<string> = new Set(['-e', '-a', '-f', '-d', '-s', '-r', '-w', '-x', '-n', '-z', '-t', '-L', '-h', '-b', '-c', '-p', '-S', '-u', '-g', '-k', '-O', '-G', '-N']);

export const testUnary = (process: Process, operator: string, operand: string): boolean => {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return process.files.get(Number(operand))?.terminal === true;
  const stat = process.system.files.stat(process.path(operand));
  if (!stat || operand === '') return false;
  switch (operator) {
    case '-f': return stat.type === 'file';
    case '-d': return stat.type === 'directory';
    case '-s': return stat.size > 0;
    case '-c': return stat.type === 'device';
    case '-x': return stat.type === 'directory' || (stat.mode & 0o111) !== 0;
    case '-w': case '-r': case '-e': case '-a': case '-O': case '-G': case '-N': return true;
    default: return false;
  }
};

export const compareNumbers = (operator: string, left: number, right: number): boolean | undefined => {
  switch (operator) {
    case '-eq': return left === right;
    case '-ne': return left !== right;
    case '-lt': return left < right;
    case '-le': return left <= right;
    case '-gt': return left > right;
    case '-ge': return left >= right;
    default: return undefined;
  }
};

export const compareFiles = (process: Process, operator: string, left: string, right: string): boolean | undefined => {
  if (operator !== '-nt' && operator !== '-ot' && operator !== '-ef') return undefined;
  if (operator === '-ef') return process.path(left) === process.path(right);
  const [a, b] = [left, right].map((name) => process.system.files.stat(process.path(name))?.modifiedAt ?? -1);
  return operator === '-nt' ? (a ?? -1) > (b ?? -1) : (a ?? -1) < (b ?? -1);
};
