/** The bytes of a PEM block of this label; undefined when the text is not exactly such a block. */
export function pemBlock(text: string, label: string): Uint8Array | undefined {
  const inner = new RegExp(`^\\s*-----BEGIN ${label}-----\\s+([A-Za-z0-9+/=\\s]+?)\\s*-----END ${label}-----\\s*$`).exec(text)?.[1]?.replace(/\s/g, '');
  if (!inner || inner.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(inner)) return undefined;
  return Uint8Array.from(atob(inner), (char) => char.charCodeAt(0));
}

/** One element of DER: its tag, and what it holds. */
export type Element = { readonly tag: number; readonly content: Uint8Array };

/** The elements that follow one another in some DER. Stops where it is no DER. */
export function* elements(bytes: Uint8Array): Generator<Element> {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const extra = first < 0x80 ? 0 : first & 0x7f;
    if (extra > 4) return;
    const length = extra === 0 ? first : bytes.subarray(at + 2, at + 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
    const start = at + 2 + extra;
    if (start + length > bytes.length) return;
    yield { tag, content: bytes.subarray(start, start + length) };
    at = start + length;
  }
}

const sequenceTag = 0x30;
const organization = [0x55, 0x04, 0x0a];

/** Whether the bytes can be a PKCS #10 request: a sequence of what is requested, an algorithm and a signature. */
export function isCertificateRequest(der: Uint8Array): boolean {
  const [whole, ...more] = elements(der);
  if (whole?.tag !== sequenceTag || more.length > 0) return false;
  const [info, algorithm, signature] = elements(whole.content);
  return info?.tag === sequenceTag && algorithm?.tag === sequenceTag && signature?.tag === 0x03;
}

/** The organizations (O) of a certificate request's subject: the groups of the user it is for. */
export function organizationsOf(der: Uint8Array): readonly string[] {
  const [whole] = elements(der);
  const [info] = whole ? elements(whole.content) : [];
  const [, subject] = info ? elements(info.content) : [];
  const found: string[] = [];
  for (const { content: set } of subject ? elements(subject.content) : []) for (const { content: pair } of elements(set)) {
    const [type, value] = elements(pair);
    if (type && value && organization.every((byte, i) => type.content[i] === byte) && type.content.length === organization.length) found.push(new TextDecoder().decode(value.content));
  }
  return found;
}
