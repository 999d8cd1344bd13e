import { createDeflate, createInflate, constants, type Deflate, type Inflate } from 'node:zlib';

const version = 3;
const words = [
  'options', 'head', 'post', 'put', 'delete', 'trace', 'accept', 'accept-charset', 'accept-encoding', 'accept-language', 'accept-ranges', 'age', 'allow', 'authorization',
  'cache-control', 'connection', 'content-base', 'content-encoding', 'content-language', 'content-length', 'content-location', 'content-md5', 'content-range', 'content-type',
  'date', 'etag', 'expect', 'expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'last-modified', 'location',
  'max-forwards', 'pragma', 'proxy-authenticate', 'proxy-authorization', 'range', 'referer', 'retry-after', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade',
  'user-agent', 'vary', 'via', 'warning', 'www-authenticate', 'method', 'get', 'status', '200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin',
];
const statusCodes = '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505';
const statusLines = '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found' +
  '500 Internal Server Error501 Not Implemented503 Service Unavailable';
const values = 'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,' +
  'application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

const uint32 = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
const counted = (text: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);

/** What both sides know before they compress the first header. */
export const spdyDictionary: Buffer = Buffer.concat([...words.map(counted), Buffer.from(statusCodes + statusLines + values)]);

export const frameTypes = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;
export const finFlag = 1;

export type SpdyFrame =
  | { readonly type: 'data'; readonly stream: number; readonly last: boolean; readonly bytes: Buffer }
  | { readonly type: 'control'; readonly kind: number; readonly flags: number; readonly body: Buffer };

const headLength = 8;

/** Takes a stream of SPDY/3.1 apart. */
export class SpdyReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** The frames that are whole now. */
  *push(bytes: Buffer): Generator<SpdyFrame> {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= headLength) {
      const length = this.#bytes.readUIntBE(5, 3);
      if (this.#bytes.length < headLength + length) return;
      const body = this.#bytes.subarray(headLength, headLength + length);
      const first = this.#bytes.readUInt32BE(0);
      const flags = this.#bytes[4] ?? 0;
      this.#bytes = this.#bytes.subarray(headLength + length);
      if (first >>> 31 === 0) yield { type: 'data', stream: first, last: (flags & finFlag) !== 0, bytes: body };
      else yield { type: 'control', kind: first & 0xffff, flags, body };
    }
  }
}

export const controlFrame = (kind: number, flags: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(headLength);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(kind, 2);
  head.writeUInt32BE((flags << 24) | body.length, 4);
  return Buffer.concat([head, body]);
};

export const dataFrame = (stream: number, bytes: Uint8Array, last = false): Buffer => {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(stream, 0);
  head.writeUIntBE(bytes.length, 5, 3);
  head[4] = last ? finFlag : 0;
  return Buffer.concat([head, bytes]);
};

export const streamFrame = (kind: number, stream: number, rest: Buffer): Buffer => controlFrame(kind, 0, Buffer.concat([uint32(stream), rest]));

/** Header blocks, each compressed with what all before it have taught: they must be read and written in order. */
export class SpdyHeaders {
  readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary });
  readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary });

  async read(block: Buffer): Promise<ReadonlyMap<string, string>> {
    const bytes = await through(this.#inflate, block);
    const headers = new Map<string, string>();
    let at = 4;
    const text = (): string => {
      const length = bytes.readUInt32BE(at);
      const read = bytes.toString('utf8', at + 4, at + 4 + length);
      at += 4 + length;
      return read;
    };
    for (let left = bytes.readUInt32BE(0); left > 0; left--) headers.set(text(), text());
    return headers;
  }

  write(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    return through(this.#deflate, Buffer.concat([uint32(headers.size), ...[...headers].flatMap(([name, value]) => [counted(name), counted(value)])]));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

/** One piece in, all that comes of it out. */
function through(stream: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const collect = (part: Buffer): void => { parts.push(part); };
    const settle = (done: () => void): void => { stream.off('data', collect); stream.off('error', fail); done(); };
    const fail = (error: Error): void => settle(() => reject(error));
    stream.on('data', collect);
    stream.on('error', fail);
    stream.write(bytes);
    stream.flush(constants.Z_SYNC_FLUSH, () => settle(() => resolve(Buffer.concat(parts))));
  });
}
