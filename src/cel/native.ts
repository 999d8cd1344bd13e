import { CelMap, display, Duration, isListValue, JsonMap, Optional, Timestamp, Uint, type Value } from './values';
import { durationText, timestampText } from './time-text';

/** A value as plain JSON: int and uint as numbers, times as text, maps as objects; undefined for an absent optional. */
export function toNative(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof JsonMap) return value.raw;
  if (value instanceof Optional) return value.value === undefined ? undefined : toNative(value.value);
  if (value instanceof Duration) return durationText(value.nanos);
  if (value instanceof Timestamp) return timestampText(value.nanos);
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (isListValue(value)) return value.map(toNative);
  if (!(value instanceof CelMap)) return value;
  return Object.fromEntries(value.keys().flatMap((key) => {
    const found = value.get(key);
    return found === undefined ? [] : [[display(key), toNative(found)]];
  }));
}
