import type { ApiResponse } from '../../api/types';
import { sha256 } from '../../lib/sha256';

/** A text's hash in capital hexadecimal digits. */
export const hashOf = (text: string): string => [...sha256(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();

/** As an ETag header has it. */
export const entityTag = (text: string): string => `"${hashOf(text)}"`;

/** The answer, or 304 without a body when the client has that already. */
export function unlessKnown(response: ApiResponse, ifNoneMatch: string | undefined): ApiResponse {
  const tag = response.headers?.['etag'];
  if (tag === undefined || !ifNoneMatch?.split(',').some((each) => each.trim() === tag)) return response;
  return { ...response, code: 304, body: '' };
}
