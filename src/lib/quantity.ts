/** How a quantity was written, which decides how it is printed: `1Gi` is BinarySI, `1e3` DecimalExponent, all else DecimalSI. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** `unscaled` x 10^`scale`, exactly. */
export type Quantity = { readonly unscaled: bigint; readonly scale: number; readonly format: QuantityFormat };

/** Text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixWrong = "unable to parse quantity's suffix";

const decimalSuffixes = new Map([['n', -9], ['u', -6], ['m', -3], ['', 0], ['k', 3], ['M', 6], ['G', 9], ['T', 12], ['P', 15], ['E', 18]]);
const binarySuffixes = new Map([['Ki', 10], ['Mi', 20], ['Gi', 30], ['Ti', 40], ['Pi', 50], ['Ei', 60]]);
const reversed = (suffixes: ReadonlyMap<string, number>) => new Map([...suffixes].map(([suffix, exponent]) => [exponent, suffix]));
const decimalSuffixOf = reversed(decimalSuffixes);
const binarySuffixOf = reversed(binarySuffixes);

const nanoScale = -9;
const mostBinary = 2n ** 63n - 1n;
const mostFastDigits = 18;
const mostExponent = 2 ** 31;

type Parsed = { readonly quantity: Quantity; readonly text: string };

/**
 * Reads a quantity as upstream's `ParseQuantity`: what is finer than a billionth is rounded away from zero.
 * @throws QuantityError in upstream's words.
 */
export const parseQuantity = (text: string): Quantity => parsed(text).quantity;

/** The text the API server would store for what a client wrote: `1000m` is `1`, `0.5` is `500m`, `1024Mi` is `1Gi`. @throws QuantityError */
export const canonicalQuantity = (text: string): string => parsed(text).text;

/** Undefined for text that is no quantity. */
export function tryParseQuantity(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

/** Few texts occur in a cluster, each many thousand times. */
const cacheLimit = 20_000;
const known = new Map<string, Parsed>();
const knownMilli = new Map<string, number>();
const knownValue = new Map<string, number>();

function remember<V>(cache: Map<string, V>, text: string, value: V): V {
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(text, value);
  return value;
}

const parsed = (text: string): Parsed => known.get(text) ?? remember(known, text, parse(text));

/** In thousandths, rounded away from zero: what the scheduler sums for cpu. @throws QuantityError */
export const milliValue = (text: string): number => knownMilli.get(text) ?? remember(knownMilli, text, scaled(parseQuantity(text), -3));

/** In whole units (bytes, pieces), rounded away from zero. @throws QuantityError */
export const value = (text: string): number => knownValue.get(text) ?? remember(knownValue, text, scaled(parseQuantity(text), 0));

/** The quantity in units of 10^`scale`, rounded away from zero. */
export function scaled({ unscaled, scale }: Quantity, to: number): number {
  if (scale >= to) return Number(unscaled) * 10 ** (scale - to);
  return Number(divideAway(unscaled, 10n ** BigInt(to - scale)));
}

const divideAway = (value: bigint, divisor: bigint): bigint => {
  const rest = value % divisor;
  const whole = value / divisor;
  return rest === 0n ? whole : value > 0n ? whole + 1n : whole - 1n;
};

function parse(text: string): Parsed {
  if (text === '') throw new QuantityError(formatWrong);
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (!match) throw new QuantityError(formatWrong);
  const [, sign = '', digits = '', fraction = '', suffix = ''] = match;
  const negative = sign === '-';
  const { exponent, format } = interpret(suffix);
  const number = digits.replace(/^0+/, '') || '0';
  const magnitude = BigInt(number + fraction);
  const whole = format === 'BinarySI' ? magnitude * 2n ** BigInt(exponent) : magnitude;
  const scale = (format === 'BinarySI' ? 0 : exponent) - fraction.length;
  const quantity = bounded({ unscaled: negative ? -whole : whole, scale, format });
  return { quantity, text: keepsText(number, fraction, exponent, format, scale) ? text : formatQuantity(quantity) };
}

function interpret(suffix: string): { readonly exponent: number; readonly format: QuantityFormat } {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { exponent: decimal, format: 'DecimalSI' };
  const binary = binarySuffixes.get(suffix);
  if (binary !== undefined) return { exponent: binary, format: 'BinarySI' };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) throw new QuantityError(suffixWrong);
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) >= mostExponent) throw new QuantityError(suffixWrong);
  return { exponent, format: 'DecimalExponent' };
}

/** Upstream keeps a text that looks canonical at a glance instead of printing it anew; `1.500` stays, `1.5` becomes `1500m`. */
function keepsText(number: string, fraction: string, exponent: number, format: QuantityFormat, scale: number): boolean {
  const shifted = number + fraction;
  if (format === 'BinarySI') {
    const room = 15 - number.length - Math.trunc((exponent * 3) / 10) - 1;
    return fraction === '' && room >= 0 && Number(number) % 8 !== 0;
  }
  return shifted.length <= mostFastDigits && scale >= nanoScale && scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0');
}

