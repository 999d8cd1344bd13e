import type { JsonObject } from '../../../src/lib/json';
import { recordings } from '../../recorded/files';
import type { Step } from '../../recorded/recording';

/** A request that is still soft: its query in parts, its body as the value it is made of or, where it is none, as text or bytes. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly value: unknown } | { readonly text: string | Uint8Array };
};

/** All recordings happen in one namespace here, so that they meet. */
export const namespace = 'fuzz';
const inOneNamespace = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll(/rec-(?:validation|defaulting|patch|delete|apply|crd|rbac|admission|list-watch)\b/g, namespace)) as T;   // the same but for names

function callOf({ request: { method, path, query = '', contentType, accept, headers = {}, body } }: Step): Call {
  return {
    method, path,
    query: [...new URLSearchParams(query)],
    headers: { ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), ...(contentType && { 'content-type': contentType }), ...(accept && { accept }) },
    body: body === undefined ? { text: '' } : typeof body === 'string' ? { text: body } : { value: body },
  };
}

const steps = Object.values(recordings).flatMap((recording): readonly Step[] => inOneNamespace(recording.steps));
/** What was asked of a real server. */
export const recorded: readonly Call[] = steps.map(callOf);
/** What it took, in the order it was asked: a cluster with something of everything. */
export const taken: readonly Call[] = steps
  .filter(({ request: { method, query = '' }, response: { code } }) => ['POST', 'PATCH', 'PUT'].includes(method) && code < 300 && !query.includes('dryRun'))
  .map(callOf);

const encoder = new TextEncoder();

/** The request as it is sent. Bytes are sent as bytes. */
export function sentAs({ method, path, query, headers, body }: Call) {
  const text = 'text' in body ? body.text : JSON.stringify(body.value) ?? '';
  return { method, path, query: String(new URLSearchParams(query.map(([name, value]) => [name, value]))), headers, body: text };
}

export const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? encoder.encode(body) : body);

/** One line that says what was asked, cut where it is long. */
export function lineOf(call: Call): string {
  const { method, path, query, headers, body } = sentAs(call);
  const shown = typeof body === 'string' ? body : `bytes ${Buffer.from(body).toString('base64')}`;
  return `${method} ${path}?${query} ${JSON.stringify(headers)} ${shown}`.slice(0, 1_500);
}

export type { JsonObject };
