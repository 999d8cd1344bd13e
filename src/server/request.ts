import type { IncomingMessage } from 'node:http';

/** More than this of a body that is too large anyway is not even thrown away: the connection ends. */
const mostDiscarded = 20;

/** The headers with their names in lower case; one that came several times is one text, as Node joins it. */
export function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const list = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const]));
  return Object.fromEntries(list);
}

/** Whether the client runs on this machine. */
export const isLocal = ({ socket: { remoteAddress = '' } }: IncomingMessage): boolean => /^(::ffff:)?127\.|^::1$/.test(remoteAddress);

/** Path and query of a request line, which may also name the server it means. */
export function targetOf(url: string): { readonly path: string; readonly query: string } {
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, '') || '/';
  const question = target.indexOf('?');
  return question < 0 ? { path: target, query: '' } : { path: target.slice(0, question), query: target.slice(question + 1) };
}

/**
 * The bytes of a body. Of one that is longer than `limitBytes` only so many come back that its reader sees it is; the rest is passed over.
 * Undefined when the client went away before its end.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      if (length <= limitBytes) parts.push(part);
      length += part.length;
      if (length > limitBytes * mostDiscarded) request.destroy();
    });
    request.on('end', () => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    request.on('close', () => resolve(undefined));   // after the end it says nothing new
    request.on('error', () => resolve(undefined));
  });
}
