import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/sim/clock';
import { standardPrograms } from '../../src/containers/programs';
import { Kernel } from '../../src/containers/shell/kernel';
import { BaseFiles, LayeredFiles } from '../../src/containers/shell/layered-files';
import { programFinder } from '../../src/containers/shell/programs';
import { shellProgram } from '../../src/containers/shell/shell-program';
import { FunctionOutput, NullDevice, type OpenFile } from '../../src/containers/shell/streams';

type Answer = readonly [stdout: string, stderr: string, status: number];
type Recorded = { readonly script: string; readonly bash?: Answer; readonly dash?: Answer };

/** What bash 5.2 and dash 0.5.12 with GNU's programs printed for these scripts. */
const recorded: readonly Recorded[] = JSON.parse(readFileSync(new URL('recorded-scripts.json', import.meta.url), 'utf8'));

const answerOf = (dialect: 'bash' | 'dash', script: string): Answer => {
  const clock = new VirtualClock(0);
  const files = new LayeredFiles(new BaseFiles({ '/root/': '', '/tmp/': '', '/home/': '', '/etc/hosts': '' }), () => clock.now());
  const kernel = new Kernel({
    scheduler: clock, files, hostname: 'here', dialect, random: () => 0.5, workPerTurn: 10_000, rest: (resume) => { clock.schedule(() => resume(), 10); },
    ...programFinder({ ...standardPrograms, sh: shellProgram, bash: shellProgram, dash: shellProgram }),
  }, 100, false);
  let stdout = '';
  let stderr = '';
  const process = kernel.spawn({
    program: shellProgram, argv: [dialect, '-c', script, dialect], env: new Map([['HOME', '/root'], ['PATH', '/bin']]), directory: '/home',
    files: new Map<number, OpenFile>([[0, new NullDevice()], [1, new FunctionOutput((text) => { stdout += text; })], [2, new FunctionOutput((text) => { stderr += text; })]]),
  });
  for (let steps = 0; steps < 10_000 && process.status === undefined && clock.step(); steps++);
  return [stdout, stderr, process.status ?? -1];
};

describe.each(['bash', 'dash'] as const)('%s', (dialect) => {
  test.each(recorded.flatMap(({ script, [dialect]: answer }) => (answer ? [[script, answer] as const] : [])))('%s', (script, answer) => {
    expect(answerOf(dialect, script)).toEqual(answer);
  });
});
