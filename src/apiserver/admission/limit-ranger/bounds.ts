import { containerAmounts } from '../../../kinds/quota/pod-amounts';
import { byText } from '../../../lib/json';
import { compareQuantities, parseQuantity, scaled } from '../../../lib/quantity';
import type { LimitRange, LimitRangeItem, PersistentVolumeClaim, PodSpec, Quantity } from '../../../schema/types';

type Amounts = Readonly<Record<string, Quantity>>;
/** What is measured against a LimitRange's item: a container's, a pod's or a claim's requests and limits. */
type Measured = { readonly requests?: Amounts | undefined; readonly limits?: Amounts | undefined };

/** What a pod has too little or too much of, in upstream's words and order. */
export function* podProblems(spec: PodSpec, { spec: range }: LimitRange): Generator<string> {
  for (const item of range?.limits ?? []) {
    if (item.type === 'Container') for (const { resources = {} } of [...spec.containers, ...(spec.initContainers ?? [])]) yield* problems(item, resources);
    if (item.type === 'Pod') yield* problems(item, { requests: containerAmounts(spec, 'requests'), limits: containerAmounts(spec, 'limits') });
  }
}

/** The same of a claim, whose requests alone count. */
export function* claimProblems({ spec: { resources } }: PersistentVolumeClaim, { spec: range }: LimitRange): Generator<string> {
  const requests = resources?.requests ?? {};
  for (const { type, min = {}, max = {} } of range?.limits ?? []) {
    if (type !== 'PersistentVolumeClaim') continue;
    for (const name of names(min)) yield* claimProblem(requests[name], min[name] ?? '0', `minimum ${name} usage per ${type} is`, -1);
    for (const name of names(max)) yield* claimProblem(requests[name], max[name] ?? '0', `maximum ${name} usage per ${type} is`, 1);
  }
}

function* claimProblem(request: Quantity | undefined, bound: Quantity, rule: string, wrong: -1 | 1): Generator<string> {
  if (request === undefined) yield `${rule} ${bound}.  No request is specified`;
  else if (Math.sign(compareQuantities(request, bound)) === wrong) yield `${rule} ${bound}, but request is ${request}`;
}

const names = (amounts: Amounts): string[] => Object.keys(amounts).sort(byText);

function* problems({ type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitRangeItem, { requests = {}, limits = {} }: Measured): Generator<string> {
  for (const name of names(min)) yield* minimumProblem(`minimum ${name} usage per ${type} is`, min[name] ?? '0', requests[name], limits[name]);
  for (const name of names(max)) yield* maximumProblem(`maximum ${name} usage per ${type} is`, max[name] ?? '0', requests[name], limits[name]);
  for (const name of names(maxLimitRequestRatio))
    yield* ratioProblem(`${name} max limit to request ratio per ${type} is`, maxLimitRequestRatio[name] ?? '0', requests[name], limits[name]);
}

function* minimumProblem(rule: string, least: Quantity, request: Quantity | undefined, limit: Quantity | undefined): Generator<string> {
  if (request === undefined) yield `${rule} ${least}.  No request is specified`;
  else if (compareQuantities(request, least) < 0) yield `${rule} ${least}, but request is ${request}`;
  else if (limit !== undefined && compareQuantities(limit, least) < 0) yield `${rule} ${least}, but limit is ${limit}`;
}

function* maximumProblem(rule: string, most: Quantity, request: Quantity | undefined, limit: Quantity | undefined): Generator<string> {
  if (limit === undefined) yield `${rule} ${most}.  No limit is specified`;
  else if (compareQuantities(limit, most) > 0) yield `${rule} ${most}, but limit is ${limit}`;
  else if (request !== undefined && compareQuantities(request, most) > 0) yield `${rule} ${most}, but request is ${request}`;
}

function* ratioProblem(rule: string, most: Quantity, request: Quantity | undefined, limit: Quantity | undefined): Generator<string> {
  const milli = (quantity: Quantity | undefined): number => (quantity === undefined ? 0 : scaled(parseQuantity(quantity), -3));
  const [asked, allowed] = [milli(request), milli(limit)];
  if (asked === 0) yield `${rule} ${most}, but no request is specified or request is 0`;
  else if (allowed === 0) yield `${rule} ${most}, but no limit is specified or limit is 0`;
  else if ((allowed / asked) * 1_000 > milli(most)) yield `${rule} ${most}, but provided ratio is ${(allowed / asked).toFixed(6)}`;
}
