import { isQualifiedName } from './names';
import { requirement, Selector, SelectorError, type Operator, type Requirement } from './selectors';

type Token = { readonly type: 'word' | 'sign' | 'end' | 'error'; readonly text: string };

const special = '=!(),><';
const signTokens: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const binary: ReadonlyMap<string, Operator> = new Map([['in', 'in'], ['notin', 'notin'], ['=', '='], ['==', '=='], ['!=', '!='], ['>', 'gt'], ['<', 'lt']]);
const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n';

/**
 * Reads the text form: `a=b,c!=d,e in (x,y),f notin (z),g,!h,n>3`. The empty text selects everything.
 * @throws SelectorError in upstream's words.
 */
export const parseSelector = (text: string): Selector => new Parser(tokens(text)).parse();

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isSpace(char)) { at++; continue; }
    const token = special.includes(char) ? sign(text, at) : word(text, at);
    found.push(token);
    at += Math.max(1, token.type === 'error' ? text.length : token.text.length);
  }
  found.push({ type: 'end', text: '' });
  return found;
}

function word(text: string, from: number): Token {
  let to = from;
  while (to < text.length && !special.includes(text.charAt(to)) && !isSpace(text.charAt(to))) to++;
  return { type: 'word', text: text.slice(from, to) };
}

/** The longest sign that starts here. */
function sign(text: string, from: number): Token {
  const two = text.slice(from, from + 2);
  return { type: 'sign', text: signTokens.has(two) ? two : text.charAt(from) };
}

class Parser {
  #at = 0;
  constructor(private readonly items: readonly Token[]) {}

  parse(): Selector {
    const requirements: Requirement[] = [];
    for (;;) {
      const { type, text } = this.#peek();
      if (type === 'end') return new Selector(requirements);
      if (type !== 'word' && text !== '!') throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.#requirementOrThrow());
      const after = this.#next();
      if (after.type === 'end') return new Selector(requirements);
      if (after.text !== ',') throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
      const following = this.#peek();
      if (following.type !== 'word' && following.text !== '!') throw new SelectorError(`found '${following.text}', expected: identifier after ','`);
    }
  }

  #peek(): Token { return this.items[this.#at] ?? { type: 'end', text: '' }; }
  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #requirementOrThrow(): Requirement {
    try {
      return this.#requirement();
    } catch (error) {
      if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  #requirement(): Requirement {
    let token = this.#next();
    const absent = token.text === '!' && token.type === 'sign';
    if (absent) token = this.#next();
    if (token.type !== 'word') throw new SelectorError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const errors = isQualifiedName(key);
    if (errors.length > 0) throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${errors.join('; ')}`);
    if (absent) return requirement(key, '!', []);
    const after = this.#peek();
    if (after.type === 'end' || after.text === ',') return requirement(key, 'exists', []);
    const operator = binary.get(this.#next().text);
    if (!operator) throw new SelectorError(`found '${after.text}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === 'in' || operator === 'notin' ? this.#set() : [this.#exact()];
    return requirement(key, operator, values);
  }

  #exact(): string {
    const { type, text } = this.#peek();
    if (type === 'end' || (type === 'sign' && text === ',')) return '';
    this.#at++;
    if (type === 'word') return text;
    throw new SelectorError(`found '${text}', expected: identifier`);
  }

  #set(): readonly string[] {
    const open = this.#next();
    if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.type === 'sign' && first.text === ')') {
      this.#at++;
      return [''];
    }
    if (first.type !== 'word' && first.text !== ',') throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.#list();
    this.#at++;   // the closing parenthesis, which ended the list
    return [...values].sort();
  }

  /** `x,y`, where nothing between commas is the empty value. */
  #list(): ReadonlySet<string> {
    const values = new Set<string>();
    for (;;) {
      const { type, text } = this.#next();
      const following = this.#peek().text;
      if (type === 'word') {
        values.add(text);
        if (following === ')') return values;
        if (following !== ',') throw new SelectorError(`found '${following}', expected: ',' or ')'`);
      } else if (text === ',' && type === 'sign') {
        if (values.size === 0) values.add('');
        if (following === ')') return values.add('');
        if (following === ',') { this.#at++; values.add(''); }
      } else {
        throw new SelectorError(`found '${text}', expected: ',', or identifier`);
      }
    }
  }
}
