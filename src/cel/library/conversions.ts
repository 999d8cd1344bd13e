import { quoteGo } from '../../lib/go-format';
import { CelRuntimeError } from '../errors';
import { anything, bool, bytes, double, duration, fn, int, list, map, method, str, timestamp, uint, type Overload } from '../overload';
import { durationText, timestampText } from '../time-text';
import { boolType, bytesType, doubleType, durationType, dynType, intType, stringType, timestampType, uintType, type CelType } from '../types';
import { Duration, durationNanos, parseTimestamp, Timestamp, typeName, TypeValue, Uint } from '../values';
import { checkedInt, checkedUint } from './operators';

const conversionError = (text: string, go: string): CelRuntimeError => new CelRuntimeError(`strconv.${go}: parsing ${quoteGo(text)}: invalid syntax`);
const outOfRange = (): CelRuntimeError => new CelRuntimeError('integer overflow');

function intOf(text: string): bigint {
  if (!/^[-+]?\d+$/.test(text)) throw conversionError(text, 'ParseInt');
  return checkedInt(BigInt(text.replace(/^\+/, '')));
}

function uintOf(text: string): Uint {
  if (!/^\d+$/.test(text)) throw conversionError(text, 'ParseUint');
  return checkedUint(BigInt(text));
}

function doubleOf(text: string): number {
  if (!/^[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|inf|infinity|nan)$/i.test(text)) throw conversionError(text, 'ParseFloat');
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /nan/i.test(text) ? NaN : Number(text);
}

function boolOf(text: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw conversionError(text, 'ParseBool');
}

const truncated = (value: number): bigint => {
  if (!Number.isFinite(value)) throw outOfRange();
  return BigInt(Math.trunc(value));
};

function textOf(utf8: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(utf8);
  } catch { throw new CelRuntimeError('invalid UTF-8 in bytes, cannot convert to string'); }
}

const lengthOf = (text: string): bigint => BigInt([...text].length);
const typeV: CelType = { kind: 'parameter', name: 'V' };
const typeK: CelType = { kind: 'parameter', name: 'K' };

const sizes = [
  fn('size', [str], intType, lengthOf), method('size', [str], intType, lengthOf),
  fn('size', [bytes], intType, (value) => BigInt(value.length)), method('size', [bytes], intType, (value) => BigInt(value.length)),
  fn('size', [list(typeV)], intType, (value) => BigInt(value.length)), method('size', [list(typeV)], intType, (value) => BigInt(value.length)),
  fn('size', [map(typeK, typeV)], intType, (value) => BigInt(value.size)), method('size', [map(typeK, typeV)], intType, (value) => BigInt(value.size)),
];

/** From one type to another, `type` and `size`. */
export const conversions: readonly Overload[] = [
  fn('int', [int], intType, (value) => value),
  fn('int', [uint], intType, (value) => checkedInt(value.value)),
  fn('int', [double], intType, (value) => checkedInt(truncated(value))),
  fn('int', [str], intType, intOf),
  fn('int', [timestamp], intType, (value) => value.nanos / 1_000_000_000n),
  fn('int', [duration], intType, (value) => value.nanos),
  fn('uint', [uint], uintType, (value) => value),
  fn('uint', [int], uintType, checkedUint),
  fn('uint', [double], uintType, (value) => checkedUint(truncated(value))),
  fn('uint', [str], uintType, uintOf),
  fn('double', [double], doubleType, (value) => value),
  fn('double', [int], doubleType, Number),
  fn('double', [uint], doubleType, (value) => Number(value.value)),
  fn('double', [str], doubleType, doubleOf),
  fn('bool', [bool], boolType, (value) => value),
  fn('bool', [str], boolType, boolOf),
  fn('string', [str], stringType, (value) => value),
  fn('string', [bool], stringType, String),
  fn('string', [int], stringType, String),
  fn('string', [uint], stringType, (value) => String(value.value)),
  fn('string', [double], stringType, String),
  fn('string', [bytes], stringType, textOf),
  fn('string', [timestamp], stringType, (value) => timestampText(value.nanos)),
  fn('string', [duration], stringType, (value) => durationText(value.nanos)),
  fn('bytes', [bytes], bytesType, (value) => value),
  fn('bytes', [str], bytesType, (value) => new TextEncoder().encode(value)),
  fn('timestamp', [timestamp], timestampType, (value) => value),
  fn('timestamp', [str], timestampType, (value) => new Timestamp(parseTimestamp(value))),
  fn('timestamp', [int], timestampType, (value) => new Timestamp(value * 1_000_000_000n)),
  fn('duration', [duration], durationType, (value) => value),
  fn('duration', [str], durationType, (value) => new Duration(durationNanos(value))),
  fn('duration', [int], durationType, (value) => new Duration(value)),
  fn('type', [anything], { kind: 'type', of: dynType }, (value) => new TypeValue(typeName(value))),
  ...sizes,
];
