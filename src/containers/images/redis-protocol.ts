/** A redis answer before it is put on the wire. */
export type RedisValue = { readonly ok: string } | { readonly error: string } | number | string | null | readonly RedisValue[];

/** RESP, the form in which redis answers. */
export const encodeReply = (value: RedisValue): string => {
  if (value === null) return '$-1\r\n';
  if (typeof value === 'number') return `:${value}\r\n`;
  if (typeof value === 'string') return `$${value.length}\r\n${value}\r\n`;
  if ('ok' in value) return `+${value.ok}\r\n`;
  if ('error' in value) return `-${value.error}\r\n`;
  return `*${value.length}\r\n${value.map(encodeReply).join('')}`;
};

/** The value back from RESP; undefined when the text is something else. */
export const decodeReply = (text: string): RedisValue | undefined => decodeAt(text, 0)?.value;

const decodeAt = (text: string, from: number): { readonly value: RedisValue; readonly next: number } | undefined => {
  const end = text.indexOf('\r\n', from);
  if (end < 0) return undefined;
  const rest = text.slice(from + 1, end);
  const next = end + 2;
  switch (text.charAt(from)) {
    case '+': return { value: { ok: rest }, next };
    case '-': return { value: { error: rest }, next };
    case ':': return { value: Number(rest), next };
    case '$': return rest === '-1' ? { value: null, next } : { value: text.slice(next, next + Number(rest)), next: next + Number(rest) + 2 };
    case '*': return decodeArray(text, Number(rest), next);
    default: return undefined;
  }
};

const decodeArray = (text: string, length: number, from: number): { readonly value: RedisValue; readonly next: number } | undefined => {
  const value: RedisValue[] = [];
  let next = from;
  for (let i = 0; i < length; i++) {
    const item = decodeAt(text, next);
    if (!item) return undefined;
    value.push(item.value);
    next = item.next;
  }
  return { value, next };
};

/** One command as a client sends it: words, quoted where they need it. */
export const encodeCommand = (words: readonly string[]): string => words.map((word) => (/^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word))).join(' ');

/** The words of an inline command; undefined for unbalanced quotes. */
export const decodeCommand = (line: string): readonly string[] | undefined => {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+))(?=\s|$)/gy;
  let end = 0;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    const [, double, single, bare] = match;
    words.push(double !== undefined ? unescape(double) : (single ?? bare ?? ''));
    end = pattern.lastIndex;
  }
  return line.slice(end).trim() === '' ? words : undefined;
};

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const unescape = (text: string): string =>
  text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex ? String.fromCharCode(parseInt(hex, 16)) : (escapes[letter] ?? letter),
  );
