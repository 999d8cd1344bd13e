import { SyntaxProblem, tokens, type Token } from './lexer';
import { expandMacro } from './macros';
import type { Entry, Expression, Field, Item } from './syntax';

/** How tightly binary operators bind, loosest first; the name is the one in messages of the checker. */
const levels: readonly Readonly<Record<string, string>>[] = [
  { '||': '_||_' },
  { '&&': '_&&_' },
  { '==': '_==_', '!=': '_!=_', '<': '_<_', '<=': '_<=_', '>': '_>_', '>=': '_>=_', in: '@in' },
  { '+': '_+_', '-': '_-_' },
  { '*': '_*_', '/': '_/_', '%': '_%_' },
];

const reserved: ReadonlySet<string> = new Set([
  'as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'package', 'namespace', 'null', 'return', 'true', 'var', 'void', 'while',
]);

const mostDepth = 250;
/** Of selections, calls and indexes in a row. */
const mostLinks = 500;

/** Parses an expression. @throws SyntaxProblem */
export const parse = (source: string): Expression => new Parser(tokens(source)).whole();

class Parser {
  #position = 0;
  #depth = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const expression = this.#expression();
    if (this.#token.kind !== 'end') throw this.#unexpected(`extraneous input '${this.#token.text}' expecting <EOF>`);
    return expression;
  }

  get #token(): Token { return this.tokens[this.#position] ?? endToken; }

  #is(text: string): boolean { return this.#token.kind === 'symbol' && this.#token.text === text; }

