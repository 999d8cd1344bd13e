import { CelRuntimeError } from '../errors';
import { duration, method, str, timestamp, type Overload } from '../overload';
import { intType } from '../types';
import type { Timestamp } from '../values';

const dayMs = 86_400_000;
const parts: Readonly<Record<string, (at: Date) => number>> = {
  getFullYear: (at) => at.getUTCFullYear(),
  getMonth: (at) => at.getUTCMonth(),
  getDate: (at) => at.getUTCDate(),
  getDayOfMonth: (at) => at.getUTCDate() - 1,
  getDayOfWeek: (at) => at.getUTCDay(),
  getDayOfYear: (at) => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0)) / dayMs),
  getHours: (at) => at.getUTCHours(),
  getMinutes: (at) => at.getUTCMinutes(),
  getSeconds: (at) => at.getUTCSeconds(),
  getMilliseconds: (at) => at.getUTCMilliseconds(),
};

const milliseconds = ({ nanos }: Timestamp): number => Number(nanos / 1_000_000n);

/** The moment as a zone's clocks show it. @throws CelRuntimeError for an unknown zone */
function shifted(at: Timestamp, zone: string): Date {
  const time = milliseconds(at);
  const [, sign = '+', hours, minutes] = /^([-+])?(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== undefined) return new Date(time + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
  try {
    const shown = new Intl.DateTimeFormat('en-US',
      { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(new Date(time));
    const part = (type: string): number => Number(shown.find((each) => each.type === type)?.value);
    return new Date(Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'), ((time % 1_000) + 1_000) % 1_000));
  } catch { throw new CelRuntimeError(`unknown time zone ${zone}`); }
}

const units: Readonly<Record<string, bigint>> = { getHours: 3_600_000_000_000n, getMinutes: 60_000_000_000n, getSeconds: 1_000_000_000n, getMilliseconds: 1_000_000n };

/** Parts of moments (in UTC, or in the zone named) and of durations. */
export const times: readonly Overload[] = [
  ...Object.entries(parts).flatMap(([name, read]) => [
    method(name, [timestamp], intType, (at) => BigInt(read(new Date(milliseconds(at))))),
    method(name, [timestamp, str], intType, (at, zone) => BigInt(read(shifted(at, zone)))),
  ]),
  ...Object.entries(units).map(([name, unit]) => method(name, [duration], intType, ({ nanos }) => nanos / unit)),
];
