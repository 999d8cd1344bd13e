const known = new Map<string, RegExp | undefined>();

/** A pattern of Go's regular expressions (RE2) as JavaScript's; undefined for one that is none. */
export function pattern(source: string): RegExp | undefined {
  if (!known.has(source)) known.set(source, compiled(source));
  return known.get(source);
}

/** What RE2 writes otherwise: inline flags at the front, POSIX classes, `\A` and `\z`, named groups, possessive text between `\Q` and `\E`. */
function compiled(source: string): RegExp | undefined {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(source) ?? [];
  const body = rest
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not === '' ? posix[name] : undefined) ?? whole)
    .replace(/\\A/g, '^').replace(/\\z/g, '$').replace(/\(\?P</g, '(?<');
  if (/\(\?[=!]|\(\?<[=!]|\\[1-9]/.test(body)) return undefined;   // RE2 knows no looking around and no going back
  for (const mode of ['u', '']) {
    try { return new RegExp(body, flags + mode); } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F', digit: '0-9', graph: '!-~', lower: 'a-z', print: ' -~',
  punct: '!-\\/:-@\\[-`{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
};
