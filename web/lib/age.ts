const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;
const years = 365 * days;

/** A span as kubectl's AGE column has it: `45s`, `3m12s`, `2d4h`. */
export function shortDuration(spanMs: number): string {
  const whole = (unit: number) => Math.floor(spanMs / unit);
  const rest = (unit: number, of: number, letter: string) => { const value = Math.floor((spanMs % of) / unit); return value > 0 ? `${value}${letter}` : ''; };
  if (spanMs < -seconds) return '<invalid>';
  if (spanMs < 0) return '0s';
  if (spanMs < 2 * minutes) return `${whole(seconds)}s`;
  if (spanMs < 10 * minutes) return `${whole(minutes)}m${rest(seconds, minutes, 's')}`;
  if (spanMs < 3 * hours) return `${whole(minutes)}m`;
  if (spanMs < 8 * hours) return `${whole(hours)}h${rest(minutes, hours, 'm')}`;
  if (spanMs < 2 * days) return `${whole(hours)}h`;
  if (spanMs < 8 * days) return `${whole(days)}d${rest(hours, days, 'h')}`;
  if (spanMs < 2 * years) return `${whole(days)}d`;
  if (spanMs < 8 * years) return `${whole(years)}y${rest(days, years, 'd')}`;
  return `${whole(years)}y`;
}

export const ageOf = (timestamp: string | undefined, now: number): string => (timestamp ? shortDuration(now - Date.parse(timestamp)) : '<unknown>');

/** The simulated wall clock: `14:03:07`. */
export const clockText = (now: number): string => new Date(now).toISOString().slice(11, 19);
