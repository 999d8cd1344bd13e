/** RFC 4648 base64url, without padding: what tokens are made of. */
export const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const alphabet = /^[A-Za-z0-9+/]$/;

/** Where a text stops being standard base64, as Go counts it (line breaks are skipped); undefined when it is valid. */
export function base64ErrorAt(text: string): number | undefined {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  let at = 0;
  for (;;) {
    while (/^[\r\n]$/.test(text.charAt(at))) at++;
    if (at >= text.length) return undefined;
    const wrong = quantum(text, at);
    if (typeof wrong === 'number') return wrong;
    at = wrong.next;
    if (wrong.last) {
      while (/^[\r\n]$/.test(text.charAt(at))) at++;
      return at < text.length ? at : undefined;
    }
  }
}

/** Four characters, of which the last one or two may be padding. */
function quantum(text: string, start: number): number | { readonly next: number; readonly last: boolean } {
  let at = start;
  for (let count = 0; count < 4; at++) {
    const char = text.charAt(at);
    if (char === '') return at - count;
    if (char === '\n' || char === '\r') continue;
    if (alphabet.test(char)) { count++; continue; }
    if (char !== '=' || count < 2) return at;
    if (count === 3) return { next: at + 1, last: true };
    at++;
    while (/^[\r\n]$/.test(text.charAt(at))) at++;
    if (at >= text.length) return text.length;
    return text.charAt(at) === '=' ? { next: at + 1, last: true } : at;
  }
  return { next: at, last: false };
}

/** The bytes of standard base64; undefined when the text is none. */
export const base64Bytes = (text: string): Uint8Array | undefined =>
  (base64ErrorAt(text) === undefined ? Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) : undefined);
