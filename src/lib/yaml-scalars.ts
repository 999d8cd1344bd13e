/** Words that YAML 1.1 reads as something else than text. */
const reserved = new Set([
  '', '~', 'null', 'Null', 'NULL', '<<', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF', '.nan', '.NaN', '.NAN',
  ...['y', 'yes', 'on', 'true', 'n', 'no', 'off', 'false'].flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()]),
]);
const number = /^[-+]?(0b[01]+|0o?[0-7]+|0x[0-9a-f]+|\d+|(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?)$/i;
const sexagesimal = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/;
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?\s*(Z|[-+]\d{1,2}:?\d{2})?)?$/;
const readAsOther = (text: string): boolean =>
  reserved.has(text) || (/^[-+.\d]/.test(text) && number.test(text.replaceAll('_', ''))) || sexagesimal.test(text) || timestamp.test(text);

const indicatorFirst = /^[#,[\]{}&*!|>'"%@`]|^[?:-](\s|$)|^---|^\.\.\./;
const indicatorInside = /:(\s|$)|\s#/;
/** All that a plain or single-quoted scalar may hold; a tab or control character asks for escapes. */
const printable = /^[\n\x20-\x7e\x85\xa0-\ud7ff\ud800-\udfff\ue000-\ufefe\uff00-\ufffd]*$/;

/** One scalar in the style go-yaml chooses: plain where it reads back as text, else quoted. Keys are never blocks. */
export function scalar(text: string, isKey = false): string {
  if (readAsOther(text) || !printable.test(text) || text.includes('\n')) return doubleQuoted(text);
  if (indicatorFirst.test(text) || indicatorInside.test(text) || /^ | $/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return isKey && text.length > 128 ? `? ${text}` : text;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f',
  '\r': '\\r', '\x1b': '\\e', '"': '\\"', '\\': '\\\\', '\ufeff': '\\uFEFF',
};
const doubleQuoted = (text: string): string =>
  `"${[...text].map((letter) => escapes[letter] ?? (printable.test(letter) ? letter : hexEscape(letter.codePointAt(0) ?? 0))).join('')}"`;
const hexEscape = (code: number): string => (code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`);
const hex = (code: number, digits: number): string => code.toString(16).toUpperCase().padStart(digits, '0');

/** A text of several lines as a literal block; undefined where the block form cannot hold it. */
export function literal(text: string, indent: number): { readonly header: string; readonly lines: readonly string[] } | undefined {
  if (!text.includes('\n') || !printable.test(text) || / (\n|$)/.test(text)) return undefined;
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomping = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return { header: `|${hint}${chomping}`, lines: body.split('\n').map((line) => (line ? ' '.repeat(indent) + line : '')) };
}

/** Breaks a line at single spaces once it has grown beyond `width`; the text begins at `start`, further lines at `indent`. */
export function foldAt(width: number, line: string, start: number, indent: string): string[] {
  const lines: string[] = [];
  let current = line.slice(0, start);
  const text = line.slice(start);
  const quote = text.startsWith('"') ? '"' : '';
  for (let i = 0; i < text.length; i++) {
    const breakable = text[i] === ' ' && current.length > width && i > 0 && i < text.length - 1 && text[i - 1] !== ' ';
    if (breakable && (quote || text[i + 1] !== ' ')) {
      lines.push(current);
      current = quote && text[i + 1] === ' ' ? `${indent}\\` : indent;
    } else current += text.charAt(i);
  }
  return [...lines, current];
}

const isDigit = (letter: string): boolean => letter >= '0' && letter <= '9';
const isLetter = (letter: string): boolean => /\p{L}/u.test(letter);

/** go-yaml's key order: numbers inside names count as numbers, so `a2` goes before `a10`. */
export function byNaturalOrder(a: string, b: string): number {
  let afterDigit = false;
  let at = 0;
  for (; at < a.length && a[at] === b[at]; at++) afterDigit = isDigit(a.charAt(at));
  if (at === a.length || at === b.length) return a.length - b.length;
  const [x, y] = [a.charAt(at), b.charAt(at)];
  if (isLetter(x) && isLetter(y)) return x < y ? -1 : 1;
  if (isLetter(x) || isLetter(y)) return isLetter(x) === afterDigit ? -1 : 1;
  const [m, n] = [numberAt(a, at), numberAt(b, at)];
  return m.value - n.value || m.digits - n.digits || (x < y ? -1 : 1);
}

/** The number that goes on at `at`; a zero after other digits counts as part of a larger number. */
function numberAt(text: string, at: number): { readonly value: number; readonly digits: number } {
  let end = at;
  while (end < text.length && isDigit(text.charAt(end))) end++;
  const digits = text.slice(at, end);
  const before = /[1-9]\d*$/.test(text.slice(0, at)) ? '1' : '';
  return { value: Number(`${before}${digits}` || '0'), digits: digits.length };
}
