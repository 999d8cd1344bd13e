import { badRequest } from '../../api/status';
import { base64url } from '../../lib/base64';

/** Where a list goes on: the revision it was begun at and the last object given. */
export type Continue = { readonly revision: number; readonly start: string };

/** As upstream's token: base64url of a small JSON. */
export function encodeContinue({ revision, start }: Continue): string {
  return base64url(new TextEncoder().encode(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })));
}

/** @throws StatusError BadRequest when the token is not one of ours. */
export function decodeContinue(token: string): Continue {
  try {
    const text = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
    const { rv, start } = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))) as { rv: number; start: string };
    if (!Number.isInteger(rv) || typeof start !== 'string') throw new Error('incomplete');
    return { revision: rv, start };
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${error instanceof Error ? error.message : String(error)}`);
  }
}
