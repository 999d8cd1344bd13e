/**
 * Bytes as text and back without loss, as Python's surrogateescape has it: UTF-8 is the characters it encodes, and a byte that is
 * no UTF-8 becomes the lone surrogate U+DC00 + byte. So programs see text, and an archive passes through them unharmed.
 */
const escapeBase = 0xdc00;
const escapes = /[\udc80-\udcff]/;
const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** All of it at once: a character that is torn at the end is bytes of its own. */
export function textFromBytes(bytes: Uint8Array): string {
  try { return strict.decode(bytes); } catch { return escaped(bytes); }
}

export function bytesFromText(text: string): Uint8Array {
  if (!escapes.test(text)) return utf8.encode(text);
  // A surrogate pair's second half may look like an escape: characters are told apart as code points.
  const parts = [...text].map((char) => {
    const code = char.codePointAt(0) ?? 0;
    return code >= escapeBase + 0x80 && code <= escapeBase + 0xff ? Uint8Array.of(code - escapeBase) : utf8.encode(char);
  });
  return joinBytes(parts);
}

/** The bytes of a text as characters of one byte each: what can be cut by length. */
export function latinFromText(text: string): string {
  const bytes = bytesFromText(text);
  let latin = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) latin += String.fromCharCode(...bytes.subarray(at, at + chunkBytes));
  return latin;
}
const chunkBytes = 8_192;

/** And back. */
export const textFromLatin = (latin: string): string => textFromBytes(Uint8Array.from(latin, (char) => char.charCodeAt(0)));

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) { joined.set(part, at); at += part.length; }
  return joined;
}

/** Bytes that come in pieces: a character that is torn between two of them is put together. */
export class ByteTextDecoder {
  #torn = new Uint8Array();

  decode(bytes: Uint8Array): string {
    const all = this.#torn.length > 0 ? joinBytes([this.#torn, bytes]) : bytes;
    const whole = all.length - tornLength(all);
    this.#torn = all.slice(whole);
    return textFromBytes(all.subarray(0, whole));
  }

  /** What is left when no more comes. */
  end(): string {
    const rest = textFromBytes(this.#torn);
    this.#torn = new Uint8Array();
    return rest;
  }
}

const sequenceLength = (lead: number): number => (lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1);
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** How many bytes at the end begin a character whose rest is missing. */
function tornLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (!isContinuation(byte)) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function escaped(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length = sequenceLength(lead);
    const char = lead < 0x80 ? String.fromCharCode(lead) : length > 1 ? decoded(bytes.subarray(at, at + length)) : undefined;
    text += char ?? String.fromCharCode(escapeBase + lead);
    at += char === undefined ? 1 : length;
  }
  return text;
}

function decoded(sequence: Uint8Array): string | undefined {
  try { return strict.decode(sequence); } catch { return undefined; }
}
