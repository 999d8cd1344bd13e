import { add, compare, formatQuantity, parseQuantity, QuantityError, tryParseQuantity, type Quantity } from '../../lib/quantity';
import { CelRuntimeError } from '../errors';
import { fn, int, method, own, str, type Overload } from '../overload';
import { boolType, doubleType, intType, opaque, stringType } from '../types';
import { Opaque } from '../values';

export class CelQuantity extends Opaque {
  readonly typeName = 'kubernetes.Quantity';
  constructor(readonly quantity: Quantity) { super(); }
  equals(other: Opaque): boolean { return other instanceof CelQuantity && compare(this.quantity, other.quantity) === 0; }
}

const quantityType = opaque('kubernetes.Quantity');
const quantity = own('kubernetes.Quantity', CelQuantity);

function parse(text: string): CelQuantity {
  try {
    return new CelQuantity(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new CelRuntimeError(error.message);
    throw error;
  }
}

const whole = (value: bigint): Quantity => ({ unscaled: value, scale: 0, format: 'DecimalSI' });
const negated = ({ unscaled, ...rest }: Quantity): Quantity => ({ ...rest, unscaled: -unscaled });
const sum = (a: CelQuantity, b: Quantity): CelQuantity => new CelQuantity(add(a.quantity, b));

/** The value when it is a whole number of 64 bits. */
function integer({ quantity: { unscaled, scale } }: CelQuantity): bigint | undefined {
  if (Math.abs(scale) > 40) return unscaled === 0n ? 0n : undefined;
  const unit = 10n ** BigInt(Math.abs(scale));
  if (scale < 0 && unscaled % unit !== 0n) return undefined;
  const value = scale < 0 ? unscaled / unit : unscaled * unit;
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function requiredInteger(value: CelQuantity): bigint {
  const found = integer(value);
  if (found === undefined) throw new CelRuntimeError('cannot convert value to integer');
  return found;
}

const approximate = ({ quantity: { unscaled, scale } }: CelQuantity): number => Number(`${unscaled}e${scale}`);

export const quantities: readonly Overload[] = [
  fn('quantity', [str], quantityType, parse),
  fn('isQuantity', [str], boolType, (text) => tryParseQuantity(text) !== undefined),
  method('sign', [quantity], intType, ({ quantity: { unscaled } }) => (unscaled > 0n ? 1n : unscaled < 0n ? -1n : 0n)),
  method('isInteger', [quantity], boolType, (value) => integer(value) !== undefined),
  method('asInteger', [quantity], intType, requiredInteger),
  method('asApproximateFloat', [quantity], doubleType, approximate),
  method('add', [quantity, quantity], quantityType, (a, b) => sum(a, b.quantity)),
  method('add', [quantity, int], quantityType, (a, b) => sum(a, whole(b))),
  method('sub', [quantity, quantity], quantityType, (a, b) => sum(a, negated(b.quantity))),
  method('sub', [quantity, int], quantityType, (a, b) => sum(a, whole(-b))),
  method('isLessThan', [quantity, quantity], boolType, (a, b) => compare(a.quantity, b.quantity) < 0),
  method('isGreaterThan', [quantity, quantity], boolType, (a, b) => compare(a.quantity, b.quantity) > 0),
  method('compareTo', [quantity, quantity], intType, (a, b) => BigInt(Math.sign(compare(a.quantity, b.quantity)))),
  fn('string', [quantity], stringType, (value) => formatQuantity(value.quantity)),
];
