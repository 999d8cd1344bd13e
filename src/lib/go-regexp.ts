/** A pattern that Go's regexp would not take. */
export class GoRegExpError extends Error {
  override readonly name = 'GoRegExpError';
}

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F', digit: '0-9', graph: '!-~', lower: 'a-z', print: ' -~', punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
};
const known = new Map<string, RegExp>();
const most = 5_000;

/** A pattern of Go's regexp (RE2) as one of JavaScript's. What only RE2 writes is rewritten: leading flags, `\A`, `\z`, `(?P<n>…)`, `[[:alpha:]]`. @throws GoRegExpError */
export function goRegExp(pattern: string): RegExp {
  const found = known.get(pattern);
  if (found) return found;
  if (known.size >= most) known.clear();
  const made = translated(pattern);
  known.set(pattern, made);
  return made;
}

function translated(pattern: string): RegExp {
  const [, flags = '', rest = pattern] = /^\(\?([imsU]+)\)([^]*)$/.exec(pattern) ?? [];
  refuseForeign(rest);
  const source = rest
    .replace(/\\Q([^]*?)(?:\\E|$)/g, (_all, text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\([Az])/g, (_all, anchor: string) => (anchor === 'A' ? '^' : '$'));
  for (const mode of ['u', '']) {   // by code points; but that mode refuses escapes RE2 allows
    try { return new RegExp(source, [...new Set(flags.replace('U', ''))].join('') + mode); } catch (error) { if (!(error instanceof SyntaxError)) throw error; }
  }
  throw new GoRegExpError(`error parsing regexp: ${reason(rest)}`);
}

/** The same, or undefined for a pattern that is none. */
export function goRegExpOrNone(pattern: string): RegExp | undefined {
  try { return goRegExp(pattern); } catch (error) {
    if (error instanceof GoRegExpError) return undefined;
    throw error;
  }
}

/** What JavaScript would take and RE2 does not: looking around, and references back. */
function refuseForeign(pattern: string): void {
  const look = /\(\?<?[=!]/.exec(pattern);
  if (look) throw new GoRegExpError(`error parsing regexp: invalid or unsupported Perl syntax: \`${look[0].slice(0, 3)}\``);
  const back = /(?<!\\)(?:\\\\)*(\\[1-9])/.exec(pattern);
  if (back) throw new GoRegExpError(`error parsing regexp: invalid escape sequence: \`${back[1] ?? ''}\``);
}

function reason(pattern: string): string {
  const bare = pattern.replace(/\\[^]/g, '');
  if (/\[[^\]]*$/.test(bare)) return `missing closing ]: \`${pattern.slice(pattern.lastIndexOf('['))}\``;
  const depth = [...bare.replace(/\[[^\]]*\]/g, '')].reduce((sum, char) => sum + (char === '(' ? 1 : char === ')' ? -1 : 0), 0);
  if (depth > 0) return `missing closing ): \`${pattern}\``;
  if (depth < 0) return `unexpected ): \`${pattern}\``;
  const repeat = /^[*+?]|(?<=[(|])[*+?]/.exec(bare);
  if (repeat) return `missing argument to repetition operator: \`${repeat[0]}\``;
  return `invalid syntax: \`${pattern}\``;
}
