import { forbiddenField, invalidValue, required, tooLong, type FieldError } from '../../api/status';
import { equal } from '../../lib/equality';
import { isConfigMapKey, utf8Length } from '../../lib/names';
import type { ConfigMap, Secret } from '../../schema/types';
import type { RuleContext } from '../define';

/** 1 MiB of keys' values together. */
const maxBytes = 1024 * 1024;
const immutable = 'field is immutable when `immutable` is set';

/** Keys become file names; all values together have a size. An immutable one stays as it is. */
export function* configMapRules(map: ConfigMap, { previous }: RuleContext<ConfigMap>): Iterable<FieldError> {
  if (previous?.immutable) yield* immutableRules(map, previous, ['data', 'binaryData']);
  let bytes = 0;
  for (const [key, value] of Object.entries(map.data ?? {})) {
    for (const message of isConfigMapKey(key)) yield invalidValue(`data[${key}]`, key, message);
    if (map.binaryData?.[key] !== undefined) yield invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData');
    bytes += utf8Length(value);
  }
  for (const [key, value] of Object.entries(map.binaryData ?? {})) {
    for (const message of isConfigMapKey(key)) yield invalidValue(`binaryData[${key}]`, key, message);
    bytes += base64Bytes(value);
  }
  if (bytes > maxBytes) yield tooLong('[]', maxBytes);
}

const base64Bytes = (text: string): number => (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);

function* immutableRules<T extends { readonly immutable?: boolean }>(object: T, previous: T, fields: readonly (keyof T & string)[]): Iterable<FieldError> {
  if (!object.immutable) yield forbiddenField('immutable', immutable);
  for (const field of fields) if (!equal(object[field], previous[field])) yield forbiddenField(field, immutable);
}

/** What a secret of a type must have. */
const keysOfType: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};
const jsonKeys: ReadonlySet<string> = new Set(['.dockercfg', '.dockerconfigjson']);

export function* secretRules(secret: Secret, { previous }: RuleContext<Secret>): Iterable<FieldError> {
  const { data = {}, type = '' } = secret;
  if (previous) {
    if (previous.type !== type) yield invalidValue('type', type, 'field is immutable');
    if (previous.immutable) yield* immutableRules(secret, previous, ['data']);
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const message of isConfigMapKey(key)) yield invalidValue(`data[${key}]`, key, message);
    bytes += base64Bytes(value);
  }
  if (bytes > maxBytes) yield tooLong('data', maxBytes);
  yield* typeRules(secret, data, type);
}

function* typeRules({ metadata }: Secret, data: Readonly<Record<string, string>>, type: string): Iterable<FieldError> {
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.['kubernetes.io/service-account.name'])
    yield required('metadata.annotations[kubernetes.io/service-account.name]');
  if (type === 'kubernetes.io/basic-auth' && data['username'] === undefined && data['password'] === undefined) {
    yield required('data[username]');
    yield required('data[password]');
  }
  for (const key of keysOfType[type] ?? []) {
    const value = data[key];
    if (value === undefined) yield required(`data[${key}]`);
    else if (jsonKeys.has(key) && !isJson(value)) yield invalidValue(`data[${key}]`, '<secret contents redacted>', 'invalid character');
  }
}

function isJson(base64Text: string): boolean {
  try {
    JSON.parse(atob(base64Text));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
