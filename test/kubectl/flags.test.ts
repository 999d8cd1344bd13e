import { describe, expect, test } from 'vitest';
import { bool, duration, integer, list, parseFlags, text, texts } from '../../src/kubectl/flags';

const flags = {
  output: text('', { short: 'o' }), watch: bool('', { short: 'w' }), stdin: bool('', { short: 'i' }), tty: bool('', { short: 't' }), replicas: integer(''),
  timeout: duration('', { initial: 30_000 }),
  filename: list('', { short: 'f' }), literal: texts(''), cascade: text('', { initial: 'background', bare: 'background' }), wait: bool('', { initial: true }),
};
const values = (...words: string[]) => parseFlags(words, flags);

describe('flags are read as pflag reads them', () => {
  test.each<[string, string[], Record<string, unknown>]>([
    ['--name value', ['--output', 'yaml'], { output: 'yaml' }],
    ['--name=value', ['--output=yaml'], { output: 'yaml' }],
    ['an empty value', ['--output='], { output: '' }],
    ['-x value', ['-o', 'yaml'], { output: 'yaml' }],
    ['-xvalue', ['-oyaml'], { output: 'yaml' }],
    ['-x=value', ['-o=yaml'], { output: 'yaml' }],
    ['several letters', ['-it'], { stdin: true, tty: true }],
    ['letters, the last with a value', ['-wo', 'name'], { watch: true, output: 'name' }],
    ['a boolean switched off', ['--wait=false'], { wait: false }],
    ['a number', ['--replicas=-3'], { replicas: -3 }],
    ['a duration', ['--timeout=1m30s'], { timeout: 90_000 }],
    ['lists with commas and repeats', ['-f', 'a,b', '-f', 'c'], { filename: ['a', 'b', 'c'] }],
    ['texts keep their commas', ['--literal=a=1,2', '--literal=b'], { literal: ['a=1,2', 'b'] }],
    ['a flag that may stand alone', ['--cascade'], { cascade: 'background' }],
  ])('%s', (_, words, expected) => expect(values(...words).values).toMatchObject(expected));

  test('flags and arguments may be mixed, and -- ends the flags', () => {
    const { args, dash, changed } = values('pod', '-w', 'web', '--', 'ls', '-l');
    expect(args).toEqual(['pod', 'web', 'ls', '-l']);
    expect(dash).toBe(2);
    expect([...changed]).toEqual(['watch']);
  });

  test('a lone dash is an argument, or a value', () => {
    expect(values('-').args).toEqual(['-']);
    expect(values('-f', '-').values).toMatchObject({ filename: ['-'] });
  });

  test.each<[string[], string]>([
    [['--bar'], 'unknown flag: --bar'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['-iz'], "unknown shorthand flag: 'z' in -z"],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [['--output'], 'flag needs an argument: --output'],
    [['--replicas=x'], 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['-w=maybe'], 'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [['--timeout=5'], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
  ])('%j is refused', (words, message) => expect(() => values(...words)).toThrow(message));
});
