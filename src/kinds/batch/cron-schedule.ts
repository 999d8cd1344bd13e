type Bounds = { readonly least: number; readonly most: number; readonly names?: readonly string[] };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Bounds[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
];
const descriptors: ReadonlySet<string> = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

/** What is wrong with a cron schedule, in the words of the library that upstream reads it with; undefined when it can be used. */
export function cronProblem(schedule: string): string | undefined {
  if (schedule.startsWith('@')) return descriptors.has(schedule) || /^@every \S+$/.test(schedule) ? undefined : `unrecognized descriptor: ${schedule}`;
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== fields.length) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  for (const [i, bounds] of fields.entries()) {
    for (const range of (parts[i] ?? '').split(',')) {
      const problem = rangeProblem(range, bounds);
      if (problem) return problem;
    }
  }
  return undefined;
}

function rangeProblem(range: string, { least, most, names = [] }: Bounds): string | undefined {
  const [span = '', step, ...moreSteps] = range.split('/');
  const [low = '', high, ...moreBounds] = span.split('-');
  if (moreSteps.length > 0) return `too many slashes: ${range}`;
  const number = (text: string): number =>
    names.indexOf(text.toLowerCase()) < 0 ? (/^\d+$/.test(text) ? Number(text) : Number.NaN) : names.indexOf(text.toLowerCase()) + least;
  const start = low === '*' || low === '?' ? least : number(low);
  const end = low === '*' || low === '?' ? most : high === undefined ? (step === undefined ? start : most) : number(high);
  if (moreBounds.length > 0) return `too many hyphens: ${range}`;
  const unreadable = [low === '*' || low === '?' ? undefined : low, high, step].find(
    (text, i) => text !== undefined && Number.isNaN(i === 2 ? Number(text) : number(text)),
  );
  if (unreadable !== undefined) return `failed to parse int from ${unreadable}: strconv.Atoi: parsing ${JSON.stringify(unreadable)}: invalid syntax`;
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${range}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return step !== undefined && Number(step) === 0 ? `step of range should be a positive number: ${range}` : undefined;
}
