import { badRequest, StatusError } from '../../api/status';
import type { PatchType } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { JsonSyntaxError, parseJsonText } from '../../schema/json-text';
import { parseYamlBody } from './yaml-body';

/** A body, parsed: its value, and what strict decoding found while it was read. */
export type Body = { readonly body: unknown; readonly bodyProblems?: readonly string[] };

const accepted = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export const mediaType = (header: string | undefined): string => (header ?? '').split(';', 1)[0]?.trim() ?? '';

/** The object in the body of a create or update. Throws BadRequest or UnsupportedMediaType in upstream's words. */
export function objectBody(kind: Kind, text: string, contentType: string | undefined): Body {
  const type = mediaType(contentType) || 'application/json';
  if (type === 'application/yaml') return unrecognised(kind, text, () => parseYamlBody(text));
  if (type === 'application/json') return unrecognised(kind, text, () => jsonBody(text));
  throw new StatusError('UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted}`);
}

/** The patch in the body, and of which kind it is by its content type. */
export function patchBody(text: string, contentType: string | undefined): Body & { readonly patchType: PatchType } {
  const patchType = patchTypes[mediaType(contentType)];
  if (!patchType) throw new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (patchType === 'apply') return { ...parseYamlBody(text), patchType };
  try {
    const { value, duplicates } = parseJsonText(text);
    if (patchType === 'merge' && value === null) throw badRequest('Invalid JSON Patch');
    return { body: value, bodyProblems: duplicates, patchType };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(patchType === 'strategic' ? error.message : `error decoding patch: ${error.message}`);
  }
}

/** DeleteOptions; an empty body is none. */
export function optionsBody(text: string): unknown {
  if (text === '') return undefined;
  try { return parseJsonText(text).value; } catch (error) {
    if (error instanceof JsonSyntaxError) throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

function jsonBody(text: string): Body {
  const { value, duplicates } = readable(text);
  if (value !== null && (typeof value !== 'object' || Array.isArray(value)))
    throw new Unreadable(`couldn't get version/kind; json parse error: ` +
      `json: cannot unmarshal ${jsonType(value)} into Go value of type struct { ` +
        `APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  return { body: value, bodyProblems: duplicates };
}

function readable(text: string): ReturnType<typeof parseJsonText> {
  try { return parseJsonText(text); } catch (error) {
    if (error instanceof JsonSyntaxError) throw new Unreadable(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

const jsonType = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

/** A text that is no object at all. */
export class Unreadable extends Error {}

const shownBytes = 30;
const encoder = new TextEncoder();

/** Bodies that look like JSON are shown as text in errors, others as hexadecimal; both are cut after 30 bytes. */
function unrecognised(kind: Kind, text: string, parse: () => Body): Body {
  try { return parse(); } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${error.message} (${shown(text)})`);
  }
}

function shown(text: string): string {
  if (text === '') return '<empty>';
  const bytes = encoder.encode(text);
  const head = bytes.slice(0, shownBytes);
  const body = text.startsWith('{') ? new TextDecoder().decode(head) : [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > shownBytes ? `${body} ...` : body;
}
