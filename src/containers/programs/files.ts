import { FileError, type FileStat, baseName, parentPath } from '../shell/files';
import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { formatDate } from './dates';
import { openInput } from './input';
import { type Options, withOptions } from './options';

/** Tries something on files; a failure is told with the text around it and gives false. */
export function* attempt(process: Process, work: () => void, text: (error: FileError) => string): Running<boolean> {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* process.complain(text(error));
    return false;
  }
}

const isBusybox = (process: Process): boolean => process.system.dialect === 'ash';

const cat = withOptions({ flags: 'nAvetsuE' }, function* (process, options) {
  let status = 0;
  let number = 0;
  for (const name of options.operands.length > 0 ? options.operands : ['-']) {
    const input = yield* openInput(process, name, (error) => (isBusybox(process) && error.code === 'EISDIR' ? 'read error: Is a directory' : isBusybox(process) ? `can't open '${name}': ${error.message}` : `${name}: ${error.message}`));
    if (!input) { status = 1; continue; }
    const next = (): Running<string | undefined> => (options.has('n') ? input.readLine() : input.read(65_536));
    for (let text = yield* next(); text !== undefined; text = yield* next()) yield* process.print(options.has('n') ? `${String(++number).padStart(6)}\t${text}` : text);
    input.release();
  }
  return status;
});

const modeText = ({ type, mode }: FileStat): string => {
  const letters = ['r', 'w', 'x'];
  const bits = Array.from({ length: 9 }, (_, bit) => ((mode >> (8 - bit)) & 1 ? (letters[bit % 3] ?? '') : '-'));
  if (mode & 0o1000) bits[8] = bits[8] === 'x' ? 't' : 'T';
  return (type === 'directory' ? 'd' : type === 'device' ? 'c' : '-') + bits.join('');
};

