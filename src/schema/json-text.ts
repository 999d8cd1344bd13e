import { quoteGo } from '../lib/go-format';
import { mostDepth } from '../lib/json-depth';

/** A text that is no JSON; the message is Go's. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/**
 * A parsed text; `duplicates` are strict decoding's reports of fields that were given twice, of which the last counts.
 * With duplicates, `places` tells where in the text each field stood last: `spec.replicas` → its number.
 */
export type JsonText = { readonly value: unknown; readonly duplicates: readonly string[]; readonly places?: ReadonlyMap<string, number> };

/** Parses JSON as Go's encoding/json does, though not as deep. @throws JsonSyntaxError */
export function parseJsonText(text: string): JsonText {
  const parsed = new Parser(text).parse();
  if (parsed.duplicates.length === 0) return parsed;
  const places = new Map<string, number>();
  new Parser(text, places).parse();
  return { ...parsed, places };
}

const whitespace = ' \t\r\n';
const numberHere = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringHere = /"[^"\\\p{Cc}]*"/uy;

class Parser {
  #at = 0;
  #depth = 0;
  readonly #path: (string | number)[] = [];
  readonly #duplicates: string[] = [];
  constructor(private readonly text: string, private readonly places?: Map<string, number>) {}

  parse(): JsonText {
    const value = this.#value();
    this.#space();
    if (this.#at < this.text.length) throw this.#unexpected('after top-level value');
    return { value, duplicates: this.#duplicates };
  }

  #space(): void {
    while (this.#at < this.text.length && whitespace.includes(this.text.charAt(this.#at))) this.#at++;
  }

  /** The next character that is no white space. */
  #peek(): string {
    this.#space();
    return this.text.charAt(this.#at);
  }

  #unexpected(where: string): JsonSyntaxError {
    const code = this.text.codePointAt(this.#at);
    if (code === undefined) return new JsonSyntaxError('unexpected end of JSON input');
    return new JsonSyntaxError(`invalid character ${quoteCharacter(String.fromCodePoint(code))} ${where}`);
  }

  #value(): unknown {
    const char = this.#peek();
    switch (char) {
      case '{': return this.#nested(() => this.#object());
      case '[': return this.#nested(() => this.#list());
      case '"': return this.#string();
      case 't': return this.#word('true', true);
      case 'f': return this.#word('false', false);
      case 'n': return this.#word('null', null);
      default: return this.#number();
    }
  }

  #nested<T>(inside: () => T): T {
    if (++this.#depth > mostDepth) throw new JsonSyntaxError('exceeded max depth');
    this.#at++;
    const value = inside();
    this.#depth--;
    return value;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#peek() === '}') { this.#at++; return object; }
    for (;;) {
      if (this.#peek() !== '"') throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      if (this.#peek() !== ':') throw this.#unexpected('after object key');
      this.#at++;
      this.#path.push(key);
      this.places?.set(pathText(this.#path), this.#at);
      if (Object.hasOwn(object, key)) this.#duplicates.push(`duplicate field "${pathText(this.#path)}"`);
      const value = this.#value();
      this.#path.pop();
      if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      else object[key] = value;
      const next = this.#peek();
      if (next !== ',' && next !== '}') throw this.#unexpected('after object key:value pair');
      this.#at++;
      if (next === '}') return object;
    }
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    if (this.#peek() === ']') { this.#at++; return list; }
    for (;;) {
      this.#path.push(list.length);
      list.push(this.#value());
      this.#path.pop();
      const next = this.#peek();
      if (next !== ',' && next !== ']') throw this.#unexpected('after array element');
      this.#at++;
      if (next === ']') return list;
    }
  }

  #string(): string {
    stringHere.lastIndex = this.#at;
    if (stringHere.test(this.text)) {
      const start = this.#at + 1;
      this.#at = stringHere.lastIndex;
      return this.text.slice(start, this.#at - 1);
    }
    const start = this.#at++;
    for (;;) {
      const char = this.text.charAt(this.#at);
      if (char === '' || char < ' ') throw this.#unexpected('in string literal');
      this.#at++;
      if (char === '"') return String(JSON.parse(this.text.slice(start, this.#at)));
      if (char === '\\') this.#escape();
    }
  }

  #escape(): void {
    const char = this.text.charAt(this.#at);
    if (char === '' || !'"\\/bfnrtu'.includes(char)) throw this.#unexpected('in string escape code');
    this.#at++;
    for (let digit = 0; char === 'u' && digit < 4; digit++, this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.text.charAt(this.#at))) throw this.#unexpected('in \\u hexadecimal character escape');
    }
  }

  #word<T>(word: string, value: T): T {
    for (const letter of word) {
      if (this.text.charAt(this.#at) !== letter) throw this.#unexpected(`in literal ${word} (expecting ${quoteCharacter(letter)})`);
      this.#at++;
    }
    return value;
  }

  #number(): number {
    numberHere.lastIndex = this.#at;
    const match = numberHere.exec(this.text);
    const next = match ? this.text.charAt(numberHere.lastIndex) : '';
    if (!match || next === '.' || next === 'e' || next === 'E') throw this.#brokenNumber();
    this.#at = numberHere.lastIndex;
    return Number(match[0]);
  }

  #brokenNumber(): JsonSyntaxError {
    const [sign] = /^-?/.exec(this.text.slice(this.#at, this.#at + 1)) ?? [''];
    if (!sign && !/\d/.test(this.text.charAt(this.#at))) return this.#unexpected('looking for beginning of value');
    this.#at += sign.length;
    if (!/\d/.test(this.text.charAt(this.#at))) return this.#unexpected('in numeric literal');
    while (/\d/.test(this.text.charAt(this.#at))) this.#at++;
    if (this.text.charAt(this.#at) === '.') {
      this.#at++;
      if (!/\d/.test(this.text.charAt(this.#at))) return this.#unexpected('after decimal point in numeric literal');
      while (/\d/.test(this.text.charAt(this.#at))) this.#at++;
    }
    this.#at++;
    if (/[-+]/.test(this.text.charAt(this.#at))) this.#at++;
    return this.#unexpected('in exponent of numeric literal');
  }
}

const quoteCharacter = (char: string): string => (char === "'" ? "'\\''" : char === '"' ? "'\"'" : `'${quoteGo(char).slice(1, -1)}'`);

/** `spec.containers[0].name`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part), '');
