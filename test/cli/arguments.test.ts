import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments';
import { parseTokenFile } from '../../src/cli/token-file';

describe('podarium', () => {
  test.each<[string[], object]>([
    [[], { command: 'help' }],
    [['--help'], { command: 'help' }],
    [['run', '--help'], { command: 'help' }],
    [['version'], { command: 'version' }],
    [['run', 'a.sh'], { command: 'run', script: 'a.sh', nodes: 3, seed: 1 }],
    [['run', '--nodes', '5', '-', '--seed=9'], { command: 'run', script: '-', nodes: 5, seed: 9 }],
    [['serve', '--port=0', '--manifest', 'a.yaml', '--manifest', 'b.yaml', '--runtime-config', 'certificates.k8s.io/v1beta1=true', '--token-auth-file', 't.csv',
      '--enable', 'node-pools', '--authorization-mode', 'Node,RBAC'], {
      command: 'serve', port: 0, host: '127.0.0.1', nodes: 3, seed: 1, speed: 1, kubeconfig: 'podarium.kubeconfig', manifests: ['a.yaml', 'b.yaml'],
      authorizationMode: 'RBAC', runtimeConfig: ['certificates.k8s.io/v1beta1'], enable: ['node-pools'], tokenAuthFile: 't.csv',
    }],
  ])('%j', (words, asked) => expect(parseArguments(words)).toEqual(asked));

  test.each<[string[], string]>([
    [['observe'], 'unknown command "observe"'],
    [['run'], 'run needs a script: a file, or - for stdin'],
    [['run', 'a.sh', 'b.sh'], 'run takes one script, but was also given "b.sh"'],
    [['run', 'a.sh', '--fast'], 'unknown option --fast'],
    [['run', 'a.sh', '-x'], 'unknown option -x'],
    [['run', 'a.sh', '--nodes'], '--nodes needs a value'],
    [['run', 'a.sh', '--nodes', 'many'], '--nodes wants a whole number from 0 to 5000, not "many"'],
    [['serve', '--runtime-config', 'beta'], '--runtime-config wants a group version, not "beta"'],
    [['serve', '--speed', '0'], '--speed wants a number above 0, not "0"'],
    [['run', 'a.sh', '--nodes=-1'], '--nodes wants a whole number from 0 to 5000, not "-1"'],
  ])('%j is refused', (words, message) => expect(() => parseArguments(words)).toThrow(message));
});

describe('a token file', () => {
  test('names users, with their uids and groups', () => {
    expect(parseTokenFile('# comment\nabc,alice,7,"devs, testers"\n\ndef,bob\n')).toEqual({
      abc: { name: 'alice', uid: '7', groups: ['devs', 'testers'] }, def: { name: 'bob', groups: [] },
    });
  });

  test('says which line cannot be read', () => { expect(() => parseTokenFile('abc,alice\nnothing\n')).toThrow('line 2: token,user,uid,"group1,group2" is wanted'); });
});
