import { SelectorError } from './selectors';

export type FieldTerm = { readonly field: string; readonly operator: '=' | '!='; readonly value: string };

/** `a=b,c!=d`: every term must hold. */
export type FieldSelector = readonly FieldTerm[];

const operators = ['!=', '==', '='] as const;

/**
 * Reads a field selector; commas, equal signs and backslashes in values are escaped with a backslash.
 * @throws SelectorError in upstream's words.
 */
export function parseFieldSelector(text: string): FieldSelector {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text).sort()) {
    if (part === '') continue;
    const split = splitTerm(part);
    if (!split) throw new SelectorError(`invalid selector: '${text}'; can't understand '${part}'`);
    const [field, operator, value] = split;
    terms.push({ field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) });
  }
  return terms;
}

function splitTerms(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === ',') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function splitTerm(term: string): readonly [string, (typeof operators)[number], string] | undefined {
  for (let at = 0; at < term.length; at++) {
    for (const operator of operators) {
      if (term.startsWith(operator, at)) return [term.slice(0, at), operator, term.slice(at + operator.length)];
    }
  }
  return undefined;
}

function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === ',' || char === '=') throw new SelectorError(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    if (char !== '\\') { value += char; continue; }
    const escaped = text.charAt(++at);
    if (escaped === '' || !'\\,='.includes(escaped)) throw new SelectorError(`invalid field selector: invalid escape sequence: \\${escaped}`);
    value += escaped;
  }
  return value;
}

const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');
export const printFieldSelector = (selector: FieldSelector): string => selector.map(({ field, operator, value }) => `${field}${operator}${escapeValue(value)}`).join(',');

/** `read` gives a field's value; a field the object lacks is the empty text. */
export const matchesFields = (selector: FieldSelector, read: (field: string) => string): boolean =>
  selector.every(({ field, operator, value }) => (read(field) === value) === (operator === '='));
