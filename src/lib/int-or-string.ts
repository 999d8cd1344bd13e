export type IntOrString = number | string;

/** A text that is no whole number and no percentage. */
export class IntOrStringError extends Error {
  override readonly name = 'IntOrStringError';
}

const percentage = /^(-?\d+)%$/;

/** The percent of `25%`; undefined for anything else. */
export function percentOf(value: IntOrString): number | undefined {
  const [, digits] = typeof value === 'string' ? (percentage.exec(value) ?? []) : [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * A number, or a percentage of `total` rounded as asked: rolling updates round surge up and unavailability down.
 * @throws IntOrStringError in upstream's words.
 */
export function scaledValue(value: IntOrString, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = percentOf(value);
  if (percent === undefined) {
    const why = value.endsWith('%') ? `strconv.Atoi: parsing ${JSON.stringify(value.slice(0, -1))}: invalid syntax` : 'invalid type: string is not a percentage';
    throw new IntOrStringError(`invalid value for IntOrString: ${value.endsWith('%') ? `invalid value ${JSON.stringify(value)}: ${why}` : why}`);
  }
  const exact = percent * total;
  return rounding === 'up' ? Math.ceil(exact / 100) : Math.floor(exact / 100);
}
