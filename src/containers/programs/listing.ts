import { type FileStat, baseName, parentPath } from '../shell/files';
import type { Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { isBusybox, join } from './attempt';
import { formatDate } from './dates';
import { type Options, withOptions } from './options';

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
    if (options.has('R'))
      directories.splice(
        at + 1,
        0,
        ...entries
          .filter(([, entry]) => files.stat(entry)?.type === 'directory')
          .map(([entry, full]) => [`${name === '/' ? '' : name}/${entry}`, full] as const),
      );
  }
  return status;
});

const statFields: Readonly<Record<string, (stat: FileStat, name: string) => string>> = {
  n: (_, name) => name,
  s: ({ size }) => String(size),
  a: ({ mode }) => mode.toString(8),
  A: modeText,
  F: ({ type }) => (type === 'file' ? 'regular file' : type),
  Y: ({ modifiedAt }) => String(Math.floor(modifiedAt / 1000)),
  U: () => 'root',
  G: () => 'root',
  u: () => '0',
  g: () => '0',
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
    yield *
      process.print(
        format !== undefined
          ? `${format.replace(/%(.)/g, (all, letter: string) => (Object.hasOwn(statFields, letter) ? statFields[letter]?.(found, name) : undefined) ?? all)}\n`
          : `  File: ${name}\n  Size: ${found.size}\t\tBlocks: ${Math.ceil(found.size / 4096) * 8}          IO Block: 4096   ` +
          `${found.type === 'file' ? 'regular file' : found.type}\n` +
          `Access: (0${(found.mode & 0o7777).toString(8)}/${modeText(found)})  Uid: (    0/    root)   Gid: (    0/    root)\nModify: ${time}\n`,
      );
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
    if (!['-name', '-type', '-maxdepth', '-iname', '-path'].includes(name)) {
      yield * process.complain(isBusybox(process) ? `unrecognized: ${name}` : `unknown predicate '${name}'`);
      return 1;
    }
    tests.set(name, args[at + 1] ?? '');
  }
  const glob = (pattern: string, flags: string): RegExp => new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
  const nameTest = tests.has('-name') ? glob(tests.get('-name') ?? '', 's') : tests.has('-iname') ? glob(tests.get('-iname') ?? '', 'is') : undefined;
  const pathTest = tests.has('-path') ? glob(tests.get('-path') ?? '', 's') : undefined;
  const deepest = Number(tests.get('-maxdepth') ?? Infinity);
  const { files } = process.system;
  const visit = function* (shown: string, path: string, depth: number): Running<void> {
    const type = files.stat(path)?.type;
    const wanted =
      (!nameTest || nameTest.test(baseName(path))) &&
      (!pathTest || pathTest.test(shown)) &&
      (!tests.has('-type') || (tests.get('-type') === 'd') === (type === 'directory'));
    if (wanted) yield* process.print(`${shown}\n`);
    if (type === 'directory' && depth < deepest)
      for (const name of files.list(path)) yield * visit(shown === '/' ? `/${name}` : `${shown}/${name}`, join(path, name), depth + 1);
  };
  let status = 0;
  for (const root of roots.length > 0 ? roots : ['.']) {
    if (files.stat(process.path(root))) yield* visit(root, process.path(root), 0);
    else { yield* process.complain(isBusybox(process) ? `${root}: No such file or directory` : `‘${root}’: No such file or directory`); status = 1; }
  }
  return status;
};

export const listingPrograms: Programs = { ls, stat, find };
