import { invalidValue, notSupported, required, type FieldError } from '../api/status';
import { percentOf } from '../lib/int-or-string';
import { semanticallyEqual } from '../lib/equality';
import { inRange, isValidPortName, isValidPortNumber, type NameCheck } from '../lib/names';
import type { IntOrString } from '../schema/types';

/** What is wrong with one part of an object; `at` is its field path. */
export type Errors = Iterable<FieldError>;

/** A text checked by a name check: one error for each thing wrong. */
export function* named(check: NameCheck, at: string, text: string): Errors {
  for (const message of check(text)) yield invalidValue(at, text, message);
}

/** A text that must be there and pass the check. */
export function* requiredName(check: NameCheck, at: string, text: string | undefined): Errors {
  if (text) yield* named(check, at, text);
  else yield required(at);
}

const isNegative = 'must be greater than or equal to 0';
export function* nonNegative(at: string, value: number | undefined): Errors {
  if (value !== undefined && value < 0) yield invalidValue(at, value, isNegative);
}

export function* within(at: string, value: number | undefined, least: number, most: number): Errors {
  if (value === undefined) return;
  for (const message of inRange(value, least, most)) yield invalidValue(at, value, message);
}

/** One of a few words; a missing one is asked for. `supported` in the order that the error lists them. */
export function* oneOf(at: string, value: string | undefined, supported: readonly string[]): Errors {
  if (!value) yield required(at);
  else yield* oneOfIfSet(at, value, supported);
}

export function* oneOfIfSet(at: string, value: string | undefined, supported: readonly string[]): Errors {
  if (value !== undefined && !supported.includes(value)) yield notSupported(at, value, supported);
}

/** A port by number, or by the name of a container's port. */
export function* portRules(at: string, port: IntOrString | undefined): Errors {
  const value = port ?? 0;
  for (const message of typeof value === 'number' ? isValidPortNumber(value) : isValidPortName(value)) yield invalidValue(at, value, message);
}

export const notFound = (at: string, value: string): FieldError => ({ type: 'Not found', field: at, value, detail: '' });

/** A path that stays below where it starts. */
export function* descendingPath(at: string, path: string): Errors {
  if (path.startsWith('/')) yield invalidValue(at, path, 'must be a relative path');
  yield* noBacksteps(at, path);
}

export function* noBacksteps(at: string, path: string): Errors {
  if (path.split('/').includes('..')) yield invalidValue(at, path, "must not contain '..'");
}

/** A count or a percentage. */
export function* countOrPercent(at: string, value: IntOrString, check: NameCheck): Errors {
  if (typeof value === 'number') yield* nonNegative(at, value);
  else yield* named(check, at, value);
}

export function* atMost100Percent(at: string, value: IntOrString): Errors {
  if ((percentOf(value) ?? 0) > 100) yield invalidValue(at, value, 'must not be greater than 100%');
}

/** What stays as it was made; `shown` where the error shows another form of the value. */
export function* immutable(at: string, value: unknown, before: unknown, shown: unknown = value ?? null): Errors {
  if (!semanticallyEqual(value, before)) yield invalidValue(at, shown, 'field is immutable');
}