  /** Takes the token if it is this symbol. */
  #took(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#position++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#took(text)) throw this.#unexpected(`mismatched input '${this.#token.text}' expecting '${text}'`);
  }

  #unexpected(message: string): SyntaxProblem { return new SyntaxProblem(this.#token.at, `Syntax error: ${message}`); }

  #expression(): Expression {
    if (++this.#depth > mostDepth) throw new SyntaxProblem(this.#token.at, `expression recursion limit exceeded: ${mostDepth}`);
    const condition = this.#binary(0);
    const { at } = this.#token;
    if (!this.#took('?')) { this.#depth--; return condition; }
    const then = this.#binary(0);
    this.#expect(':');
    const otherwise = this.#expression();
    this.#depth--;
    return call(at, '_?_:_', [condition, then, otherwise]);
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const { at, kind, text } = this.#token;
      const name = kind === 'symbol' ? operators[text] : undefined;
      if (name === undefined) return left;
      this.#position++;
      left = call(at, name, [left, this.#binary(level + 1)]);
    }
  }

  #unary(): Expression {
    const { at } = this.#token;
    if (this.#depth > mostDepth) throw new SyntaxProblem(at, `expression recursion limit exceeded: ${mostDepth}`);
    for (const sign of ['!', '-'] as const) {
      if (!this.#took(sign)) continue;
      this.#depth++;
      const operand = this.#unary();
      this.#depth--;
      if (sign === '-' && operand.node === 'constant' && typeof operand.value === 'bigint') return { ...operand, at, value: -operand.value };
      if (sign === '-' && operand.node === 'constant' && typeof operand.value === 'number') return { ...operand, at, value: -operand.value };
      return call(at, sign === '!' ? '!_' : '-_', [operand]);
    }
    return this.#member(this.#primary());
  }

  #member(operand: Expression): Expression {
    let left = operand;
    for (let links = 0; ; links++) {
      const { at } = this.#token;
      if (links > mostLinks) throw new SyntaxProblem(at, `expression recursion limit exceeded: ${mostLinks}`);
      if (this.#took('.')) left = this.#selection(left, at);
      else if (this.#took('[')) left = this.#index(left, at);
      else return left;
    }
  }

  #selection(operand: Expression, at: number): Expression {
    const optional = this.#took('?');
    const token = this.#token;
    if (token.kind !== 'name' && token.kind !== 'quoted-name') throw this.#unexpected(token.kind === 'end' ? "no viable alternative at input '.'" : `no viable alternative at input '.${token.text}'`);
    this.#position++;
    if (token.kind !== 'quoted-name' && this.#is('(')) {
      const open = this.#token.at;
      this.#position++;
      return expandMacro({ node: 'call', at: open, name: token.text, target: operand, args: this.#until(')') });
    }
    const field = token.kind === 'quoted-name' ? token.text.slice(1, -1) : token.text;
    return { node: 'select', at, operand, field, test: false, optional };
  }

  #index(operand: Expression, at: number): Expression {
    const optional = this.#took('?');
    const index = this.#expression();
    this.#expect(']');
    return call(at, optional ? '_[?_]' : '_[_]', [operand, index]);
  }

  /** Expressions up to the closing sign, which is taken. */
  #until(close: string): Expression[] {
    const found: Expression[] = [];
    if (this.#took(close)) return found;
    do found.push(this.#expression()); while (this.#took(','));
    this.#expect(close);
    return found;
  }

  #primary(): Expression {
    const { kind, at, text, value } = this.#token;
    if (kind === 'constant') {
      this.#position++;
      return { node: 'constant', at, value };
    }
    if (this.#took('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#took('[')) return { node: 'list', at, items: this.#items() };
    if (this.#took('{')) return { node: 'map', at, entries: this.#entries() };
    if (kind === 'name' || this.#is('.')) return this.#named();
    throw this.#unexpected(kind === 'end'
      ? "mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
      : `extraneous input '${text}' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`);
  }

  /** A name, a call of a function, or a struct such as `Object.spec{…}`. */
  #named(): Expression {
    const absolute = this.#took('.');
    const { at, text, kind } = this.#token;
    if (kind !== 'name') throw this.#unexpected(`no viable alternative at input '.${text}'`);
    this.#position++;
    if (!absolute && reserved.has(text)) throw new SyntaxProblem(at, `reserved identifier: ${text}`);
    const struct = this.#structName(text);
    if (struct !== undefined) return { node: 'struct', at: this.#token.at, type: struct, fields: this.#fields() };
    if (this.#is('(')) {
      const open = this.#token.at;
      this.#position++;
      return expandMacro({ node: 'call', at: open, name: text, target: undefined, args: this.#until(')') });
    }
    return { node: 'name', at, name: text };
  }

  /** `a.b.c` when a brace follows it. */
  #structName(first: string): string | undefined {
    let position = this.#position;
    let name = first;
    const symbolAt = (at: number, text: string): boolean => this.tokens[at]?.kind === 'symbol' && this.tokens[at].text === text;
    while (symbolAt(position, '.') && this.tokens[position + 1]?.kind === 'name') {
      name += `.${this.tokens[position + 1]?.text ?? ''}`;
      position += 2;
    }
    if (!symbolAt(position, '{')) return undefined;
    this.#position = position;
    return name;
  }

  #items(): Item[] {
    const items: Item[] = [];
    while (!this.#took(']')) {
      const optional = this.#took('?');
      items.push({ value: this.#expression(), optional });
      if (!this.#took(',')) { this.#expect(']'); break; }
    }
    return items;
  }

  #entries(): Entry[] {
    const entries: Entry[] = [];
    while (!this.#took('}')) {
      const optional = this.#took('?');
      const key = this.#expression();
      const { at } = this.#token;
      this.#expect(':');
      entries.push({ at, key, value: this.#expression(), optional });
      if (!this.#took(',')) { this.#expect('}'); break; }
    }
    return entries;
  }

  #fields(): Field[] {
    const fields: Field[] = [];
    this.#expect('{');
    while (!this.#took('}')) {
      const optional = this.#took('?');
      const { kind, text } = this.#token;
      if (kind !== 'name' && kind !== 'quoted-name') throw this.#unexpected(`mismatched input '${text}' expecting IDENTIFIER`);
      this.#position++;
      const { at } = this.#token;
      this.#expect(':');
      fields.push({ at, name: kind === 'name' ? text : text.slice(1, -1), value: this.#expression(), optional });
      if (!this.#took(',')) { this.#expect('}'); break; }
    }
    return fields;
  }
}

const endToken: Token = { kind: 'end', at: 0, text: '<EOF>', value: null };
const call = (at: number, name: string, args: readonly Expression[]): Expression => ({ node: 'call', at, name, target: undefined, args });
