import { equal } from '../equality';
import { jsonKind } from '../go-format';
import { isList, isObject, type JsonObject } from '../json';
import { jsonDepth, mostDepth } from '../json-depth';
import { jsonSize } from '../json-size';
import { PatchError, rejected } from './patch-error';

/** One operation of RFC 6902, not yet checked: a wrong one is refused when it is applied. */
export type JsonPatchOperation = { readonly op?: string; readonly path?: string; readonly from?: string; readonly value?: unknown; readonly hasValue: boolean };

const mostOperations = 10_000;
/** What all copies of a patch may add together. */
const mostCopiedBytes = 3 * 1_024 * 1_024;

/** @throws PatchError with the server's text when `patch` is no list of operations. */
export function decodeJsonPatch(patch: unknown): readonly JsonPatchOperation[] {
  if (!isList(patch)) throw undecodable(`${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`);
  if (patch.length > mostOperations) throw new PatchError(413, `Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`);
  return patch.map(operation);
}

const undecodable = (what: string): PatchError => new PatchError(400, `error decoding patch: json: cannot unmarshal ${what}`);

function operation(item: unknown): JsonPatchOperation {
  if (!isObject(item)) throw undecodable(`${jsonKind(item)} into Go value of type handlers.jsonPatchOp`);
  const { op, path, from, value } = item;
  return {
    ...(typeof op === 'string' && { op }), ...(typeof path === 'string' && { path }), ...(typeof from === 'string' && { from }),
    value, hasValue: Object.hasOwn(item, 'value'),
  };
}

/**
 * Applies the operations in order, sharing all that stays the same. Removing or replacing what is not there, adding below what is
 * not there and a failed test refuse the whole patch, as do copies that grow too large.
 * @throws PatchError
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  let copiedBytes = 0;
  const copy = (value: unknown): unknown => {
    if ((copiedBytes += jsonSize(value)) > mostCopiedBytes) throw rejected();
    return value;
  };
  return decodeJsonPatch(patch).reduce<unknown>((current, each) => apply(current, each, copy), document);
}

function apply(document: unknown, { op, path, from, value, hasValue }: JsonPatchOperation, copy: (value: unknown) => unknown): unknown {
  if (path === undefined) throw rejected();
  const target = pointer(path);
  switch (op) {
    case 'add': return add(document, target, valueOf(value, hasValue));
    case 'replace': read(document, target); return replace(document, target, valueOf(value, hasValue));
    case 'remove': return remove(document, target);
    case 'test': return tested(document, target, value ?? null);
    case 'copy': return add(document, target, copy(read(document, pointer(from ?? ''))));
    case 'move': {
      const source = pointer(from ?? '');
      const moved = read(document, source);
      return add(remove(document, source), target, moved);
    }
    default: throw rejected();
  }
}

const valueOf = (value: unknown, hasValue: boolean): unknown => {
  if (!hasValue) throw rejected();
  return value;
};

function pointer(path: string): readonly string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw rejected();
  return path.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A list index; `length` itself and `-` only where something is added; -1 is the last one, as upstream's library allows. */
function index(token: string, length: number, adding: boolean): number {
  if (adding && token === '-') return length;
  if (!/^-?(0|[1-9][0-9]*)$/.test(token)) throw rejected();
  const number = Number(token);
  const at = number < 0 ? number + length + (adding ? 1 : 0) : number;
  if (at < 0 || at > length - (adding ? 0 : 1)) throw rejected();
  return at;
}

function child(container: unknown, token: string): unknown {
  if (isList(container)) return container[index(token, container.length, false)];
  if (!isObject(container) || !Object.hasOwn(container, token)) throw rejected();
  return container[token];
}

const read = (document: unknown, path: readonly string[]): unknown => path.reduce<unknown>(child, document);

/** Rebuilds the way down to `path`, changing its last container with `change`. */
function along(document: unknown, [token, ...rest]: readonly string[], change: (container: unknown, token: string) => unknown): unknown {
  if (token === undefined) throw rejected();
  if (rest.length === 0) return change(document, token);
  const before = child(document, token);
  const after = along(before, rest, change);
  return Object.is(before, after) ? document : put(document, token, after);
}

function put(container: unknown, token: string, value: unknown): unknown {
  if (isList(container)) return container.with(index(token, container.length, false), value);
  if (!isObject(container)) throw rejected();
  return Object.is(container[token], value) && Object.hasOwn(container, token) ? container : withKey(container, token, value);
}

const withKey = (object: JsonObject, key: string, value: unknown): JsonObject =>
  key === '__proto__' ? Object.fromEntries([...Object.entries(object), [key, value]]) : { ...object, [key]: value };

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length + jsonDepth(value) > mostDepth) throw rejected();
  if (path.length === 0) return value;
  return along(document, path, (container, token) =>
    isList(container) ? container.toSpliced(index(token, container.length, true), 0, value) : put(container, token, value));
}

const replace = (document: unknown, path: readonly string[], value: unknown): unknown => (path.length === 0 ? value : along(document, path, (container, token) => put(container, token, value)));

function remove(document: unknown, path: readonly string[]): unknown {
  return along(document, path, (container, token) => {
    if (isList(container)) return container.toSpliced(index(token, container.length, false), 1);
    if (!isObject(container) || !Object.hasOwn(container, token)) throw rejected();
    const { [token]: _removed, ...rest } = container;
    return rest;
  });
}

function tested(document: unknown, path: readonly string[], value: unknown): unknown {
  const actual = found(document, path);
  if (!equal(actual ?? null, value)) throw rejected();
  return document;
}

/** Like `read`, but a missing last key is null: a test for null holds where there is nothing. */
function found(document: unknown, path: readonly string[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return document;
  const container = read(document, path.slice(0, -1));
  if (isObject(container)) return Object.hasOwn(container, last) ? container[last] : null;
  return child(container, last);
}
