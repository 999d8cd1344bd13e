import { readFileSync } from 'node:fs';
import { isList, isObject, type JsonObject } from '../../src/lib/json';
import { definitionOf } from '../../src/schema/facts';

/** One request to a real API server, and what it answered. */
export type Step = {
  readonly title: string;
  readonly request: { readonly method: string; readonly path: string; readonly query?: string; readonly contentType?: string; readonly body?: unknown };
  readonly response: { readonly code: number; readonly body?: unknown; readonly warnings?: readonly string[] };
};

export const recorded = (name: string): readonly Step[] => JSON.parse(readFileSync(new URL(`../recorded/data/${name}.json`, import.meta.url), 'utf8')) as readonly Step[];

/** The object that a step posts, when it posts one of a built-in kind. */
export function posted({ request: { method, body } }: Step): { readonly object: JsonObject; readonly definition: string } | undefined {
  if (method !== 'POST' || !isObject(body)) return undefined;
  const [version = '', group = ''] = String(body['apiVersion']).split('/').reverse();
  const definition = definitionOf({ group, version, kind: String(body['kind']) });
  return definition === undefined ? undefined : { object: body, definition };
}

export const messageOf = ({ response: { body } }: Step): string => (isObject(body) ? String(body['message'] ?? '') : String(body));

/** What `part` has and `whole` has otherwise. */
export function* missing(part: unknown, whole: unknown, path = ''): Generator<string> {
  if (isList(part)) {
    if (!isList(whole) || whole.length < part.length) yield path;
    else for (const [at, item] of part.entries()) yield* missing(item, whole[at], `${path}[${at}]`);
  } else if (isObject(part)) {
    if (!isObject(whole)) yield path;
    else for (const [key, value] of Object.entries(part)) yield* missing(value, whole[key], `${path}.${key}`);
  } else if (part !== whole) {
    yield `${path}: ${JSON.stringify(part)}, but ${JSON.stringify(whole)}`;
  }
}
