import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, humanDuration, parseDuration } from '../../src/lib/durations';
import { formatMicroTime, parseMicroTime, parseTime, TimeError } from '../../src/lib/time';
import { timestamp } from '../../src/lib/timestamp';

const date = fc.integer({ min: 0, max: 253_402_300_799 });

describe('times', () => {
  test('whole seconds', () => { fc.assert(fc.property(date, (seconds) => { expect(parseTime(timestamp(seconds * 1_000))).toBe(seconds * 1_000); })); });
  test('six decimals', () => { fc.assert(fc.property(date, fc.nat(999), (seconds, ms) => { expect(parseMicroTime(formatMicroTime(seconds * 1_000 + ms))).toBeCloseTo(seconds * 1_000 + ms, 3); })); });
  test('an offset is taken into account', () => expect(timestamp(parseTime('2026-01-01T02:30:00+02:30'))).toBe('2026-01-01T00:00:00Z'));
  test.each([
    ['now', 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'], ['2026-01-01', 'parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
    ['2026-02-30T00:00:00Z', 'parsing time "2026-02-30T00:00:00Z": day out of range'], ['2026-01-01T00:00:00Zx', 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'],
  ])('%s', (text, message) => expect(() => parseTime(text)).toThrow(new TimeError(message)));
});

describe('durations', () => {
  test.each([
    [90_000, '1m30s'], [300_000, '5m0s'], [10_000, '10s'], [2_500, '2.5s'], [1_234, '1.234s'], [150, '150ms'], [0, '0s'], [3_600_000, '1h0m0s'],
    [-1_500, '-1.5s'], [0.0015, '1.5µs'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });
  test('printed and read', () => { fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => { expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 3); })); });
  test.each([
    ['', 'time: invalid duration ""'], ['5', 'time: missing unit in duration "5"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'], ['x', 'time: invalid duration "x"'],
  ])('%j', (text, message) =>
    expect(() => parseDuration(text)).toThrow(new TimeError(message)));
});

test.each([
  [-2, '<invalid>'], [-1, '0s'], [0, '0s'], [119, '119s'], [120, '2m'], [330, '5m30s'], [600, '10m'],
  [3 * 3600 - 1, '179m'], [3 * 3600, '3h'], [3 * 3600 + 300, '3h5m'], [8 * 3600 + 300, '8h'], [47 * 3600, '47h'],
  [48 * 3600, '2d'], [51 * 3600, '2d3h'], [8 * 86400 + 3600, '8d'], [400 * 86400, '400d'], [730 * 86400, '2y'], [760 * 86400, '2y30d'], [3000 * 86400, '8y'],
])('an age of %i s is shown as %s', (seconds, text) => expect(humanDuration(seconds * 1_000)).toBe(text));
