/** Backslash escapes as printf and `echo -e` know them; `\c` ends the output. */
export const unescapeText = (text: string): { readonly text: string; readonly stopped: boolean } => {
  let result = '';
  const pattern = /\\(?:0([0-7]{0,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|(.))|([^\\]+|\\$)/gs;
  for (const [, zeroOctal, octal, hex, unicode, letter, plain] of text.matchAll(pattern)) {
    if (plain !== undefined) result += plain;
    else if (zeroOctal !== undefined || octal !== undefined) result += String.fromCharCode(parseInt(zeroOctal || octal || '0', 8));
    else if (hex !== undefined || unicode !== undefined) result += String.fromCharCode(parseInt(hex ?? unicode ?? '0', 16));
    else if (letter === 'c') return { text: result, stopped: true };
    else result += escapes[letter ?? ''] ?? `\\${letter ?? ''}`;
  }
  return { text: result, stopped: false };
};
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', e: '\x1b', '\\': '\\', '"': '"', "'": "'" };

const directive = /%(?:%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([diouxXcsbfgeEGq]))/g;

/** What `printf format args…` prints, using the format again while arguments are left; and what was wrong with them. */
export const formatText = (format: string, args: readonly string[]): { readonly text: string; readonly errors: readonly string[] } => {
  let text = '';
  const errors: string[] = [];
  let rest = [...args];
  do {
    const before = rest.length;
    let stopped = false;
    const take = (): string | undefined => { const [first, ...others] = rest; rest = others; return first; };
    // Escapes belong to the format, not to what is put in.
    for (const piece of pieces(format)) {
      if (stopped) break;
      if (typeof piece === 'string') {
        const plain = unescapeText(piece);
        text += plain.text;
        stopped = plain.stopped;
      } else text += formatOne(piece, take, errors);
    }
    if (stopped || rest.length === before) break;
  } while (rest.length > 0);
  return { text, errors };
};

type Directive = { readonly flags: string; readonly width: string | undefined; readonly precision: string | undefined; readonly letter: string };

const pieces = (format: string): readonly (string | Directive)[] => {
  const result: (string | Directive)[] = [];
  let at = 0;
  for (const match of format.matchAll(directive)) {
    if (match.index > at) result.push(format.slice(at, match.index));
    at = match.index + match[0].length;
    const [, flags = '', width, precision, letter] = match;
    result.push(letter === undefined ? { flags: '', width: undefined, precision: undefined, letter: '%' } : { flags, width, precision, letter });
  }
  if (at < format.length) result.push(format.slice(at));
  return result;
};

const formatOne = ({ flags, width, precision, letter }: Directive, take: () => string | undefined, errors: string[]): string => {
  if (letter === '%') return '%';
  const wide = width === '*' ? Number(take() ?? 0) : Number(width ?? 0);
  const precise = precision === '*' ? Number(take() ?? 0) : precision === undefined ? undefined : Number(precision);
  const value = take() ?? '';
  const numeric = 'diouxXfgeEG'.includes(letter);
  const body = numeric ? formatNumber(letter, value, precise, flags, errors) : formatWord(letter, value, precise);
  if (flags.includes('-')) return body.padEnd(wide);
  if (!flags.includes('0') || !numeric) return body.padStart(wide);
  const sign = /^[-+ ]/.exec(body)?.[0] ?? '';
  return sign + body.slice(sign.length).padStart(wide - sign.length, '0');
};

const formatWord = (letter: string, value: string, precision: number | undefined): string => {
  if (letter === 'c') return value.charAt(0);
  if (letter === 'q') return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  const text = letter === 'b' ? unescapeText(value).text : value;
  return precision === undefined ? text : text.slice(0, precision);
};

const formatNumber = (letter: string, value: string, precision: number | undefined, flags: string, errors: string[]): string => {
  const number = numberOf(value, errors);
  const sign = number >= 0 && flags.includes('+') ? '+' : number >= 0 && flags.includes(' ') ? ' ' : '';
  switch (letter) {
    case 'x': return (flags.includes('#') ? '0x' : '') + whole(number).toString(16);
    case 'X': return (flags.includes('#') ? '0X' : '') + whole(number).toString(16).toUpperCase();
    case 'o': return whole(number).toString(8);
    case 'f': return sign + number.toFixed(precision ?? 6);
    case 'e': case 'E': {
      const text = number.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2');
      return sign + (letter === 'E' ? text.toUpperCase() : text);
    }
    case 'g': case 'G': return sign + String(Number(number.toPrecision(precision ?? 6)));
    default: {
      const text = String(whole(number));
      return sign + (precision === undefined ? text : text.replace(/\d+/, (digits) => digits.padStart(precision, '0')));
    }
  }
};

const whole = (number: number): bigint => BigInt(Math.trunc(number));

const numberOf = (value: string, errors: string[]): number => {
  if (value === '') return 0;
  if (/^["']/.test(value)) return value.codePointAt(1) ?? 0;
  if (/^[-+]?0[0-7]+$/.test(value)) return parseInt(value, 8);
  const number = Number(value);
  if (!Number.isNaN(number)) return number;
  errors.push(value);
  const start = parseFloat(value);
  return Number.isNaN(start) ? 0 : start;
};
