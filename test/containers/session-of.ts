import { VirtualClock } from '../../src/sim/clock';
import { standardPrograms } from '../../src/containers/programs';
import { BaseFiles, LayeredFiles } from '../../src/containers/shell/layered-files';
import { type SessionOptions, createShellSession } from '../../src/containers/shell/session';
import { shellProgram } from '../../src/containers/shell/shell-program';

/** A session with every program, on a clock of its own; `run` plays the clock for up to a minute until the line is done. */
export const sessionOf = (options: Partial<SessionOptions> = {}) => {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21, 9, 0, 0));
  const files = new LayeredFiles(new BaseFiles({ '/root/': '', '/tmp/': '', '/etc/hosts': '127.0.0.1 localhost\n' }), () => clock.now());
  const session = createShellSession({
    programs: { ...standardPrograms, sh: shellProgram, bash: shellProgram },
    files,
    env: { HOME: '/root', PATH: '/bin' },
    scheduler: clock,
    directory: '/root',
    ...options,
  });
  const begin = (text: string) => {
    const result = { stdout: '', stderr: '', all: '', code: undefined as number | undefined };
    const subscription = session.run(text).subscribe((frame) => {
      if (frame.stream === 'exit') { result.code = frame.code; return; }
      result[frame.stream] += frame.text;
      result.all += frame.text;
    });
    return { result, subscription };
  };
  const run = (text: string) => {
    const { result } = begin(text);
    for (let beats = 0; result.code === undefined && beats < 60_000 && clock.nextDueAt !== undefined; beats++) clock.step();
    return result;
  };
  return { clock, files, session, begin, run };
};
