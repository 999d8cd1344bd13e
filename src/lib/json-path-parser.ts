/** A template that cannot be read or does not fit the value; the message is upstream's. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** One bound of `[start:end:step]`; `derived` when it follows from the start alone, as in `[2]`. */
export type SliceBound = { readonly known: boolean; readonly value: number; readonly derived?: boolean };
export type PathNode =
  | { readonly type: 'list'; readonly nodes: PathNode[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'literal'; readonly value: number | boolean }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'wildcard' | 'recursive' }
  | { readonly type: 'slice'; readonly bounds: readonly [SliceBound, SliceBound, SliceBound] }
  | { readonly type: 'union'; readonly members: readonly PathList[] }
  | { readonly type: 'filter'; readonly left: PathList; readonly operator: string; readonly right: PathList };
export type PathList = Extract<PathNode, { type: 'list' }>;

/** Reads a template: text, and actions in braces. @throws JsonPathError */
export const parseJsonPath = (template: string): PathList => new Parser(template).parse();

/** What stands inside one pair of braces. */
function parseAction(text: string): PathList {
  const [first] = parseJsonPath(`{${text}}`).nodes;
  return first?.type === 'list' ? first : { type: 'list', nodes: [] };
}

const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/s;
const dictionaryKey = /^'([^']*)'$/;
const sliceForm = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const terminators = ' \t\r\n.,[]$@{}';
const isTerminator = (char: string): boolean => char === '' || terminators.includes(char);
const isWordCharacter = (char: string): boolean => /^[\p{L}\p{N}_]$/u.test(char);

class Parser {
  #at = 0;
  constructor(private readonly text: string) {}

  parse(): PathList {
    const root: PathList = { type: 'list', nodes: [] };
    while (this.#at < this.text.length) {
      const brace = this.text.indexOf('{', this.#at);
      const end = brace < 0 ? this.text.length : brace;
      if (end > this.#at) root.nodes.push({ type: 'text', text: this.text.slice(this.#at, end) });
      this.#at = end;
      if (brace >= 0) root.nodes.push(this.#action());
    }
    return root;
  }

  #action(): PathList {
    const nodes: PathNode[] = [];
    this.#at++;
    for (;;) {
      const char = this.text.charAt(this.#at);
      if (char === '}') { this.#at++; return { type: 'list', nodes }; }
      if (this.text.startsWith('[?(', this.#at)) nodes.push(this.#filter());
      else if (this.text.startsWith('..', this.#at)) this.#recursive(nodes);
      else if (char === '' || char === '\n' || char === '\r') throw new JsonPathError('unclosed action');
      else if (char === ' ' || char === '@' || char === '$') this.#at++;
      else if (char === '[') nodes.push(...this.#brackets());
      else if (char === '"' || char === "'") nodes.push(this.#quoted(char));
      else if (char === '.') { this.#at++; nodes.push(this.#field()); }
      else if (/[-+\d]/.test(char)) nodes.push(this.#number());
      else if (isWordCharacter(char)) nodes.push(this.#identifier());
      else throw new JsonPathError(`unrecognized character in action: U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`);
    }
  }

  #recursive(nodes: PathNode[]): void {
    if (nodes.at(-1)?.type === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    this.#at += 2;
    nodes.push({ type: 'recursive' });
    if (isWordCharacter(this.text.charAt(this.#at))) nodes.push(this.#field());
  }

  #field(): PathNode {
    let name = '';
    for (; !isTerminator(this.text.charAt(this.#at)); this.#at++) {
      if (this.text.charAt(this.#at) === '\\') this.#at++;
      name += this.text.charAt(this.#at);
    }
    return name === '*' ? { type: 'wildcard' } : { type: 'field', name };
  }

  #identifier(): PathNode {
    const start = this.#at;
    while (!isTerminator(this.text.charAt(this.#at))) this.#at++;
    const name = this.text.slice(start, this.#at);
    return name === 'true' || name === 'false' ? { type: 'literal', value: name === 'true' } : { type: 'identifier', name };
  }

  #number(): PathNode {
    const [text = ''] = /^[-+]?[\d.]*/.exec(this.text.slice(this.#at)) ?? [];
    this.#at += text.length;
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    return { type: 'literal', value: Number(text) };
  }

  #quoted(quote: string): PathNode {
    const start = this.#at;
    do {
      this.#at++;
      const char = this.text.charAt(this.#at);
      if (char === '' || char === '\n') throw new JsonPathError('unterminated quoted string');
    } while (this.text.charAt(this.#at) !== quote || this.text.charAt(this.#at - 1) === '\\');
    this.#at++;
    return { type: 'text', text: unquote(this.text.slice(start, this.#at)) };
  }

  #brackets(): readonly PathNode[] {
    const end = this.text.slice(this.#at).search(/[\]\n]/);
    if (end < 0 || this.text.charAt(this.#at + end) === '\n') throw new JsonPathError('unterminated array');
    const inside = this.text.slice(this.#at + 1, this.#at + end);
    this.#at += end + 1;
    const parts = inside.split(',');
    if (parts.length > 1) return [{ type: 'union', members: parts.map((part) => parseAction(`[${part.trim()}]`)) }];
    const [, key] = dictionaryKey.exec(inside) ?? [];
    return key === undefined ? [slice(inside === '*' ? ':' : inside)] : parseAction(`.${key}`).nodes;
  }

  #filter(): PathNode {
    const start = (this.#at += 3);
    let quote: string | undefined;
    let closed = false;
    for (;; this.#at++) {
      const char = this.text.charAt(this.#at);
      if (char === '' || char === '\n') throw new JsonPathError('unterminated filter');
      if (char === '"' || char === "'") {
        if (quote === undefined) quote = char;
        else if (char === quote && this.text.charAt(this.#at - 1) !== '\\') closed = true;
      }
      if (char === ')' && (quote === undefined || closed)) break;
    }
    const inside = this.text.slice(start, this.#at++);
    if (this.text.charAt(this.#at) !== ']') throw new JsonPathError('unclosed array expect ]');
    this.#at++;
    const [, left, operator, right] = comparison.exec(inside) ?? [];
    if (left === undefined || operator === undefined || right === undefined) {
      return { type: 'filter', left: parseAction(inside), operator: 'exists', right: { type: 'list', nodes: [] } };
    }
    return { type: 'filter', left: parseAction(left), operator, right: parseAction(right) };
  }
}

function slice(text: string): PathNode {
  const match = sliceForm.exec(text);
  if (!match) throw new JsonPathError(`invalid array index ${text}`);
  const [, first = '', second, third] = match;
  const start: SliceBound = { known: first !== '', value: Number(first) };
  const end: SliceBound = second === undefined ? { known: true, value: start.value + 1, derived: true } : bound(second);
  return { type: 'slice', bounds: [start, end, third === undefined ? { known: false, value: 0 } : bound(third)] };
}

const bound = (text: string): SliceBound => ({ known: text !== ':', value: Number(text.slice(1)) });

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"' };

/** Go's escapes inside either kind of quotes. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.|$)/gs, (_, escape: string) => {
    const plain = escapes[escape];
    if (plain !== undefined) return plain;
    if (/^[xuU]./.test(escape)) return String.fromCodePoint(parseInt(escape.slice(1), 16));
    if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(parseInt(escape, 8));
    throw new JsonPathError(`unquote string ${quoted} error invalid syntax`);
  });
}
