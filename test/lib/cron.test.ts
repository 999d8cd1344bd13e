import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCron } from '../../src/lib/cron';

const after = (schedule: string, from: string, timeZone?: string): string | undefined => {
  const at = parseCron(schedule, timeZone).next(Date.parse(from));
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('the next time', () => {
  test.each([
    ['*/15 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:15:00.000Z'],
    ['0 * * * *', '2026-01-01T00:59:59Z', '2026-01-01T01:00:00.000Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000Z'],
    ['30 4 1 * *', '2026-01-01T04:30:00Z', '2026-02-01T04:30:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2026-02-01T00:00:00Z', '2026-02-06T00:00:00.000Z'],
    ['0 9 * jan-mar mon-fri', '2026-03-31T10:00:00Z', '2027-01-01T09:00:00.000Z'],
    ['5-10/5 * * * *', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00.000Z'],
    ['@every 90s', '2026-01-01T00:00:00.500Z', '2026-01-01T00:01:30.000Z'],
  ])('of %s after %s', (schedule, from, expected) => { expect(after(schedule, from)).toBe(expected); });

  test('is none for a day that never comes', () => { expect(after('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeUndefined(); });

  test('is told by the clocks of its zone, which skip and repeat hours', () => {
    const zone = 'America/New_York';
    expect(after('0 9 * * *', '2026-01-01T00:00:00Z', zone)).toBe('2026-01-01T14:00:00.000Z');
    expect(after('0 9 * * *', '2026-07-01T00:00:00Z', zone)).toBe('2026-07-01T13:00:00.000Z');
    expect(after('30 2 * * *', '2026-03-08T05:00:00Z', zone)).toBe('2026-03-09T06:30:00.000Z');
    expect(after('30 1 * * *', '2026-11-01T05:30:00Z', zone)).toBe('2026-11-01T06:30:00.000Z');
    expect(after('0 0 * * *', '2026-11-01T12:00:00Z', zone)).toBe('2026-11-02T05:00:00.000Z');
  });
});

test('a step at a time never misses a minute that fits', () => {
  const field = fc.constantFrom('*', '*/7', '3', '10-20/3', '0,30');
  fc.assert(fc.property(field, fc.constantFrom('*', '*/5', '7', '0-3'), fc.constantFrom('*', '1', '15,31'), fc.constantFrom('*', '1-5', '0'), fc.nat(400 * 24 * 60),
    (minute, hour, date, weekday, start) => {
    const schedule = parseCron(`${minute} ${hour} ${date} * ${weekday}`);
    const from = Date.UTC(2026, 0, 1) + start * 60_000;
    const next = schedule.next(from);
    expect(next).toBeDefined();
    if (next === undefined) return;
    expect(schedule.next(next - 60_000)).toBe(next);
    const between = from + Math.floor((next - from) / 2);
    expect(schedule.next(between)).toBe(next);
  }));
});
