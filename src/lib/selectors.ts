import { isQualifiedName, isValidLabelValue } from './names';

export type Labels = Readonly<Record<string, string>>;
/** metav1.LabelSelector; a client may have left out anything. */
export type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
};

export type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';
export type Requirement = { readonly key: string; readonly operator: Operator; readonly values: readonly string[] };

/** A selector that cannot be read; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** A selector ready for use. All requirements must hold; none means everything. */
export class Selector {
  readonly requirements: readonly Requirement[];
  readonly #tests: readonly ((labels: Labels) => boolean)[];
  readonly #nothing: boolean;

  constructor(requirements: readonly Requirement[], nothing = false) {
    this.requirements = [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.#tests = this.requirements.map(test);
    this.#nothing = nothing;
  }

  get isEverything(): boolean { return this.#tests.length === 0 && !this.#nothing; }

  matches(labels: Labels | undefined): boolean {
    if (this.#nothing) return false;
    const present = labels ?? noLabels;
    for (const holds of this.#tests) if (!holds(present)) return false;
    return true;
  }

  /** One label and value that everything selected must have: lets an index answer instead of a scan. */
  get exact(): { readonly key: string; readonly value: string } | undefined {
    for (const { key, operator, values } of this.requirements) {
      const [value] = values;
      if ((operator === '=' || operator === '==' || operator === 'in') && values.length === 1 && value !== undefined) return { key, value };
    }
    return undefined;
  }

  /** As kubectl shows it: `app=web,tier in (a,b)`. */
  toString(): string { return this.requirements.map(print).join(','); }
}

const noLabels: Labels = Object.freeze({});
export const everything = new Selector([]);
export const nothing = new Selector([], true);

const has = (labels: Labels, key: string): boolean => Object.hasOwn(labels, key);

/** Each requirement becomes one small closure: selectors are asked far more often than they are made. */
function test({ key, operator, values }: Requirement): (labels: Labels) => boolean {
  const [only = ''] = values;
  switch (operator) {
    case 'exists': return (labels) => has(labels, key);
    case '!': return (labels) => !has(labels, key);
    case '=': case '==': return (labels) => labels[key] === only && has(labels, key);
    case '!=': return (labels) => labels[key] !== only || !has(labels, key);
    case 'in': return values.length === 1 ? test({ key, operator: '=', values }) : (labels) => has(labels, key) && values.includes(labels[key] ?? '');
    case 'notin': return (labels) => !has(labels, key) || !values.includes(labels[key] ?? '');
    case 'gt': return (labels) => compareWhole(labels[key], only, (a, b) => a > b);
    case 'lt': return (labels) => compareWhole(labels[key], only, (a, b) => a < b);
  }
}

const wholeNumber = /^[+-]?[0-9]+$/;
const compareWhole = (a: string | undefined, b: string, holds: (a: bigint, b: bigint) => boolean): boolean =>
  a !== undefined && wholeNumber.test(a) && wholeNumber.test(b) && holds(BigInt(a.replace('+', '')), BigInt(b.replace('+', '')));

const signs: Readonly<Record<Operator, string>> = { in: ' in ', notin: ' notin ', '=': '=', '==': '==', '!=': '!=', exists: '', '!': '', gt: '>', lt: '<' };
function print({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  const list = values.length > 1 ? values.toSorted().join(',') : (values[0] ?? '');
  return `${key}${signs[operator]}${operator === 'in' || operator === 'notin' ? `(${list})` : list}`;
}

const bySelector = new WeakMap<LabelSelector, Selector>();
const bySet = new WeakMap<Labels, Selector>();

/**
 * The selector of an object's LabelSelector, compiled once per object. Absent selects nothing, empty everything.
 * @throws SelectorError for an unknown operator or invalid requirement.
 */
export function selectorOf(selector: LabelSelector | undefined): Selector {
  if (!selector) return nothing;
  const known = bySelector.get(selector);
  if (known) return known;
  const { matchLabels = noLabels, matchExpressions = [] } = selector;
  const made = new Selector([
    ...Object.entries(matchLabels).map(([key, value]) => requirement(key, '=', [value])),
    ...matchExpressions.map(({ key, operator, values = [] }) => requirement(key, expressionOperator(operator), values)),
  ]);
  bySelector.set(selector, made);
  return made;
}

const expressionOperators: ReadonlyMap<string, Operator> = new Map([['In', 'in'], ['NotIn', 'notin'], ['Exists', 'exists'], ['DoesNotExist', '!']]);
function expressionOperator(operator: string): Operator {
  const known = expressionOperators.get(operator);
  if (!known) throw new SelectorError(`${JSON.stringify(operator)} is not a valid label selector operator`);
  return known;
}

/** The selector of a plain map, as a Service or ReplicationController has. Absent and empty select everything, as in upstream: callers that mean nothing must ask first. */
export function selectorOfSet(set: Labels | undefined): Selector {
  if (!set) return everything;
  const known = bySet.get(set);
  if (known) return known;
  const made = new Selector(Object.entries(set).map(([key, value]) => ({ key, operator: '=', values: [value] })));
  bySet.set(set, made);
  return made;
}

export const matches = (selector: LabelSelector | undefined, labels: Labels | undefined): boolean => selectorOf(selector).matches(labels);

/** As kubectl's columns show a LabelSelector: `<none>` when it selects nothing or everything, `<error>` when it is invalid. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  try {
    return selectorOf(selector).toString() || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

const invalid = (field: string, value: unknown, why: string): string => `${field}: Invalid value: ${JSON.stringify(value)}: ${why}`;

/** A requirement that has been checked. @throws SelectorError with all that is wrong. */
export function requirement(key: string, operator: Operator, values: readonly string[]): Requirement {
  const errors: string[] = [];
  const keyErrors = isQualifiedName(key);
  if (keyErrors.length > 0) errors.push(invalid('key', key, keyErrors.join('; ')));
  const wrongCount = countRules[operator](values.length);
  if (wrongCount) errors.push(invalid('values', values, wrongCount));
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, at) => {
      if (!wholeNumber.test(value)) errors.push(invalid(`values[${at}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    });
  }
  values.forEach((value, at) => {
    const valueErrors = isValidLabelValue(value);
    if (valueErrors.length > 0) errors.push(invalid(`values[${at}][${key}]`, value, valueErrors.join('; ')));
  });
  if (errors.length > 0) throw new SelectorError(errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`);
  return { key, operator, values };
}

const when = (wrong: (count: number) => boolean, message: string) => (count: number): string | undefined => (wrong(count) ? message : undefined);
const someValues = when((count) => count === 0, "for 'in', 'notin' operators, values set can't be empty");
const oneValue = when((count) => count !== 1, 'exact-match compatibility requires one single value');
const noValues = when((count) => count !== 0, 'values set must be empty for exists and does not exist');
const oneNumber = when((count) => count !== 1, "for 'Gt', 'Lt' operators, exactly one value is required");
const countRules: Readonly<Record<Operator, (count: number) => string | undefined>> = {
  in: someValues, notin: someValues, '=': oneValue, '==': oneValue, '!=': oneValue, exists: noValues, '!': noValues, gt: oneNumber, lt: oneNumber,
};
