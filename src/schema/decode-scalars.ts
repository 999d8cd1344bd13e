import { base64ErrorAt } from '../lib/base64';
import { formatDuration, parseDuration } from '../lib/durations';
import { formatGoNumber, jsonKind } from '../lib/go-format';
import { canonicalQuantity, QuantityError } from '../lib/quantity';
import { formatMicroTime, parseMicroTime, parseTime, TimeError } from '../lib/time';
import { timestamp } from '../lib/timestamp';
import { DecodeError, type DecodeContext } from './decode-context';

/** Turns a value that is not null into what is stored. @throws DecodeError */
export type Decoder = (value: unknown, context: DecodeContext) => unknown;

/** Types that decode themselves upstream speak without the field's name. */
const unnamed = (value: unknown, type: string): DecodeError => {
  const found = jsonKind(value);
  return new DecodeError(`json: cannot unmarshal ${found === 'number' && type === 'int32' ? `number ${formatGoNumber(Number(value))}` : found} into Go value of type ${type}`);
};

const mostRemembered = 1_000;

/** What was read once is remembered: the texts of one object are mostly those of the one before. */
function inWords(decode: (text: string) => string): Decoder {
  const known = new Map<string, string>();
  return (value) => {
    if (typeof value !== 'string') throw unnamed(value, 'string');
    const before = known.get(value);
    if (before !== undefined) return before;
    if (known.size >= mostRemembered) known.clear();
    const decoded = said(() => decode(value));
    known.set(value, decoded);
    return decoded;
  };
}

function said<T>(decode: () => T): T {
  try { return decode(); } catch (error) {
    if (error instanceof TimeError || error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

const time = inWords((text) => timestamp(parseTime(text)));
const microTime = inWords((text) => formatMicroTime(parseMicroTime(text)));
const duration = inWords((text) => formatDuration(parseDuration(text)));

function quantity(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? formatGoNumber(value) : JSON.stringify(value);
  return said(() => canonicalQuantity(text));
}

const isInt32 = (value: number): boolean => (value | 0) === value;

function intOrString(value: unknown): unknown {
  if (typeof value === 'string' || (typeof value === 'number' && isInt32(value))) return value;
  throw unnamed(value, 'int32');
}

const anything: Decoder = (value) => value;

/** Definitions that are no plain structs: they have a JSON form of their own. */
export const specialDecoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['io.k8s.apimachinery.pkg.apis.meta.v1.Time', time], ['io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', microTime], ['io.k8s.apimachinery.pkg.apis.meta.v1.Duration', duration],
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', quantity], ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', intOrString],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', anything], ['io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1', anything],
]);

export const stringDecoder = (type: string): Decoder => (value, context) => {
  if (typeof value !== 'string') throw context.mismatch(value, type, 'string');
  return value;
};
export const booleanDecoder: Decoder = (value, context) => {
  if (typeof value !== 'boolean') throw context.mismatch(value, 'bool', 'bool');
  return value;
};
export const integerDecoder = (type: 'int32' | 'int64'): Decoder => {
  const fits = type === 'int32' ? isInt32 : Number.isInteger;
  return (value, context) => {
    if (typeof value !== 'number' || !fits(value)) throw context.mismatch(value, type, 'number');
    return value;
  };
};
export const numberDecoder: Decoder = (value, context) => {
  if (typeof value !== 'number') throw context.mismatch(value, 'float64', 'number');
  return value;
};
export const bytesDecoder: Decoder = (value, context) => {
  if (typeof value !== 'string') throw context.mismatch(value, '[]uint8', 'slice');
  const wrongAt = base64ErrorAt(value);
  if (wrongAt !== undefined) throw new DecodeError(`illegal base64 data at input byte ${wrongAt}`);
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value;
};
