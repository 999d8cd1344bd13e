import type { Constant } from './syntax';

export type TokenKind = 'name' | 'quoted-name' | 'constant' | 'symbol' | 'end';
/** A piece of source; `text` is as written. */
export type Token = { readonly kind: TokenKind; readonly at: number; readonly text: string; readonly value: Constant };

/** Source that is no CEL. The message is upstream's, without the place. */
export class SyntaxProblem extends Error {
  constructor(readonly offset: number, message: string) { super(message); }
}

const space = /(?:\s|\/\/[^\n]*)+/y;
const string = /([rRbB]{0,2})("""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')/y;
const rawString = /([rR][bB]?|[bB][rR])("""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')/y;
const number = /0x[0-9a-fA-F]+[uU]?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d+[uU]?/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const quotedName = /`[A-Za-z0-9_.\-/ ]+`/y;
const symbol = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y;

const words: ReadonlyMap<string, Constant> = new Map<string, Constant>([['true', true], ['false', false], ['null', null]]);

function at(pattern: RegExp, source: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(source);
}

/** The tokens of an expression, an end token last. @throws SyntaxProblem */
export function tokens(source: string): readonly Token[] {
  const found: Token[] = [];
  for (let offset = skip(source, 0); offset < source.length;) {
    const token = next(source, offset);
    found.push(token);
    offset = skip(source, offset + token.text.length);
  }
  return [...found, { kind: 'end', at: source.length, text: '<EOF>', value: null }];
}

const skip = (source: string, offset: number): number => offset + (at(space, source, offset)?.[0].length ?? 0);

function next(source: string, offset: number): Token {
  const raw = at(rawString, source, offset);
  if (raw) return constant(offset, raw[0], text(raw[2] ?? '', true, /b/i.test(raw[1] ?? ''), offset));
  const plain = at(string, source, offset);
  if (plain) return constant(offset, plain[0], text(plain[2] ?? '', false, /b/i.test(plain[1] ?? ''), offset));
  const digits = at(number, source, offset);
  if (digits) return constant(offset, digits[0], numeral(digits[0], offset));
  const word = at(name, source, offset)?.[0];
  if (word !== undefined) {
    const value = words.get(word);
    if (value !== undefined) return constant(offset, word, value);
    return { kind: word === 'in' ? 'symbol' : 'name', at: offset, text: word, value: null };
  }
  const quoted = at(quotedName, source, offset)?.[0];
  if (quoted !== undefined) return { kind: 'quoted-name', at: offset, text: quoted, value: null };
  const sign = at(symbol, source, offset)?.[0];
  if (sign !== undefined) return { kind: 'symbol', at: offset, text: sign, value: null };
  throw new SyntaxProblem(offset, `Syntax error: token recognition error at: '${unrecognised(source, offset)}'`);
}

/** An unfinished string is shown to its end, another sign alone. */
const unrecognised = (source: string, offset: number): string => (/["']/.test(source[offset] ?? '') ? source.slice(offset).split('\n', 1)[0] ?? '' : source[offset] ?? '');
const constant = (offset: number, written: string, value: Constant): Token => ({ kind: 'constant', at: offset, text: written, value });

function numeral(written: string, offset: number): Constant {
  if (/[uU]$/.test(written)) {
    const uint = BigInt(written.slice(0, -1));
    if (uint >= 2n ** 64n) throw new SyntaxProblem(offset, 'invalid uint literal');
    return { uint };
  }
  if (!written.startsWith('0x') && /[.eE]/.test(written)) return Number(written);
  const int = BigInt(written);
  if (int > 2n ** 63n) throw new SyntaxProblem(offset, 'invalid int literal');   // one more than fits: it may stand behind a minus
  return int;
}

function text(quoted: string, raw: boolean, bytes: boolean, offset: number): Constant {
  const quotes = /^("""|''')/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(quotes, -quotes);
  const value = raw ? inner : inner.replace(/\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[^])/g, (_all, escape: string) => unescaped(escape, offset));
  return bytes ? new TextEncoder().encode(value) : value;
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"', '`': '`', '?': '?' };

function unescaped(escape: string, offset: number): string {
  if (escape.length > 1) return String.fromCodePoint(/^\d/.test(escape) ? parseInt(escape, 8) : parseInt(escape.slice(1), 16));
  const meant = escapes[escape];
  if (meant === undefined) throw new SyntaxProblem(offset, `Syntax error: token recognition error at: '\\${escape}'`);
  return meant;
}
