import { Observable } from 'rxjs';
import { FileError } from '../containers/shell/files';
import { observableProgram } from '../containers/shell/observable-program';
import type { Process, Program } from '../containers/shell/process';
import { kubectl } from '../kubectl/run';
import type { Files, Host } from '../kubectl/verb';

/** What of kubectl's host does not depend on the process that runs it. */
export type KubectlHost = Pick<Host, 'api' | 'clock' | 'config' | 'edit' | 'descriptions'>;

/**
 * kubectl as a program of the console: it reads the console's files, takes part in pipes, and is interrupted with its process.
 * With `restMs` it takes so much of the cluster's time to end, as a real process does: a script's next command finds the cluster moved on.
 */
export function kubectlProgram(host: KubectlHost, restMs = 0): Program {
  const program = observableProgram((process) =>
    kubectl(process.argv.slice(1), { ...host, files: filesOf(process), stdin: inputOf(process), tty: process.files.get(1)?.terminal ?? false }));
  if (restMs === 0) return program;
  return function* (process) {
    const code = yield* program(process);
    yield* process.sleep(restMs);
    return code;
  };
}

/** The files of a process, by paths as it would write them; `~` is left to the shell. */
function filesOf(process: Process): Files {
  const { files } = process.system;
  const typeOf = (path: string) => files.stat(process.path(path))?.type;
  return {
    read: (path) => (typeOf(path) === undefined || typeOf(path) === 'directory' ? undefined : attempt(() => files.read(process.path(path)))),
    list: (path) => (typeOf(path) === 'directory' ? attempt(() => files.list(process.path(path))) : undefined),
  };
}

function attempt<T>(work: () => T): T | undefined {
  try { return work(); } catch (error) { if (error instanceof FileError) return undefined; throw error; }
}

/** Standard input as a stream. Only while somebody listens does a hidden process read it, so that what is not asked for stays for others. */
const inputOf = (process: Process): Observable<string> =>
  new Observable((subscriber) => {
    const input = process.files.get(0);
    if (!input) return void subscriber.complete();
    input.retain();
    const reader = process.kernel.spawn({
      argv: ['kubectl'], env: process.env, directory: process.directory, files: new Map([[0, input]]), parent: process, hidden: true,
      *program(self) {
        for (let text = yield* self.read(); text !== undefined; text = yield* self.read()) subscriber.next(text);
        subscriber.complete();
        return 0;
      },
    });
    return () => reader.end(0);
  });
