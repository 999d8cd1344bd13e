import { TimeError } from './time';

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration such as `1h30m` or `2.5s`. @throws TimeError in Go's words. */
export function parseDuration(text: string): number {
  const quoted = JSON.stringify(text);
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  if (body === '') throw new TimeError(`time: invalid duration ${quoted}`);
  let sum = 0;
  for (let rest = body; rest !== '';) {
    const [part, digits = '', unit = ''] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? [];
    if (part === undefined) throw new TimeError(`time: invalid duration ${quoted}`);
    if (unit === '') throw new TimeError(`time: missing unit in duration ${quoted}`);
    const unitMs = unitsMs[unit];
    if (unitMs === undefined) throw new TimeError(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    sum += Number(digits) * unitMs;
    rest = rest.slice(part.length);
  }
  return sign === '-' ? -sum : sum;
}

const trimmed = (number: number): string => (Number.isInteger(number) ? String(number) : number.toFixed(9).replace(/\.?0+$/, ''));

/** A duration as Go prints it: `1m30s`, `2.5s`, `150ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const nanos = Math.round(Math.abs(ms) * 1e6);
  if (nanos < 1_000) return `${sign}${nanos}ns`;
  if (nanos < 1_000_000) return `${sign}${trimmed(nanos / 1_000)}µs`;
  if (nanos < 1_000_000_000) return `${sign}${trimmed(nanos / 1_000_000)}ms`;
  const totalSeconds = nanos / 1e9;
  const minutes = Math.floor(totalSeconds / 60);
  const seconds = `${trimmed((nanos - minutes * 60e9) / 1e9)}s`;
  if (minutes === 0) return `${sign}${seconds}`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60}m${seconds}`;
}

/** An age as Kubernetes' tables show it: `45s`, `5m30s`, `3h`, `2d3h`, `400d`, `2y30d`; `<invalid>` for the future. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1_000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 8 * 24) return pair(days, 'd', hours % 24, 'h');
  if (hours < 2 * 365 * 24) return `${days}d`;
  const years = Math.floor(days / 365);
  return hours < 8 * 365 * 24 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string => `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`;
