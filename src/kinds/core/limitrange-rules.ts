import { duplicate, forbiddenField, invalidValue, required } from '../../api/status';
import { isQualifiedName } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type { LimitRange, LimitRangeItem, Quantity } from '../../schema/types';
import { named, type Errors } from '../rule-parts';
import { quantityRules, resourceNameRules } from './resource-rules';

const types: ReadonlySet<string> = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Amounts = Partial<Record<(typeof lists)[number], Quantity>>;

export function* limitRangeRules({ spec }: LimitRange): Errors {
  const seen = new Set<string>();
  for (const [i, item] of (spec?.limits ?? []).entries()) {
    const at = `spec.limits[${i}]`;
    yield* typeRules(item.type, `${at}.type`);
    if (seen.has(item.type)) yield duplicate(`${at}.type`, item.type);
    seen.add(item.type);
    yield* itemRules(item, at);
  }
}

function* typeRules(type: string, at: string): Errors {
  yield* named(isQualifiedName, at, type);
  if (type && !type.includes('/') && !types.has(type)) yield invalidValue(at, type, 'must be a standard limit type or fully qualified');
}

function* itemRules(item: LimitRangeItem, at: string): Errors {
  if (item.type === 'Pod') {
    for (const key of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[key] ?? {}).length > 0) yield forbiddenField(`${at}.${key}`, "may not be specified when `type` is 'Pod'");
  }
  if (item.type === 'PersistentVolumeClaim' && item.min?.['storage'] === undefined && item.max?.['storage'] === undefined)
    yield required(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided');
  const names = new Set(lists.flatMap((key) => Object.keys(item[key] ?? {})));
  for (const key of lists) {
    for (const [name, quantity] of Object.entries(item[key] ?? {})) {
      yield* resourceNameRules(name, `${at}.${key}[${name}]`);
      yield* quantityRules(name, quantity, `${at}.${key}[${name}]`);
    }
  }
  for (const name of names) {
    const amounts: Amounts = Object.fromEntries(
      lists.flatMap((key) => {
        const quantity = item[key]?.[name];
        return quantity === undefined ? [] : [[key, quantity]];
      }),
    );
    yield* orderRules(name, amounts, at);
  }
}

/** Minimum, default request, default limit and maximum of a resource, in this order; each pair that is in the wrong one. */
function* orderRules(name: string, { min, max, default: limit, defaultRequest: request, maxLimitRequestRatio: ratio }: Amounts, at: string): Errors {
  const exceeds = (a: Quantity | undefined, b: Quantity | undefined): boolean => a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const wrong = (key: string, shown: Quantity | undefined, detail: string) => invalidValue(`${at}.${key}[${name}]`, shown, detail);
  if (exceeds(min, max)) yield wrong('min', min, `min value ${min} is greater than max value ${max}`);
  if (exceeds(min, request)) yield wrong('defaultRequest', request, `min value ${min} is greater than default request value ${request}`);
  if (exceeds(request, max)) yield wrong('defaultRequest', request, `default request value ${request} is greater than max value ${max}`);
  if (exceeds(request, limit)) yield wrong('defaultRequest', request, `default request value ${request} is greater than default limit value ${limit}`);
  if (exceeds(min, limit)) yield wrong('default', min, `min value ${min} is greater than default value ${limit}`);
  if (exceeds(limit, max)) yield wrong('default', max, `default value ${limit} is greater than max value ${max}`);
  if (ratio !== undefined && compareQuantities(ratio, '1') < 0) yield wrong('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`);
}
