import { FileError, baseName, parentPath } from '../shell/files';
import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { attempt, isBusybox, join } from './attempt';
import { openInput } from './input';
import { listingPrograms } from './listing';
import { withOptions } from './options';

const cat = withOptions({ flags: 'nAvetsuE' }, function* (process, options) {
  let status = 0;
  let number = 0;
  for (const name of options.operands.length > 0 ? options.operands : ['-']) {
    const input =
      yield *
      openInput(process, name, (error) =>
        isBusybox(process) && error.code === 'EISDIR'
          ? 'read error: Is a directory'
          : isBusybox(process)
            ? `can't open '${name}': ${error.message}`
            : `${name}: ${error.message}`,
      );
    if (!input) { status = 1; continue; }
    const next = (): Running<string | undefined> => (options.has('n') ? input.readLine() : input.read(65_536));
    for (let text = yield* next(); text !== undefined; text = yield* next()) yield* process.print(options.has('n') ? `${String(++number).padStart(6)}\t${text}` : text);
    input.release();
  }
  return status;
});

const mkdir = withOptions({ flags: 'pv', valued: 'm', long: { parents: 'p' } }, function* (process, options) {
  let status = 0;
  for (const name of options.operands) {
    const path = process.path(name);
    const { files } = process.system;
    const text = (error: FileError): string =>
      isBusybox(process) ? `can't create directory '${name}': ${error.message}` : `cannot create directory ‘${name}’: ${error.message}`;
    const made = yield* attempt(process, () => {
      if (!options.has('p')) return files.makeDirectory(path);
      const steps = path.split('/').slice(1);
      for (const [index] of steps.entries()) {
        const partial = `/${steps.slice(0, index + 1).join('/')}`;
        if (files.stat(partial)?.type === 'file') throw new FileError('EEXIST');
        if (partial !== '/' && !files.stat(partial)) files.makeDirectory(partial);
      }
    }, text);
    if (!made) status = 1;
  }
  return status;
});

/** Removes a file, or a directory with all that is in it. */
const removeTree = (process: Process, path: string): void => {
  const { files } = process.system;
  if (files.stat(path)?.type === 'directory') for (const name of files.list(path)) removeTree(process, join(path, name));
  files.remove(path);
};

const rm = withOptions({ flags: 'rRfvid', long: { recursive: 'r', force: 'f' } }, function* (process, options) {
  let status = 0;
  const { files } = process.system;
  const prefix = isBusybox(process) ? "can't remove" : 'cannot remove';
  for (const name of options.operands) {
    const path = process.path(name);
    const stat = files.stat(path);
    if (!stat && options.has('f')) continue;
    const recursive = options.has('r') || options.has('R');
    if (stat?.type === 'directory' && !recursive) {
      yield * process.complain(isBusybox(process) ? `'${name}' is a directory` : `${prefix} '${name}': Is a directory`);
      status = 1;
    } else if (
      !(
        yield *
        attempt(
          process,
          () => {
            if (!stat) throw new FileError('ENOENT');
            removeTree(process, path);
          },
          (error) => `${prefix} '${name}': ${error.message}`,
        )
      )
    )
      status = 1;
  }
  return status;
});

const rmdir = withOptions({ flags: 'p' }, function* (process, options) {
  let status = 0;
  for (const name of options.operands) {
    const done = yield* attempt(process, () => {
      const stat = process.system.files.stat(process.path(name));
      if (stat && stat.type !== 'directory') throw new FileError('ENOTDIR');
      process.system.files.remove(process.path(name));
    }, (error) => (isBusybox(process) ? `'${name}': ${error.message}` : `failed to remove '${name}': ${error.message}`));
    if (!done) status = 1;
  }
  return status;
});

const touch = withOptions({ flags: 'acm', valued: 'dtr' }, function* (process, options) {
  let status = 0;
  const { files } = process.system;
  for (const name of options.operands) {
    const path = process.path(name);
    const done =
      yield *
      attempt(
        process,
        () => (files.stat(path) ? files.touch(path) : options.has('c') ? undefined : files.write(path, '')),
        (error) => (isBusybox(process) ? `${name}: ${error.message}` : `cannot touch '${name}': ${error.message}`),
      );
    if (!done) status = 1;
  }
  return status;
});

const copyTree = (process: Process, from: string, to: string): void => {
  const { files } = process.system;
  if (files.stat(from)?.type !== 'directory') return files.write(to, files.read(from));
  if (!files.stat(to)) files.makeDirectory(to);
  for (const name of files.list(from)) copyTree(process, join(from, name), join(to, name));
};

/** cp and mv: to a new name, or into a directory. */
const transfer = (move: boolean) => withOptions({ flags: 'rRafpvnd' }, function* (process, options) {
  const names = options.operands.slice(0, -1);
  const target = options.operands.at(-1);
  if (target === undefined || names.length === 0) { yield* process.complain('missing file operand'); return 1; }
  const { files } = process.system;
  const into = files.stat(process.path(target))?.type === 'directory';
  if (names.length > 1 && !into) { yield* process.complain(`target '${target}' is not a directory`); return 1; }
  let status = 0;
  for (const name of names) {
    const from = process.path(name);
    const to = into ? join(process.path(target), baseName(from)) : process.path(target);
    const stat = files.stat(from);
    if (!stat) {
      yield *
        process.complain(
          move
            ? isBusybox(process)
              ? `can't rename '${name}': No such file or directory`
              : `cannot stat '${name}': No such file or directory`
            : isBusybox(process)
              ? `can't stat '${name}': No such file or directory`
              : `cannot stat '${name}': No such file or directory`,
        );
      status = 1;
      continue;
    }
    if (stat.type === 'directory' && !move && !options.has('r') && !options.has('R') && !options.has('a')) {
      yield* process.complain(isBusybox(process) ? `omitting directory '${name}'` : `-r not specified; omitting directory '${name}'`);
      status = 1;
      continue;
    }
    const done = yield* attempt(process, () => {
      if (from === to) return;
      copyTree(process, from, to);
      if (stat.type !== 'directory') files.changeMode(to, stat.mode);
      if (move) removeTree(process, from);
    }, (error) => (isBusybox(process) ? `can't create '${target}': ${error.message}` : `cannot create regular file '${target}': ${error.message}`));
    if (!done) status = 1;
  }
  return status;
});

