import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments';

describe('podarium', () => {
  test.each<[string[], object]>([
    [[], { command: 'help' }],
    [['--help'], { command: 'help' }],
    [['run', '--help'], { command: 'help' }],
    [['version'], { command: 'version' }],
    [['run', 'a.sh'], { command: 'run', script: 'a.sh', nodes: 3, seed: 1 }],
    [['run', '--nodes', '5', '-', '--seed=9'], { command: 'run', script: '-', nodes: 5, seed: 9 }],
  ])('%j', (words, asked) => expect(parseArguments(words)).toEqual(asked));

  test.each<[string[], string]>([
    [['observe'], 'unknown command "observe"'],
    [['run'], 'run needs a script: a file, or - for stdin'],
    [['run', 'a.sh', 'b.sh'], 'run takes one script, but was also given "b.sh"'],
    [['run', 'a.sh', '--fast'], 'unknown option --fast'],
    [['run', 'a.sh', '-x'], 'unknown option -x'],
    [['run', 'a.sh', '--nodes'], '--nodes needs a value'],
    [['run', 'a.sh', '--nodes', 'many'], '--nodes wants a whole number from 0 to 5000, not "many"'],
    [['run', 'a.sh', '--nodes=-1'], '--nodes wants a whole number from 0 to 5000, not "-1"'],
  ])('%j is refused', (words, message) => expect(() => parseArguments(words)).toThrow(message));
});
