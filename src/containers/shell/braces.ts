/** What bash makes of `{a,b}` and `{1..3}` in a word's source text: several texts; the text itself when there is nothing to expand. */
export const expandBraces = (text: string): readonly string[] => {
  const place = findBraces(text);
  if (!place) return [text];
  const { start, end, choices } = place;
  const rests = expandBraces(text.slice(end + 1));
  return choices.flatMap((choice) => expandBraces(choice)).flatMap((choice) => rests.map((rest) => text.slice(0, start) + choice + rest));
};

const findBraces = (text: string): { readonly start: number; readonly end: number; readonly choices: readonly string[] } | undefined => {
  for (let start = 0; start < text.length; start++) {
    const character = text.charAt(start);
    if (character === '\\') start++;
    else if (character === "'" || character === '"') start = Math.max(start, text.indexOf(character, start + 1));
    else if (character === '{' && text.charAt(start - 1) !== '$') {
      const end = closing(text, start);
      const choices = end < 0 ? undefined : choicesOf(text.slice(start + 1, end));
      if (choices) return { start, end, choices };
    }
  }
  return undefined;
};

const closing = (text: string, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '{') depth++;
    else if (text.charAt(at) === '}' && --depth === 0) return at;
  }
  return -1;
};

const choicesOf = (inside: string): readonly string[] | undefined => {
  const range = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inside);
  if (range) return rangeOf(range[1] ?? '', range[2] ?? '', Math.abs(Number(range[3] ?? 1)) || 1);
  const choices: string[] = [''];
  let depth = 0;
  for (const character of inside) {
    if (character === ',' && depth === 0) { choices.push(''); continue; }
    if (character === '{') depth++;
    if (character === '}') depth--;
    choices[choices.length - 1] += character;
  }
  return choices.length > 1 ? choices : undefined;
};

const rangeOf = (from: string, to: string, step: number): readonly string[] | undefined => {
  const letters = /[A-Za-z]/.test(from);
  if (letters !== /[A-Za-z]/.test(to)) return undefined;
  const first = letters ? from.charCodeAt(0) : Number(from);
  const last = letters ? to.charCodeAt(0) : Number(to);
  const width = !letters && /^-?0\d|^-?0\d/.test(`${from}`) ? from.length : 0;
  const count = Math.floor(Math.abs(last - first) / step) + 1;
  return Array.from({ length: Math.min(count, 100_000) }, (_, index) => {
    const value = first + (first <= last ? 1 : -1) * index * step;
    return letters ? String.fromCharCode(value) : String(value).padStart(width, '0');
  });
};