const humanSize = (bytes: number): string => {
  let value = bytes;
  for (const unit of ['', 'K', 'M', 'G']) {
    if (value < 1024) return unit === '' ? String(value) : `${value < 10 ? value.toFixed(1) : String(Math.round(value))}${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)}T`;
};

const longLine = (stat: FileStat, name: string, options: Options): string => {
  const size = options.has('h') ? humanSize(stat.size) : String(stat.size);
  return `${modeText(stat)}    ${stat.type === 'directory' ? 2 : 1} root     root     ${size.padStart(9)} ${formatDate(new Date(stat.modifiedAt), '%b %e %H:%M')} ${name}`;
};

const ls = withOptions({ flags: 'laAh1dRrtSFiop', failure: 2, long: { all: 'a', 'almost-all': 'A' } }, function* (process, options) {
  const { files } = process.system;
  const names = options.operands.length > 0 ? options.operands.toSorted() : ['.'];
  let status = 0;
  const show = function* (entries: readonly (readonly [string, string])[]): Running<void> {
    let sorted = entries.map(([name, path]) => ({ name, stat: files.stat(path) }));
    if (options.has('t')) sorted = sorted.toSorted((a, b) => (b.stat?.modifiedAt ?? 0) - (a.stat?.modifiedAt ?? 0));
    if (options.has('S')) sorted = sorted.toSorted((a, b) => (b.stat?.size ?? 0) - (a.stat?.size ?? 0));
    if (options.has('r')) sorted = sorted.toReversed();
    const label = (name: string, stat: FileStat | undefined): string => ((options.has('F') || options.has('p')) && stat?.type === 'directory' ? `${name}/` : name);
    const lines = sorted.map(({ name, stat }) => (options.has('l') && stat ? longLine(stat, label(name, stat), options) : label(name, stat)));
    if (lines.length === 0) return;
    const columns = !options.has('l') && !options.has('1') && process.files.get(1)?.terminal === true;
    yield* process.print(columns ? `${lines.join('  ')}\n` : `${lines.join('\n')}\n`);
  };
  const single: (readonly [string, string])[] = [];
  const directories: (readonly [string, string])[] = [];
  for (const name of names) {
    const path = process.path(name);
    const stat = files.stat(path);
    if (!stat) {
      yield* process.complain(isBusybox(process) ? `${name}: No such file or directory` : `cannot access '${name}': No such file or directory`);
      status = isBusybox(process) ? 1 : 2;
    } else (stat.type === 'directory' && !options.has('d') ? directories : single).push([name, path]);
  }
  yield* show(single);
  let first = single.length === 0;
  for (let at = 0; at < directories.length; at++) {
    const [name, path] = directories[at] ?? ['', ''];
    if (names.length > 1 || options.has('R')) yield* process.print(`${first ? '' : '\n'}${name}:\n`);
    first = false;
    const inside = files.list(path).filter((entry) => options.has('a') || options.has('A') || !entry.startsWith('.'));
    const dots: (readonly [string, string])[] = options.has('a') ? [['.', path], ['..', parentPath(path)]] : [];
    const entries = inside.map((entry) => [entry, join(path, entry)] as const);
    if (options.has('l')) yield* process.print(`total ${entries.length * 4}\n`);
    yield* show([...dots, ...entries]);
    if (options.has('R')) directories.splice(at + 1, 0, ...entries.filter(([, entry]) => files.stat(entry)?.type === 'directory').map(([entry, full]) => [`${name === '/' ? '' : name}/${entry}`, full] as const));
  }
  return status;
});

const join = (directory: string, name: string): string => (directory === '/' ? `/${name}` : `${directory}/${name}`);

const mkdir = withOptions({ flags: 'pv', valued: 'm', long: { parents: 'p' } }, function* (process, options) {
  let status = 0;
  for (const name of options.operands) {
    const path = process.path(name);
    const { files } = process.system;
    const text = (error: FileError): string => (isBusybox(process) ? `can't create directory '${name}': ${error.message}` : `cannot create directory ‘${name}’: ${error.message}`);
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
      yield* process.complain(isBusybox(process) ? `'${name}' is a directory` : `${prefix} '${name}': Is a directory`);
      status = 1;
    } else if (!(yield* attempt(process, () => { if (!stat) throw new FileError('ENOENT'); removeTree(process, path); }, (error) => `${prefix} '${name}': ${error.message}`))) status = 1;
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
    const done = yield* attempt(process, () => (files.stat(path) ? files.touch(path) : options.has('c') ? undefined : files.write(path, '')), (error) => (isBusybox(process) ? `${name}: ${error.message}` : `cannot touch '${name}': ${error.message}`));
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
      yield* process.complain(move ? (isBusybox(process) ? `can't rename '${name}': No such file or directory` : `cannot stat '${name}': No such file or directory`) : isBusybox(process) ? `can't stat '${name}': No such file or directory` : `cannot stat '${name}': No such file or directory`);
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
    if (!(yield* attempt(process, () => files.changeMode(path, next), (error) => (isBusybox(process) ? `${name}: ${error.message}` : `cannot access '${name}': ${error.message}`)))) status = 1;
  }
  return status;
};

const statFields: Readonly<Record<string, (stat: FileStat, name: string) => string>> = {
  n: (_, name) => name, s: ({ size }) => String(size), a: ({ mode }) => mode.toString(8), A: modeText, F: ({ type }) => (type === 'file' ? 'regular file' : type), Y: ({ modifiedAt }) => String(Math.floor(modifiedAt / 1000)), U: () => 'root', G: () => 'root', u: () => '0', g: () => '0',
};

const stat = withOptions({ flags: 'Lt', valued: 'c', long: { format: 'c' } }, function* (process, options) {
  let status = 0;
  for (const name of options.operands) {
    const found = process.system.files.stat(process.path(name));
    if (!found) {
      yield* process.complain(isBusybox(process) ? `can't stat '${name}': No such file or directory` : `cannot statx '${name}': No such file or directory`);
      status = 1;
      continue;
    }
    const format = options.value('c');
    const time = formatDate(new Date(found.modifiedAt), '%Y-%m-%d %H:%M:%S.000000000 +0000');
    yield* process.print(format !== undefined
      ? `${format.replace(/%(.)/g, (all, letter: string) => (Object.hasOwn(statFields, letter) ? statFields[letter]?.(found, name) : undefined) ?? all)}\n`
      : `  File: ${name}\n  Size: ${found.size}\t\tBlocks: ${Math.ceil(found.size / 4096) * 8}          IO Block: 4096   ${found.type === 'file' ? 'regular file' : found.type}\nAccess: (0${(found.mode & 0o7777).toString(8)}/${modeText(found)})  Uid: (    0/    root)   Gid: (    0/    root)\nModify: ${time}\n`);
  }
  return status;
});

const find: Program = function* (process) {
  const args = process.argv.slice(1);
  const begin = args.findIndex((arg) => arg.startsWith('-'));
  const roots = args.slice(0, begin < 0 ? args.length : begin);
  const tests = new Map<string, string>();
  for (let at = begin < 0 ? args.length : begin; at < args.length; at += 2) {
    const name = args[at] ?? '';
    if (name === '-print') { at--; continue; }
    if (!['-name', '-type', '-maxdepth', '-iname', '-path'].includes(name)) { yield* process.complain(isBusybox(process) ? `unrecognized: ${name}` : `unknown predicate '${name}'`); return 1; }
    tests.set(name, args[at + 1] ?? '');
  }
  const glob = (pattern: string, flags: string): RegExp => new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
  const nameTest = tests.has('-name') ? glob(tests.get('-name') ?? '', 's') : tests.has('-iname') ? glob(tests.get('-iname') ?? '', 'is') : undefined;
  const pathTest = tests.has('-path') ? glob(tests.get('-path') ?? '', 's') : undefined;
  const deepest = Number(tests.get('-maxdepth') ?? Infinity);
  const { files } = process.system;
  const visit = function* (shown: string, path: string, depth: number): Running<void> {
    const type = files.stat(path)?.type;
    const wanted = (!nameTest || nameTest.test(baseName(path))) && (!pathTest || pathTest.test(shown)) && (!tests.has('-type') || (tests.get('-type') === 'd') === (type === 'directory'));
    if (wanted) yield* process.print(`${shown}\n`);
    if (type === 'directory' && depth < deepest) for (const name of files.list(path)) yield* visit(shown === '/' ? `/${name}` : `${shown}/${name}`, join(path, name), depth + 1);
  };
  let status = 0;
  for (const root of roots.length > 0 ? roots : ['.']) {
    if (files.stat(process.path(root))) yield* visit(root, process.path(root), 0);
    else { yield* process.complain(isBusybox(process) ? `${root}: No such file or directory` : `‘${root}’: No such file or directory`); status = 1; }
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
  if (target !== undefined && process.path(target) !== '/dev/null' && !(yield* attempt(process, () => process.system.files.write(process.path(target), text), (error) => `can't open '${target}': ${error.message}`))) return 1;
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
  if (!(yield* attempt(process, () => (directory ? process.system.files.makeDirectory(path) : process.system.files.write(path, '')), (error) => `failed to create file via template '${path}': ${error.message}`))) return 1;
  yield* process.print(`${path}\n`);
  return 0;
};

export const filePrograms: Programs = { cat, ls, mkdir, rm, rmdir, touch, cp: transfer(false), mv: transfer(true), tee, chmod, stat, find, dd, basename, dirname, realpath, readlink: realpath, mktemp };
