/** Shell patterns: `*`, `?`, `[…]`; a backslash makes the next character plain. */

/** A pattern as the inside of a regular expression. */
const source = (pattern: string, star: string): string => {
  let result = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '*') result += star;
    else if (character === '?') result += star === '.*' ? '.' : star.replace('*', '');
    else if (character === '[') {
      const end = bracketEnd(pattern, i);
      if (end < 0) result += '\\[';
      else {
        result += bracket(pattern.slice(i + 1, end));
        i = end;
      }
    } else if (character === '\\' && i + 1 < pattern.length) result += escapeCharacter(pattern.charAt(++i));
    else result += escapeCharacter(character);
  }
  return result;
};

const bracketEnd = (pattern: string, from: number): number => {
  let at = from + 1;
  if (pattern.charAt(at) === '!' || pattern.charAt(at) === '^') at++;
  if (pattern.charAt(at) === ']') at++;
  while (at < pattern.length && pattern.charAt(at) !== ']') {
    if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
    at++;
  }
  return at < pattern.length ? at : -1;
};

const classes: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z', digit: '0-9', alnum: 'a-zA-Z0-9', upper: 'A-Z', lower: 'a-z', space: '\\s', blank: ' \\t', punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', print: ' -~', cntrl: '\\x00-\\x1f',
};

/** The characters of `[[:alpha:]]` inside a regular expression's brackets. */
export const characterClass = (name: string): string | undefined => (Object.hasOwn(classes, name) ? classes[name] : undefined);

const bracket = (inside: string): string => {
  const negated = inside.startsWith('!') || inside.startsWith('^');
  const body = (negated ? inside.slice(1) : inside)
    .replace(/\\(.)/g, '$1')
    .replace(/[\\\]^]/g, '\\$&')
    .replace(/\[:(\w+):\\?\]/g, (all, name: string) => characterClass(name) ?? all);
  return `[${negated ? '^' : ''}${body.replace(/\[(?!:)/g, '\\[')}]`;
};

const escapeCharacter = (character: string): string => (/[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);

/** A text that as a pattern matches just itself. */
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&');

/** Whether the whole text fits the pattern. */
export const matches = (pattern: string, text: string): boolean => new RegExp(`^${source(pattern, '.*')}$`, 's').test(text);

/** For the parts of a path: a star stops at a slash. */
export const segmentMatcher = (pattern: string): RegExp => new RegExp(`^${source(pattern, '[^/]*')}$`, 's');

/** `${text#pattern}` and its relatives: the text without a matching beginning or end. */
export const removeMatch = (text: string, pattern: string, where: 'beginning' | 'end', longest: boolean): string => {
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length);
  for (const length of longest ? lengths.toReversed() : lengths) {
    const part = where === 'beginning' ? text.slice(0, length) : text.slice(text.length - length);
    if (matches(pattern, part)) return where === 'beginning' ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
};

/** `${text/pattern/replacement}`: the first match, all of them, or only one at the beginning or end. */
export const replaceMatch = (text: string, pattern: string, replacement: string, where: 'first' | 'all' | 'beginning' | 'end'): string => {
  if (pattern === '') return text;
  const inside = source(pattern, '.*');
  const anchored = where === 'beginning' ? `^(?:${inside})` : where === 'end' ? `(?:${inside})$` : inside;
  return text.replace(new RegExp(anchored, where === 'all' ? 'gs' : 's'), (match) => (match === '' && where === 'all' ? '' : replacement));
};
