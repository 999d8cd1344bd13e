import { firstValueFrom, reduce, type Observable } from 'rxjs';
import { parseYaml } from '../lib/yaml';
import { CommandError } from './errors';
import type { Files } from './verb';
import { isRecord, listAt, textAt, type JsonRecord } from './values';

/** One document of a manifest, and the file it came from (`STDIN` for `-f -`). */
export type Manifest = { readonly source: string; readonly object: JsonRecord };
/** What could be read, and what could not. */
export type Manifests = { readonly manifests: readonly Manifest[]; readonly errors: readonly unknown[] };

/** Reads all `-f` arguments in order: files, directories (with `recursive` also those below), `-` for stdin. */
export async function readManifests(filenames: readonly string[], recursive: boolean, files: Files, stdin: Observable<string>): Promise<Manifests> {
  const manifests: Manifest[] = [];
  const errors: unknown[] = [];
  for (const filename of filenames) {
    try {
      const texts = filename === '-' ? [{ source: 'STDIN', text: await everything(stdin) }] : textsOf(filename, recursive, files);
      for (const { source, text } of texts) for (const object of parseManifests(text, source)) manifests.push({ source, object });
    } catch (error) { errors.push(error); }
  }
  return { manifests, errors };
}

/** All that comes through `stdin`, once it has ended. */
export const everything = (stdin: Observable<string>): Promise<string> => firstValueFrom(stdin.pipe(reduce((all, text) => all + text, '')));

const extensions = ['.json', '.yaml', '.yml'];

function textsOf(path: string, recursive: boolean, files: Files): { readonly source: string; readonly text: string }[] {
  if (/^https?:\/\//.test(path)) throw new CommandError(`unable to read URL "${path}": nothing is fetched from outside the cluster`);
  const names = files.list(path);
  if (!names) {
    const text = files.read(path);
    if (text === undefined) throw new CommandError(`the path "${path}" does not exist`);
    return [{ source: path, text }];
  }
  const inside = names.map((name) => `${path.replace(/\/$/, '')}/${name}`);
  const found = inside.flatMap((each) =>
    files.list(each) ? (recursive ? textsOf(each, recursive, files) : [])
      : extensions.some((extension) => each.endsWith(extension)) ? textsOf(each, recursive, files) : []);
  if (found.length === 0 && !recursive) throw new CommandError(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
  return found;
}

/** The objects of a text: several documents, and the members of each `kind: List`. Throws CommandError at the first that cannot be read. */
export function* parseManifests(text: string, source: string): Generator<JsonRecord> {
  for (const document of documentsOf(text)) {
    const value = parseDocument(document, source);
    if (value === null || value === undefined) continue;
    if (!isRecord(value)) throw notValid(source, 'invalid object to validate');
    if (textAt(value, 'kind').endsWith('List') && Array.isArray(value['items'])) yield* listAt(value, 'items').filter(isRecord);
    else yield value;
  }
}

const documentsOf = (text: string): readonly string[] => text.replace(/^\ufeff/, '').split(/(?:^|\n)---[^\n]*(?:\n|$)/);

/** What does not even say what it is. */
export const notValid = (source: string, problem: string): CommandError =>
  new CommandError(`error validating ${JSON.stringify(source)}: error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false`);

/** The value of one YAML or JSON document. Throws CommandError with go-yaml's words where it has the same complaint. */
export function parseDocument(text: string, source: string): unknown {
  const { value, error } = parseYaml(text);
  if (error) throw new CommandError(`error parsing ${source}: error converting YAML to JSON: ${error}`);
  return value;
}
