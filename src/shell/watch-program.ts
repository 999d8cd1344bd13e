import { FunctionOutput, NullDevice, type OpenFile } from '../containers/shell/streams';
import type { Process, Program } from '../containers/shell/process';
import type { Running } from '../containers/shell/running';
import { shellProgram } from '../containers/shell/shell-program';

const clear = '\x1b[H\x1b[2J';

/** `watch [-n SECONDS] [-t] COMMAND`: the command's output again and again, each time on a fresh screen, until Ctrl+C. */
export const watchProgram: Program = function* (process) {
  const { seconds, titled, words, wrong } = parse(process.argv.slice(1));
  if (wrong || words.length === 0) {
    yield* process.print(`${wrong ? `watch: ${wrong}\n` : ''}Usage: watch [-n SECONDS] [-t] COMMAND\n`, 2);
    return 1;
  }
  const command = words.join(' ');
  for (;;) {
    const text = yield* outputOf(process, command);
    const title = `Every ${seconds.toFixed(1)}s: ${command}`;
    const moment = `${process.system.hostname}: ${new Date(process.now()).toUTCString().replace(' GMT', '')}`;
    yield* process.print(`${clear}${titled ? `${title}    ${moment}\n\n` : ''}${text}`);
    yield* process.sleep(seconds * 1_000);
  }
};

type Parsed = { readonly seconds: number; readonly titled: boolean; readonly words: readonly string[]; readonly wrong?: string };

function parse(args: readonly string[]): Parsed {
  let [seconds, titled, at] = [2, true, 0];
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    const interval = /^(?:-n|--interval=?)(.*)$/.exec(word);
    if (interval) {
      seconds = Number(interval[1] || args[++at]);
      if (!(seconds >= 0.1)) return { seconds: 2, titled, words: [], wrong: `failed to parse argument: '${args[at] ?? ''}'` };
    } else if (word === '-t' || word === '--no-title') titled = false;
    else if (word === '-d' || word === '--differences' || word === '-c' || word === '--color') continue;
    else if (word.startsWith('-')) return { seconds, titled, words: [], wrong: `invalid option -- '${word.replace(/^-+/, '')}'` };
    else break;
  }
  return { seconds, titled, words: args.slice(at) };
}

/** All that a command line writes, to either stream. */
function* outputOf(process: Process, command: string): Running<string> {
  let text = '';
  const output = (): OpenFile => new FunctionOutput((piece) => { text += piece; });
  const child = process.kernel.spawn({
    program: shellProgram, argv: ['sh', '-c', command], env: process.env, directory: process.directory, parent: process,
    files: new Map<number, OpenFile>([[0, new NullDevice()], [1, output()], [2, output()]]),
  });
  yield* child.wait();
  return text;
}
