import { badRequest, StatusError } from '../../api/status';
import type { ApiRequest, PatchType } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { isObject } from '../../lib/json';
import { JsonSyntaxError, parseJsonText } from '../../schema/json-text';
import { decodeProtobuf, openEnvelope, ProtobufError, type Envelope } from '../../schema/protobuf';
import { parseYamlBody } from './yaml-body';

/** A body, parsed: its value, and what strict decoding found while it was read. */
export type Body = Pick<ApiRequest, 'body' | 'bodyProblems' | 'fieldPlaces'>;

const protobuf = 'application/vnd.kubernetes.protobuf';
const textTypes = 'application/json, application/yaml';
/** The most bytes a body may have: 3 MiB. */
export const bodyLimitBytes = 3 * 1_024 * 1_024;
const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export const mediaType = (header: string | undefined): string => (header ?? '').split(';', 1)[0]?.trim() ?? '';

/** A body as text or as bytes, whichever it came as. */
type Raw = string | Uint8Array;
const decoder = new TextDecoder();
const asText = (body: Raw): string => (typeof body === 'string' ? body : decoder.decode(body));
const asBytes = (body: Raw): Uint8Array => (typeof body === 'string' ? encoder.encode(body) : body);

/** Throws RequestEntityTooLarge for a body that no request may have. */
export function checkSize(body: Raw): void {
  const mostBytes = typeof body === 'string' ? body.length * 3 : body.length;   // a character of UTF-16 is three bytes of UTF-8 at most
  if (mostBytes <= bodyLimitBytes || asBytes(body).length <= bodyLimitBytes) return;
  throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${bodyLimitBytes}`);
}

/** The object in the body of a create or update. Throws BadRequest or UnsupportedMediaType in upstream's words. */
export function objectBody(kind: Kind, body: Raw, contentType: string | undefined): Body {
  const type = mediaType(contentType) || 'application/json';
  if (type === protobuf && kind.definition !== undefined) return protobufBody(kind, asBytes(body));
  const text = asText(body);
  if (type === 'application/yaml') return unrecognised(kind, body, () => named(kind, parseYamlBody(text)));
  if (type === 'application/json') return unrecognised(kind, body, () => named(kind, jsonBody(text)));
  const types = kind.definition === undefined ? textTypes : `${textTypes}, ${protobuf}`;
  throw new StatusError('UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${types}`);
}

/** Custom resources say themselves what they are: nothing else would. */
function named(kind: Kind, found: Body): Body {
  const { body } = found;
  if (kind.schema && isObject(body) && !body['kind']) throw new Unreadable(`Object 'Kind' is missing in '${JSON.stringify(body)}'`);
  return found;
}

/** The patch in the body, and of which kind it is by its content type. */
export function patchBody(body: Raw, contentType: string | undefined): Body & { readonly patchType: PatchType } {
  const patchType = patchTypes[mediaType(contentType)];
  if (!patchType) throw new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', {});
  const text = asText(body);
  if (patchType === 'apply') return { ...applyBody(text), patchType };
  try {
    const { value, duplicates } = parseJsonText(text);
    if (patchType === 'merge' && value === null) throw badRequest('Invalid JSON Patch');
    return { body: value, bodyProblems: duplicates, patchType };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(patchType === 'strategic' ? error.message : `error decoding patch: ${error.message}`);
  }
}

function applyBody(text: string): Body {
  try { return parseYamlBody(text); } catch (error) {
    if (error instanceof Unreadable) throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

/** DeleteOptions; an empty body is none. */
export function optionsBody(body: Raw, contentType?: string): unknown {
  if (body.length === 0) return undefined;
  if (mediaType(contentType) === protobuf) return protobufBody(deleteOptions, asBytes(body)).body;
  const text = asText(body);
  try { return parseJsonText(text).value; } catch (error) {
    if (error instanceof JsonSyntaxError) throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

type Named = { readonly kind: string; readonly apiVersion: string };
const deleteOptions: Named = { kind: 'DeleteOptions', apiVersion: 'v1' };

/** What an envelope leaves out of its type is what the path says. Throws BadRequest: of what kind it was to be is named if known. */
function protobufBody(expected: Named, bytes: Uint8Array): Body {
  const envelope = unrecognised(expected, bytes, () => opened(bytes));
  const kind = envelope.kind || expected.kind;
  const apiVersion = envelope.apiVersion || expected.apiVersion;
  try { return { body: decodeProtobuf({ kind, apiVersion, raw: envelope.raw }) }; } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw badRequest(`${kind} in version ${JSON.stringify(apiVersion.slice(apiVersion.indexOf('/') + 1))} cannot be handled as a ${expected.kind}: ${error.message}`);
  }
}

function opened(bytes: Uint8Array): Envelope {
  try { return openEnvelope(bytes); } catch (error) {
    if (error instanceof ProtobufError) throw new Unreadable(error.message);
    throw error;
  }
}

function jsonBody(text: string): Body {
  const { value, duplicates, places } = readable(text);
  if (value !== null && (typeof value !== 'object' || Array.isArray(value)))
    throw new Unreadable(`couldn't get version/kind; json parse error: ` +
      `json: cannot unmarshal ${jsonType(value)} into Go value of type struct { ` +
        `APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  return { body: value, bodyProblems: duplicates, ...(places && { fieldPlaces: places }) };
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
function unrecognised<T>(kind: Pick<Named, 'kind'>, body: Raw, parse: () => T): T {
  try { return parse(); } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${error.message} (${shown(asBytes(body))})`);
  }
}

const brace = '{'.charCodeAt(0);
function shown(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.slice(0, shownBytes);
  const body = bytes[0] === brace ? new TextDecoder().decode(head) : [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > shownBytes ? `${body} ...` : body;
}
