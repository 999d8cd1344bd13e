import { latinFromText, textFromLatin } from '../../lib/byte-text';
import { FileError, parentPath, resolvePath } from '../shell/files';
import type { Process } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { readInput } from './input';
import { type Options, withOptions } from './options';

/** A file of an archive; a directory's name ends in `/`. */
type Entry = { readonly name: string; readonly content: string; readonly mode: number; readonly modifiedAt: number };

const block = 512;
const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

/** Entries in the ustar format, as {@link textFromLatin} writes bytes. */
export const writeArchive = (entries: readonly Entry[]): string => textFromLatin(entries.map(({ name, content, mode, modifiedAt }) => {
  const directory = name.endsWith('/');
  const bytes = latinFromText(content);
  const fields = [name.slice(-100).padEnd(100, '\0'), octal(mode & 0o7777, 8), octal(0, 8), octal(0, 8), octal(bytes.length, 12), octal(Math.floor(modifiedAt / 1000), 12)];
  const rest = `${directory ? '5' : '0'}${'\0'.repeat(100)}ustar\u000000${'root'.padEnd(32, '\0')}${'root'.padEnd(32, '\0')}`;
  const head = (sum: string): string => (fields.join('') + sum + rest).padEnd(block, '\0');
  const sum = [...head(' '.repeat(8))].reduce((total, character) => total + character.charCodeAt(0), 0);
  return head(`${sum.toString(8).padStart(6, '0')}\0 `) + bytes.padEnd(Math.ceil(bytes.length / block) * block, '\0');
}).join('') + '\0'.repeat(2 * block));

/** The entries of an archive. Throws a SyntaxError when it is none. */
export const readArchive = (text: string): readonly Entry[] => {
  const archive = latinFromText(text);
  const entries: Entry[] = [];
  for (let at = 0; at + block <= archive.length && archive.charAt(at) !== '\0'; ) {
    const field = (from: number, length: number): string => archive.slice(at + from, at + from + length).replace(/\0.*$/s, '');
    if (!archive.startsWith('ustar', at + 257)) throw new SyntaxError('invalid tar magic');
    const size = parseInt(field(124, 12), 8) || 0;
    const prefix = field(345, 155);
    const name = `${prefix ? `${prefix}/` : ''}${field(0, 100)}`;
    const kind = archive.charAt(at + 156);
    const content = textFromLatin(archive.slice(at + block, at + block + size));
    if (kind === '0' || kind === '\0' || kind === '5')
      entries.push({
        name: kind === '5' && !name.endsWith('/') ? `${name}/` : name,
        content,
        mode: parseInt(field(100, 8), 8) || 0o644,
        modifiedAt: (parseInt(field(136, 12), 8) || 0) * 1000,
      });
    at += block + Math.ceil(size / block) * block;
  }
  return entries;
};

const collect = (process: Process, directory: string, name: string): readonly Entry[] => {
  const { files } = process.system;
  const path = resolvePath(directory, name);
  const stat = files.stat(path);
  if (!stat) throw new FileError('ENOENT');
  const shown = name.replace(/^\/+/, '') || '.';
  if (stat.type !== 'directory') return [{ name: shown, content: files.read(path), mode: stat.mode, modifiedAt: stat.modifiedAt }];
  const below = files.list(path).flatMap((each) => collect(process, directory, `${name.replace(/\/$/, '')}/${each}`));
  return [{ name: `${shown.replace(/\/$/, '')}/`, content: '', mode: stat.mode, modifiedAt: stat.modifiedAt }, ...below];
};

const makeDirectories = (process: Process, path: string): void => {
  if (process.system.files.stat(path)) return;
  makeDirectories(process, parentPath(path));
  process.system.files.makeDirectory(path);
};

/** tar: creates, lists and extracts archives; compression is not emulated. */
const tar = withOptions(
  {
    flags: 'cxtvmopPz',
    valued: 'fC',
    bundled: true,
    long: { create: 'c', extract: 'x', list: 't', file: 'f', directory: 'C', verbose: 'v', 'no-same-owner': 'o', gzip: 'z' },
  },
  function* (process, options) {
    if (options.has('z')) {
      yield* process.complain('compression is not available in Podarium');
      return 1;
    }
    const directory = process.path(options.value('C') ?? '.');
    const archive = options.value('f') ?? '-';
    try {
      if (options.has('c')) return yield* create(process, options, directory, archive);
      const text = yield* readInput(process, archive);
      if (text === undefined) return 1;
      for (const entry of readArchive(text)) {
        if (options.has('t') || options.has('v')) yield* process.print(`${entry.name}\n`, options.has('t') || archive !== '-' ? 1 : 2);
        if (options.has('x')) extract(process, directory, entry);
      }
      return 0;
    } catch (error) {
      if (!(error instanceof FileError) && !(error instanceof SyntaxError)) throw error;
      yield* process.complain(error.message);
      return 1;
    }
  },
);

function* create(process: Process, options: Options, directory: string, archive: string): Running<number> {
  const entries = options.operands.flatMap((name) => collect(process, directory, name));
  if (options.has('v')) for (const { name } of entries) yield* process.print(`${name}\n`, archive === '-' ? 2 : 1);
  const text = writeArchive(entries);
  if (archive === '-') yield* process.print(text);
  else process.system.files.write(process.path(archive), text);
  return 0;
}

const extract = (process: Process, directory: string, { name, content, mode }: Entry): void => {
  const path = resolvePath(directory, name.replace(/^\/+/, ''));
  if (name.endsWith('/')) return makeDirectories(process, path);
  makeDirectories(process, parentPath(path));
  process.system.files.write(path, content);
  process.system.files.changeMode(path, mode);
};

export const tarPrograms: Programs = { tar };
