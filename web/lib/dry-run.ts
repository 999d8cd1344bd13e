import { StatusError } from '../../src/api/status';
import { textAt, type JsonRecord } from '../../src/kubectl/values';
import { patchTypeOf, type Mapping, type Resources } from '../../src/kubectl/resources';
import type { Door } from './door';
import type { Problem } from './editor.svelte';
import { readManifest, type Part } from './manifest-text';

/** What the server would say to a manifest: mistakes where they stand, and what each object is called. */
export type Verdict = { readonly problems: readonly Problem[]; readonly objects: readonly string[] };

const mostObjects = 50;
const mostCharacters = 400_000;

const tooLong: Problem =
  { line: 1, column: 1, endColumn: 2, severity: 'warning', message: 'Too long to be checked while typing; Apply sends it to the server as it is.' };

/** Asks the API server, object by object, without anything being stored. */
export async function dryRun(door: Door, resources: Resources, text: string): Promise<Verdict> {
  if (text.length > mostCharacters) return { objects: [], problems: [tooLong] };
  const { parts, problems } = readManifest(text);
  const found = [...problems];
  const made = new Set(parts.filter(({ object }) => object['kind'] === 'Namespace').map(({ object }) => textAt(object, 'metadata', 'name')));
  for (const part of parts.slice(0, mostObjects)) found.push(...(await judge(door, resources, part, made)));
  return { problems: found, objects: parts.map(({ object }) => `${textAt(object, 'kind').toLowerCase()}/${textAt(object, 'metadata', 'name') || textAt(object, 'metadata', 'generateName')}`) };
}

async function judge(door: Door, resources: Resources, { object, place }: Part, namespacesToCome: ReadonlySet<string>): Promise<readonly Problem[]> {
  const wrong = (path: string, message: string): Problem => ({ ...place(path), message, severity: 'error' });
  const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  if (!apiVersion) return [wrong('', 'apiVersion not set')];
  if (!kind) return [wrong('', 'kind not set')];
  const facts = resources.ofKind(apiVersion, kind);
  if (!facts) return [wrong('kind', `no matches for kind "${kind}" in version "${apiVersion}"`)];
  const namespace = textAt(object, 'metadata', 'namespace') || 'default';
  if (facts.namespaced && namespacesToCome.has(namespace)) return [];
  try {
    await send(door, facts, facts.namespaced ? namespace : undefined, object);
    return [];
  } catch (error) {
    if (error instanceof StatusError) return placed(error).map(({ path, message }) => wrong(path, message));
    throw error;
  }
}

async function send(door: Door, facts: Mapping, namespace: string | undefined, object: JsonRecord): Promise<void> {
  const place = { resource: facts.resource, version: facts.version, ...(namespace && { namespace }) };
  const options = { dryRun: true, fieldValidation: 'Strict' } as const;
  const name = textAt(object, 'metadata', 'name');
  if (name && (await exists(door, { ...place, name }))) await door.call({ ...place, name, verb: 'patch', patchType: patchTypeOf(facts), body: object, options });
  else await door.call({ ...place, verb: 'create', body: object, options });
}

async function exists(door: Door, place: { readonly resource: string; readonly version: string; readonly namespace?: string; readonly name: string }): Promise<boolean> {
  try {
    await door.call({ ...place, verb: 'get' });
    return true;
  } catch (error) {
    if (error instanceof StatusError) return false;   // whatever it is, the create below says it better
    throw error;
  }
}

/** The field each part of a refusal is about. */
export function placed({ message, causes }: StatusError): readonly { readonly path: string; readonly message: string }[] {
  const fields = causes.filter(({ field }) => field);
  if (fields.length > 0) return fields.map(({ field = '', message: text = message }) => ({ path: field, message: `${field}: ${text}` }));
  const strict = [...message.matchAll(/((?:unknown|duplicate) field) "([^"]+)"/g)];
  if (strict.length > 0) return strict.map(([text, , path = '']) => ({ path, message: text }));
  const path = /Go struct field \w+\.([\w.[\]]+)/.exec(message)?.[1] ?? '';
  return [{ path, message }];
}
