import { parseDuration } from './durations';

/** When something is due, again and again. */
export interface Schedule {
  /** The first time after `afterMs`, in milliseconds since the epoch; undefined when there is none within five years. */
  next(afterMs: number): number | undefined;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const limitMs = 5 * 366 * 24 * hourMs;

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
};
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
type Field = { readonly least: number; readonly most: number; readonly names: readonly string[] };
const fields: readonly Field[] = [
  { least: 0, most: 59, names: [] }, { least: 0, most: 23, names: [] }, { least: 1, most: 31, names: [] }, { least: 1, most: 12, names: months }, { least: 0, most: 6, names: days },
];

/** The values one field allows; `any` is a star, which leaves the choice of the day to the other day field. */
type Allowed = { readonly values: ReadonlySet<number>; readonly any: boolean };

/**
 * A standard cron schedule of five fields, a descriptor (`@hourly`) or `@every 5m`, read in a time zone (UTC when none is given).
 * The text must have been validated.
 */
export function parseCron(text: string, timeZone?: string): Schedule {
  const every = /^@every (.+)$/.exec(text)?.[1];
  if (every !== undefined) {
    const stepMs = Math.max(1_000, Math.floor(parseDuration(every) / 1_000) * 1_000);
    return { next: (afterMs) => Math.floor(afterMs / 1_000) * 1_000 + stepMs };
  }
  const parts = (descriptors[text] ?? text).trim().split(/\s+/);
  const [minutes, hours, dates, inMonths, weekdays] = fields.map((field, i) => allowed(parts[i] ?? '*', field)) as [Allowed, Allowed, Allowed, Allowed, Allowed];
  const wall = wallClock(timeZone);
  // With both day fields restricted either will do; otherwise the restricted one decides.
  const onDay = ({ date, weekday }: Wall) => (dates.any || weekdays.any ? dates.values.has(date) && weekdays.values.has(weekday) : dates.values.has(date) || weekdays.values.has(weekday));
  return {
    next(afterMs) {
      for (let at = (Math.floor(afterMs / minuteMs) + 1) * minuteMs; at - afterMs < limitMs;) {
        const now = wall(at);
        if (!inMonths.values.has(now.month) || !onDay(now)) at = nextDay(at, now, wall);
        else if (!hours.values.has(now.hour)) at += (60 - now.minute) * minuteMs;
        else if (!minutes.values.has(now.minute)) at += minuteMs;
        else return at;
      }
      return undefined;
    },
  };
}

/** The first minute of the next day on the wall, whatever the clocks do in between. */
function nextDay(at: number, { hour, minute, date }: Wall, wall: (at: number) => Wall): number {
  let next = at + (24 - hour) * hourMs - minute * minuteMs;
  while (wall(next).date === date) next += hourMs;
  while (wall(next - hourMs).date !== date) next -= hourMs;
  return next;
}

type Wall = { readonly month: number; readonly date: number; readonly weekday: number; readonly hour: number; readonly minute: number };

/** What clock and calendar on a wall of that zone show. */
function wallClock(timeZone: string | undefined): (at: number) => Wall {
  if (timeZone === undefined || timeZone === 'UTC' || timeZone === 'Etc/UTC') {
    return (at) => {
      const time = new Date(at);
      return { month: time.getUTCMonth() + 1, date: time.getUTCDate(), weekday: time.getUTCDay(), hour: time.getUTCHours(), minute: time.getUTCMinutes() };
    };
  }
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', month: 'numeric', day: 'numeric', weekday: 'short', hour: 'numeric', minute: 'numeric' });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    return { month: number('month'), date: number('day'), weekday: days.indexOf((parts.get('weekday') ?? '').toLowerCase()), hour: number('hour'), minute: number('minute') };
  };
}

function allowed(text: string, { least, most, names }: Field): Allowed {
  const values = new Set<number>();
  let any = false;
  const number = (word: string): number => (names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) + least : Number(word));
  for (const range of text.split(',')) {
    const [span = '', step] = range.split('/');
    const star = span === '*' || span === '?';
    const [low = '', high] = span.split('-');
    const first = star ? least : number(low);
    const last = star || (high === undefined && step !== undefined) ? most : number(high ?? low);
    if (star && (step === undefined || step === '1')) any = true;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return { values, any };
}
