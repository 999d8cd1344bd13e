import { badRequest } from '../../api/status';
import { base64url } from '../../lib/base64';
import { isObject } from '../../lib/json';
import { JsonSyntaxError, parseJsonText } from '../../schema/json-text';

/** Where a list goes on: the revision it was begun at (-1 for the newest), and the first key that may come, from the list's own prefix on. */
export type Continue = { readonly revision: number; readonly start: string };

const tokenVersion = 'meta.k8s.io/v1';

/** As upstream's token: base64url of a small JSON. */
export const encodeContinue = ({ revision, start }: Continue): string => base64url(new TextEncoder().encode(JSON.stringify({ v: tokenVersion, rv: revision, start })));

/** The key right after this one. */
export const after = (key: string): string => `${key}\u0000`;

/** @throws StatusError BadRequest when the token is not one of ours, in upstream's words. */
export function decodeContinue(token: string): Continue {
  const { v, rv, start } = fieldsOf(token);
  if (v !== tokenVersion) throw notValid(`server does not recognize this encoded version ${JSON.stringify(v ?? '')}`);
  if (typeof rv !== 'number' || !Number.isInteger(rv) || rv === 0) throw notValid(`incorrect encoded start resourceVersion (version ${tokenVersion})`);
  if (typeof start !== 'string' || start === '') throw notValid(`encoded start key empty (version ${tokenVersion})`);
  if (!start.startsWith('/') || start.split('/').includes('..')) throw notValid(start);
  return { revision: rv, start };
}

const notValid = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);

function fieldsOf(token: string): { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown } {
  const at = [...token].findIndex((letter) => !/[A-Za-z0-9_-]/.test(letter));
  if (at >= 0 || token.length % 4 === 1) throw notValid(`illegal base64 data at input byte ${at >= 0 ? at : token.length - 1}`);
  const bytes = Uint8Array.from(atob(token.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  try {
    const { value } = parseJsonText(new TextDecoder().decode(bytes));
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw notValid(error.message);
    throw error;
  }
}
