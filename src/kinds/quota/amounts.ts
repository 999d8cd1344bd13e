import { byText } from '../../lib/json';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, subtractQuantities } from '../../lib/quantity';
import type { Quantity } from '../../schema/types';

/** Amounts by resource name, as quotas, requests and limits hold them. */
export type Amounts = Readonly<Record<string, Quantity>>;

export const nothing: Amounts = {};

/** The sum, resource by resource; the written form is that of `a` where both have one. */
export function added(a: Amounts, b: Amounts): Amounts {
  const sum: Record<string, Quantity> = { ...a };
  for (const name in b) {
    const [left, right] = [a[name], b[name]];
    if (right !== undefined) sum[name] = left === undefined ? right : addQuantities(left, right);
  }
  return sum;
}

/** The larger of both, resource by resource. */
export function larger(a: Amounts, b: Amounts): Amounts {
  const most: Record<string, Quantity> = { ...a };
  for (const name in b) {
    const [left, right] = [a[name], b[name]];
    if (right !== undefined && (left === undefined || compareQuantities(right, left) > 0)) most[name] = right;
  }
  return most;
}

/** What `a` is more than `b`, never less than nothing. */
export function excess(a: Amounts, b: Amounts): Amounts {
  const rest: Record<string, Quantity> = {};
  for (const name in a) {
    const left = a[name] ?? '0';
    const right = b[name];
    rest[name] = right === undefined ? left : compareQuantities(left, right) > 0 ? subtractQuantities(left, right) : '0';
  }
  return rest;
}

/** `amount`, so many times. */
export function times(amounts: Amounts, count: number): Amounts {
  if (count === 1) return amounts;
  const product: Record<string, Quantity> = {};
  for (const name in amounts) {
    const { unscaled, ...rest } = parseQuantity(amounts[name] ?? '0');
    product[name] = formatQuantity({ ...rest, unscaled: unscaled * BigInt(count) });
  }
  return product;
}

/** Only the resources in `names`. */
export function masked(amounts: Amounts, names: ReadonlySet<string> | Amounts): Amounts {
  const has = names instanceof Set ? (name: string) => names.has(name) : (name: string) => Object.hasOwn(names, name);
  const kept: Record<string, Quantity> = {};
  for (const name in amounts) if (has(name)) kept[name] = amounts[name] ?? '0';
  return kept;
}

export const isZero = (quantity: Quantity): boolean => parseQuantity(quantity).unscaled === 0n;

export function withoutZeros(amounts: Amounts): Amounts {
  const kept: Record<string, Quantity> = {};
  for (const name in amounts) if (!isZero(amounts[name] ?? '0')) kept[name] = amounts[name] ?? '0';
  return kept;
}

export const isEmpty = (amounts: Amounts): boolean => { for (const _name in amounts) return false; return true; };

/** The names whose amount in `a` is more than in `limit`; what has no limit is not among them. */
export function exceeding(a: Amounts, limit: Amounts): Set<string> {
  const names = new Set<string>();
  for (const name in a) {
    const most = limit[name];
    if (most !== undefined && compareQuantities(a[name] ?? '0', most) > 0) names.add(name);
  }
  return names;
}

/** `pods=1,requests.cpu=200m`, by name. */
export const formatAmounts = (amounts: Amounts): string => Object.keys(amounts).sort(byText).map((name) => `${name}=${amounts[name]}`).join(',');

/** Whether both hold the same amounts, however written. */
export function sameAmounts(a: Amounts, b: Amounts): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && compareQuantities(a[name] ?? '0', b[name] ?? '0') === 0);
}
