import { readFileSync } from 'node:fs';
import { isObject, type JsonObject } from '../../src/lib/json';
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