const tee = withOptions({ flags: 'ai' }, function* (process, options) {
  const { files } = process.system;
  let status = 0;
  const paths: string[] = [];
  for (const name of options.operands) {
    const path = process.path(name);
    const opened = yield* attempt(process, () => { if (!options.has('a') || !files.stat(path)) files.write(path, ''); }, (error) => `${name}: ${error.message}`);
    if (opened) paths.push(path);
    else status = 1;
  }
  for (let text = yield* process.read(); text !== undefined; text = yield* process.read()) {
    yield* process.print(text);
    for (const path of paths) files.write(path, files.read(path) + text);
  }
  return status;
});

const symbolicMode = (text: string, mode: number): number | undefined => {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(',')) {
    const [, who = '', operator, letters = ''] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause) ?? [];
    if (operator === undefined) return undefined;
    let bits = 0;
    for (const letter of letters) bits |= { r: 4, w: 2, x: 1, X: 1 }[letter] ?? 0;
    const all = who === '' || who.includes('a');
    const mask = (all || who.includes('u') ? bits << 6 : 0) | (all || who.includes('g') ? bits << 3 : 0) | (all || who.includes('o') ? bits : 0);
    result = operator === '+' ? result | mask : operator === '-' ? result & ~mask : mask;
  }
  return result;
};

const chmod: Program = function* (process) {
  const [mode = '', ...names] = process.argv.slice(1).filter((arg) => arg !== '-R' && arg !== '-v');
  const { files } = process.system;
  let status = 0;
  for (const name of names) {
    const path = process.path(name);
    const next = symbolicMode(mode, files.stat(path)?.mode ?? 0);
    if (next === undefined) { yield* process.complain(`invalid mode: '${mode}'`); return 1; }
    if (
      !(
        yield *
        attempt(
          process,
          () => files.changeMode(path, next),
          (error) => (isBusybox(process) ? `${name}: ${error.message}` : `cannot access '${name}': ${error.message}`),
        )
      )
    )
      status = 1;
  }
  return status;
};

const dd: Program = function* (process) {
  const settings = new Map(process.argv.slice(1).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const));
  const size = (text: string): number => Number(/^\d+/.exec(text)?.[0] ?? 512) * ({ k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[/[kKMG]/.exec(text)?.[0] ?? ''] ?? 1);
  const blockSize = size(settings.get('bs') ?? '512');
  const blocks = Number(settings.get('count') ?? Infinity);
  const input = yield* openInput(process, settings.get('if') ?? '-', (error) => `can't open '${settings.get('if') ?? ''}': ${error.message}`);
  if (!input) return 1;
  const target = settings.get('of');
  let bytes = 0;
  let text = '';
  const limit = blockSize * blocks;
  for (let chunk = yield* input.read(Math.min(limit, 65_536)); chunk !== undefined; chunk = yield* input.read(Math.min(limit - bytes, 65_536))) {
    bytes += chunk.length;
    yield* process.kernel.work();
    if (target === undefined) yield* process.print(chunk);
    else if (process.path(target) !== '/dev/null') text += chunk;
    if (bytes >= limit) break;
  }
  input.release();
  if (
    target !== undefined &&
    process.path(target) !== '/dev/null' &&
    !(
      yield *
      attempt(
        process,
        () => process.system.files.write(process.path(target), text),
        (error) => `can't open '${target}': ${error.message}`,
      )
    )
  )
    return 1;
  const whole = Math.floor(bytes / blockSize);
  const records = `${whole}+${bytes % blockSize > 0 ? 1 : 0} records`;
  yield* process.print(`${records} in\n${records} out\n`, 2);
  return 0;
};

const basename: Program = function* (process) {
  const [path = '', suffix = ''] = process.argv.slice(1);
  const name = baseName(path.replace(/(.)\/+$/, '$1')) || '/';
  yield* process.print(`${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
  return 0;
};

const dirname: Program = function* (process) {
  const path = (process.argv[1] ?? '').replace(/(.)\/+$/, '$1');
  yield* process.print(`${path.includes('/') ? parentPath(path) : '.'}\n`);
  return 0;
};

const realpath: Program = function* (process) {
  const names = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  for (const name of names) yield* process.print(`${process.path(name)}\n`);
  return 0;
};

const mktemp: Program = function* (process) {
  const directory = process.argv.includes('-d');
  const letters = Array.from({ length: 6 }, () => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(Math.floor(process.system.random() * 52))).join('');
  const path = `/tmp/tmp.${letters}`;
  if (
    !(
      yield *
      attempt(
        process,
        () => (directory ? process.system.files.makeDirectory(path) : process.system.files.write(path, '')),
        (error) => `failed to create file via template '${path}': ${error.message}`,
      )
    )
  )
    return 1;
  yield* process.print(`${path}\n`);
  return 0;
};

export const filePrograms: Programs = {
  ...listingPrograms,
  cat,
  mkdir,
  rm,
  rmdir,
  touch,
  cp: transfer(false),
  mv: transfer(true),
  tee,
  chmod,
  dd,
  basename,
  dirname,
  realpath,
  readlink: realpath,
  mktemp,
};