function bounded(quantity: Quantity): Quantity {
  const { scale, format } = quantity;
  const tooFine = scale < nanoScale;
  const unscaled = tooFine ? roundToNano(quantity) : quantity.unscaled;
  const rounded = { unscaled, scale: tooFine ? nanoScale : scale, format };
  if (format !== 'BinarySI') return rounded;
  const unit = 10n ** BigInt(-rounded.scale);
  const magnitude = unscaled < 0n ? -unscaled : unscaled;
  if (magnitude > mostBinary * unit) return { unscaled: unscaled < 0n ? -mostBinary : mostBinary, scale: 0, format };
  return magnitude > 0n && magnitude < unit ? { ...rounded, format: 'DecimalSI' } : rounded;
}

/** Something, however little, is at least a billionth. */
function roundToNano({ unscaled, scale }: Quantity): bigint {
  if (unscaled === 0n) return 0n;
  const digits = nanoScale - scale;
  if (digits > unscaled.toString().length) return unscaled > 0n ? 1n : -1n;
  return divideAway(unscaled, 10n ** BigInt(digits));
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  const { unscaled, scale, format } = quantity;
  if (unscaled === 0n) return '0';
  if (format === 'BinarySI') {
    const whole = wholeValue(quantity);
    if (whole !== undefined && (whole <= -1024n || whole >= 1024n)) return formatBinary(whole);
  }
  return formatDecimal(unscaled, scale, format === 'DecimalExponent');
}

const wholeValue = ({ unscaled, scale }: Quantity): bigint | undefined => {
  if (scale >= 0) return unscaled * 10n ** BigInt(scale);
  const unit = 10n ** BigInt(-scale);
  return unscaled % unit === 0n ? unscaled / unit : undefined;
};

function formatBinary(whole: bigint): string {
  let amount = whole;
  let exponent = 0;
  while (exponent < 60 && amount % 1024n === 0n) {
    amount /= 1024n;
    exponent += 10;
  }
  return `${amount}${exponent === 0 ? '' : (binarySuffixOf.get(exponent) ?? '')}`;
}

function formatDecimal(unscaled: bigint, scale: number, asExponent: boolean): string {
  let amount = unscaled;
  let exponent = scale;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent++;
  }
  const extra = ((exponent % 3) + 3) % 3;
  amount *= 10n ** BigInt(extra);
  exponent -= extra;
  const suffix = asExponent ? undefined : decimalSuffixOf.get(exponent);
  return `${amount}${suffix ?? (exponent === 0 ? '' : `e${exponent}`)}`;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. @throws QuantityError */
export function compareQuantities(a: string, b: string): number {
  if (a === b) return 0;
  return compare(parseQuantity(a), parseQuantity(b));
}

export function compare(a: Quantity, b: Quantity): number {
  const signs = sign(a.unscaled) - sign(b.unscaled);
  if (signs !== 0 || a.unscaled === 0n) return signs;
  // Digits before the point decide first: aligning 1e999999999 with 1 would fill the memory.
  const digits = (q: Quantity) => (q.unscaled < 0n ? -q.unscaled : q.unscaled).toString().length + q.scale;
  const longer = digits(a) - digits(b);
  if (longer !== 0) return sign(a.unscaled) * longer;
  const scale = Math.min(a.scale, b.scale);
  return sign(atScale(a, scale) - atScale(b, scale));
}

const sign = (value: bigint): number => (value > 0n ? 1 : value < 0n ? -1 : 0);
const atScale = ({ unscaled, scale }: Quantity, to: number): bigint => unscaled * 10n ** BigInt(scale - to);

/** The canonical sum; it is printed as `a` is, or as `b` when `a` is nothing. @throws QuantityError */
export const addQuantities = (a: string, b: string): string => formatQuantity(add(parseQuantity(a), parseQuantity(b)));
/** The canonical difference, printed likewise. @throws QuantityError */
export const subtractQuantities = (a: string, b: string): string => {
  const { unscaled, ...rest } = parseQuantity(b);
  return formatQuantity(add(parseQuantity(a), { ...rest, unscaled: -unscaled }));
};

export function add(a: Quantity, b: Quantity): Quantity {
  const format = a.unscaled === 0n ? b.format : a.format;
  if (Math.abs(a.scale - b.scale) > mostDigits) return { ...(compare(a, b) > 0 ? a : b), format };
  const scale = Math.min(a.scale, b.scale);
  return { unscaled: atScale(a, scale) + atScale(b, scale), scale, format };
}

/** Numbers further apart are not added digit by digit: the smaller is lost, as no memory could hold the sum. */
const mostDigits = 10_000;

/** The text for whole thousandths, e.g. of a cpu: 1500 is `1500m`. */
export const milliQuantity = (milli: number): string => formatQuantity({ unscaled: BigInt(Math.trunc(milli)), scale: -3, format: 'DecimalSI' });
/** The text for bytes (`1Gi`), or with DecimalSI for pieces (`110`). */
export const wholeQuantity = (whole: number, format: QuantityFormat = 'BinarySI'): string => formatQuantity({ unscaled: BigInt(Math.trunc(whole)), scale: 0, format });
