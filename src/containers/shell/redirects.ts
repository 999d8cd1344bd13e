import type { Redirection } from 'unbash';
import { ShellError } from './control';
import { cannotOpenText } from './dialect';
import type { Expander } from './expansion';
import { FileError, parentPath } from './files';
import type { FileTable, Process } from './process';
import type { Running } from './running';
import { FileOutput, NullDevice, type OpenFile, textInput } from './streams';

/** A copy of a process's open files, for a command of its own. Whoever gets it has to release them. */
export const copyFiles = (files: FileTable): FileTable => {
  for (const file of files.values()) file.retain();
  return new Map(files);
};

export const releaseFiles = (files: FileTable): void => {
  for (const file of files.values()) file.release();
  files.clear();
};

/** What a redirection needs of its shell. */
type RedirectingShell = { readonly process: Process; readonly expander: Expander; reportFault(error: unknown): Running<number> };

/** The files as a command with these redirections sees them. When one cannot be had, that is told, to where errors go by then, and the status given. */
export function* redirectedFiles(shell: RedirectingShell, redirects: readonly Redirection[]): Running<FileTable | number> {
  const { process, expander } = shell;
  const files = copyFiles(process.files);
  try {
    for (const redirect of redirects) yield* apply(process, expander, redirect, files);
    return files;
  } catch (error) {
    const before = process.files;
    process.files = files;
    try { return yield* shell.reportFault(error); } finally {
      process.files = before;
      releaseFiles(files);
    }
  }
}

function* apply(process: Process, expander: Expander, redirect: Redirection, files: FileTable): Running<void> {
  const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
  if (redirect.type === 'HereDoc') {
    const { body, delimiter } = redirect;
    const text = delimiter?.quoted ? body.text : body.parts ? yield* expander.parts(body.parts) : body.text.replace(/\\([$`\\])/g, '$1').replaceAll('\\\n', '');
    return replace(files, descriptor ?? 0, textInput(redirect.operator === '<<-' ? text.replace(/^\t+/gm, '') : text));
  }
  if (!redirect.target) throw new ShellError('syntax error: redirection without a file');
  if (redirect.type === 'HereString') return replace(files, descriptor ?? 0, textInput(`${yield* expander.text(redirect.target)}\n`));
  const target = yield* expander.text(redirect.target);
  const { operator } = redirect;
  if (operator === '>&' || operator === '<&') {
    if (/^\d+$|^-$/.test(target)) return duplicate(files, descriptor ?? (operator === '>&' ? 1 : 0), target);
    return both(files, open(process, target, 'write'));
  }
  if (operator === '&>' || operator === '&>>') return both(files, open(process, target, operator === '&>' ? 'write' : 'append'));
  const reading = operator === '<' || operator === '<>';
  replace(files, descriptor ?? (reading ? 0 : 1), open(process, target, reading ? 'read' : operator === '>>' ? 'append' : 'write', files));
}

const replace = (files: FileTable, descriptor: number, file: OpenFile): void => {
  files.get(descriptor)?.release();
  files.set(descriptor, file);
};

const both = (files: FileTable, file: OpenFile): void => {
  file.retain();
  replace(files, 1, file);
  replace(files, 2, file);
};

const duplicate = (files: FileTable, descriptor: number, target: string): void => {
  if (target === '-') {
    files.get(descriptor)?.release();
    files.delete(descriptor);
    return;
  }
  const file = files.get(Number(target));
  if (!file) throw new ShellError(`${target}: Bad file descriptor`, 1);
  file.retain();
  replace(files, descriptor, file);
};

type Use = 'read' | 'write' | 'append';

const open = (process: Process, name: string, use: Use, files: FileTable = process.files): OpenFile => {
  try {
    return openFile(process, name, use, files);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const { dialect } = process;
    throw new ShellError(cannotOpenText(dialect, name, error, use !== 'read'), dialect === 'dash' ? 2 : 1);
  }
};

/** Opens a path of a process as a file, or the device that it names. Throws a FileError. */
export const openFile = (process: Process, name: string, use: Use, files: FileTable = process.files): OpenFile => {
  const path = process.path(name);
  const device = openDevice(process, path, files);
  if (device) return device;
  const system = process.system.files;
  if (use === 'read') {
    if (system.stat(path)?.type === 'directory') throw new FileError('EISDIR');
    return textInput(system.read(path));
  }
  if (system.stat(parentPath(path)) === undefined) throw new FileError('ENOENT');
  if (use === 'write' || !system.stat(path)) system.write(path, '');
  else if (system.stat(path)?.type === 'directory') throw new FileError('EISDIR');
  return new FileOutput(system, path);
};

const randomCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\n#%=';

const openDevice = (process: Process, path: string, files: FileTable): OpenFile | undefined => {
  const numbered = /^\/(?:dev|proc\/self|proc\/(\d+))\/(?:fd\/(\d+)|(stdin|stdout|stderr))$/.exec(path);
  if (numbered) {
    const own = numbered[1] === undefined;
    const owner = own ? files : process.kernel.processes.get(Number(numbered[1]))?.files ?? process.system.initFiles?.();
    const descriptor = numbered[2] === undefined ? ['stdin', 'stdout', 'stderr'].indexOf(numbered[3] ?? '') : Number(numbered[2]);
    // A process substitution of this very command is newer than the copy.
    const file = owner?.get(descriptor) ?? (own ? process.files.get(descriptor) : undefined);
    if (!file) throw new FileError('ENOENT');
    file.retain();
    return file;
  }
  switch (path) {
    case '/dev/null': return new NullDevice();
    case '/dev/zero': case '/dev/full': return new NullDevice((length) => '\0'.repeat(length));
    case '/dev/random': case '/dev/urandom': {
      const { random } = process.system;
      return new NullDevice((length) => Array.from({ length }, () => randomCharacters.charAt(Math.floor(random() * randomCharacters.length))).join(''));
    }
    case '/dev/tty': return process.files.get(0)?.terminal ? process.file(0) : undefined;
    default: return undefined;
  }
};
