import { byText } from '../json';

/** DER, put together: tag, length, content. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, { length: each }) => sum + each, 0);
  const digits = length < 0x80 ? [length] : bytesOf(length);
  const head = [tag, ...(length < 0x80 ? digits : [0x80 | digits.length, ...digits])];
  const whole = new Uint8Array(head.length + length);
  whole.set(head);
  let at = head.length;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
const bytesOf = (number: number): readonly number[] => (number < 256 ? [number] : [...bytesOf(Math.floor(number / 256)), number % 256]);

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(0x30, ...parts);
/** Of SET OF, which is in the order of its encodings. */
export const set = (...parts: readonly Uint8Array[]): Uint8Array => element(0x31, ...[...parts].sort((a, b) => byText(hex(a), hex(b))));
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A number that is not negative. */
export function integer(number: bigint): Uint8Array {
  const text = number.toString(16);
  const digits = (text.length % 2 === 1 ? `0${text}` : text).match(/../g) ?? [];
  const bytes = digits.map((each) => Number.parseInt(each, 16));
  return element(0x02, Uint8Array.from((bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes));
}
export const octets = (bytes: Uint8Array): Uint8Array => element(0x04, bytes);
export const bitString = (bytes: Uint8Array, unused = 0): Uint8Array => element(0x03, Uint8Array.of(unused), bytes);
export const yes = element(0x01, Uint8Array.of(0xff));
export const nothing = element(0x05);

/** An object identifier, from `1.2.840.10045.4.3.2`. */
export function identifier(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const base128 = (number: number): readonly number[] => (number < 128 ? [number] : [...base128(Math.floor(number / 128)).map((byte) => byte | 0x80), number % 128]);
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}
/** The text of an object identifier's content. */
export function identifierText(content: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) { numbers.push(number); number = 0; }
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/** A time in the form that certificates have it in: with two digits of the year until 2049. */
export function time(ms: number): Uint8Array {
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return Number(text.slice(0, 4)) < 2050 ? element(0x17, ascii(text.slice(2))) : element(0x18, ascii(text));
}
export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

export const pem = (label: string, der: Uint8Array): string => {
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};
