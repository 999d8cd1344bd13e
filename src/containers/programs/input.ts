import { FileError } from '../shell/files';
import type { Process } from '../shell/process';
import { openFile } from '../shell/redirects';
import { type Running, done } from '../shell/running';
import type { OpenFile } from '../shell/streams';

/** An open input; what cannot be opened is told as the program's own error and gives undefined. `-` is standard input. */
export function* openInput(process: Process, name: string, text: (error: FileError) => string = (error) => `${name}: ${error.message}`): Running<OpenFile | undefined> {
  if (name === '-') {
    const input = process.file(0);
    input.retain();
    return input;
  }
  try {
    return openFile(process, name, 'read');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* process.complain(text(error));
    return undefined;
  }
}

/** Gives each line of each input, without its newline, to `take`; without names, of standard input. `take` may stop it all. Status 1 when one could not be opened. */
export function* eachLine(process: Process, names: readonly string[], take: (line: string, name: string) => Running<boolean | void>): Running<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : ['-']) {
    const input = yield* openInput(process, name);
    if (!input) { status = 1; continue; }
    try {
      for (let line = yield* input.readLine(); line !== undefined; line = yield* input.readLine()) {
        yield* process.kernel.work();
        if ((yield* take(line.replace(/\n$/, ''), name)) === false) return status;
      }
    } finally {
      input.release();
    }
  }
  return status;
}

/** All of the inputs as lines. */
export function* allLines(process: Process, names: readonly string[]): Running<{ readonly lines: readonly string[]; readonly status: number }> {
  const lines: string[] = [];
  const status = yield* eachLine(process, names, (line) => done(void lines.push(line)));
  return { lines, status };
}

/** The whole text of an input; undefined, after telling, when it cannot be read. */
export function* readInput(process: Process, name: string): Running<string | undefined> {
  const input = yield* openInput(process, name);
  if (!input) return undefined;
  let text = '';
  for (let chunk = yield* input.read(); chunk !== undefined; chunk = yield* input.read()) text += chunk;
  input.release();
  return text;
}
