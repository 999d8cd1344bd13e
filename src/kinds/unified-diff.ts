type Line = { readonly sign: ' ' | '-' | '+'; readonly text: string };
const contextLines = 3;

/** What changed between two values, as lines of their JSON: `@@ -1,3 +1,3 @@` and three lines around each change. Empty when nothing did. */
export function jsonDiff(before: unknown, after: unknown): string {
  return unifiedDiff(JSON.stringify(before, null, 1).split('\n'), JSON.stringify(after, null, 1).split('\n'));
}

function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  const lines = compare(before, after);
  return hunks(lines).map(([from, to]) => hunkText(lines, from, to)).join('');
}

/** All lines, each kept, removed or added; by the longest common subsequence between the first and the last difference. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const kept = (texts: readonly string[]): Line[] => texts.map((text) => ({ sign: ' ', text }));
  return [
    ...kept(before.slice(0, start)),
    ...changed(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...kept(before.slice(before.length - end)),
  ];
}

function changed(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [removed, added] = [before[i], after[j]];
    if (removed !== undefined && removed === added) { lines.push({ sign: ' ', text: removed }); i++; j++; }
    else if (removed !== undefined && (added === undefined || at(i + 1, j) >= at(i, j + 1))) { lines.push({ sign: '-', text: removed }); i++; }
    else { lines.push({ sign: '+', text: added ?? '' }); j++; }
  }
  return lines;
}

/** From and to of each stretch of changes with its context; stretches that touch are one. */
function hunks(lines: readonly Line[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  lines.forEach(({ sign }, i) => {
    if (sign === ' ') return;
    const from = Math.max(0, i - contextLines);
    const to = Math.min(lines.length, i + contextLines + 1);
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else result.push([from, to]);
  });
  return result;
}

function hunkText(lines: readonly Line[], from: number, to: number): string {
  const count = (part: readonly Line[], sign: '-' | '+') => part.filter((line) => line.sign === ' ' || line.sign === sign).length;
  const [before, shown] = [lines.slice(0, from), lines.slice(from, to)];
  const range = (sign: '-' | '+') => {
    const length = count(shown, sign);
    const start = count(before, sign) + (length > 0 ? 1 : 0);
    return length === 1 ? `${start}` : `${start},${length}`;
  };
  return `@@ -${range('-')} +${range('+')} @@\n${shown.map(({ sign, text }) => `${sign}${text}\n`).join('')}`;
}
