import { parse } from '../../cel/parser';
import type { Comprehension, Expression } from '../../cel/syntax';
import { childOf, isIntOrString, itemsOf, propertyOf, valuesOf, type JsonSchema } from './schema';

/** The most bytes a request may have: what a schema does not bound is bounded by it. */
const maxRequestBytes = 3 * 1024 * 1024;
const traversalFactor = 0.1;
const patternFactor = 0.25;

/** What an expression may cost at the most, what its value may hold, and where in the schema the value is. */
type Estimate = { readonly cost: number; readonly size: number; readonly schema: JsonSchema | undefined };
type Variables = ReadonlyMap<string, Estimate>;

const unknownSize = maxRequestBytes;
const scalar = (cost: number): Estimate => ({ cost, size: 1, schema: undefined });

/** The most that one evaluation of a rule may cost, estimated from the bounds in the schema as upstream does; units are upstream's. */
export function estimatedCost(source: string, schema: JsonSchema): number {
  const self: Estimate = { cost: 1, size: sizeOf(schema), schema };
  return estimate(parse(source), new Map([['self', self], ['oldSelf', self]])).cost;
}

/** How many values of a schema fit into one request: how often a rule on it may run where nothing around it is bounded. */
export const maxCardinality = (schema: JsonSchema): number => Math.floor(maxRequestBytes / (minimalBytes(schema) + 1));

/** The fewest bytes a value takes as JSON. */
function minimalBytes(schema: JsonSchema): number {
  if (isIntOrString(schema)) return 1;
  switch (schema.type) {
    case 'string': return schema.enum?.length ? Math.min(...schema.enum.map((each) => JSON.stringify(each).length)) : minimalTexts[schema.format ?? ''] ?? 2;
    case 'object': return 2 + (schema.required ?? []).reduce((sum, name) => sum + name.length + 4 + minimalBytes(propertyOf(schema, name) ?? { type: 'integer' }), 0);
    case 'array': return 2;
    case 'boolean': return 4;
    default: return 1;
  }
}
const minimalTexts: Readonly<Record<string, number>> = { duration: 4, date: 12, 'date-time': 22 };
const maximalTexts: Readonly<Record<string, number>> = { duration: 32, date: 12, 'date-time': 25 };

/** How many characters, items or entries a value may have. */
function sizeOf(schema: JsonSchema | undefined): number {
  if (!schema || isIntOrString(schema)) return unknownSize;
  switch (schema.type) {
    case 'string':
      if (schema.maxLength !== undefined) return schema.maxLength * 4;
      if (schema.enum?.length) return Math.max(...schema.enum.map((each) => String(each).length));
      return maximalTexts[schema.format ?? ''] ?? maxRequestBytes - 2;
    case 'array': return schema.maxItems ?? Math.floor((maxRequestBytes - 2) / (minimalBytes(itemsOf(schema) ?? {}) + 1));
    case 'object': return valuesOf(schema) ? schema.maxProperties ?? Math.floor((maxRequestBytes - 2) / (minimalBytes(valuesOf(schema) ?? {}) + 6)) : 1;
    default: return 1;
  }
}

function estimate(expression: Expression, variables: Variables): Estimate {
  switch (expression.node) {
    case 'constant': return { cost: 0, size: typeof expression.value === 'string' ? expression.value.length : 1, schema: undefined };
    case 'name': return variables.get(expression.name) ?? { cost: 1, size: unknownSize, schema: undefined };
    case 'select': {
      const operand = estimate(expression.operand, variables);
      if (expression.test) return scalar(operand.cost);
      const schema = operand.schema && childOf(operand.schema, expression.field);
      return { cost: operand.cost + 1, size: sizeOf(schema), schema };
    }
    case 'call': return callEstimate(expression, variables);
    case 'list': return { ...scalar(10 + sum(expression.items.map(({ value }) => value), variables)), size: expression.items.length };
    case 'map': return { ...scalar(30 + sum(expression.entries.flatMap(({ key, value }) => [key, value]), variables)), size: expression.entries.length };
    case 'struct': return scalar(40 + sum(expression.fields.map(({ value }) => value), variables));
    case 'comprehension': return comprehensionEstimate(expression, variables);
    case 'optional-map': {
      const target = estimate(expression.target, variables);
      const body = estimate(expression.body, new Map(variables).set(expression.variable, { ...target, cost: 1 }));
      return { ...body, cost: target.cost + body.cost + 2 };
    }
  }
}

const sum = (expressions: readonly Expression[], variables: Variables): number =>
  expressions.reduce((total, each) => total + estimate(each, variables).cost, 0);

function comprehensionEstimate({ range, first, second, condition, body, fold }: Comprehension, variables: Variables): Estimate {
  const over = estimate(range, variables);
  const values = over.schema && (itemsOf(over.schema) ?? valuesOf(over.schema));
  const value: Estimate = { cost: 1, size: sizeOf(values), schema: values };
  const isMap = over.schema?.type === 'object';
  const inner = new Map(variables).set(first, second !== undefined || isMap ? { cost: 1, size: isMap ? unknownSize : 1, schema: undefined } : value);
  if (second !== undefined) inner.set(second, value);
  const step = estimate(body, inner).cost + (condition ? estimate(condition, inner).cost : 0) + (fold === 'map' || fold === 'filter' ? 12 : 3);
  const isList = fold === 'map' || fold === 'filter' || fold.startsWith('transform');
  return { cost: over.cost + over.size * step + 1, size: isList ? over.size : 1, schema: fold === 'filter' ? over.schema : undefined };
}

/** Functions that read their whole target, or their argument. */
const readsTarget: ReadonlySet<string> = new Set([
  'lowerAscii', 'upperAscii', 'trim', 'split', 'join', 'replace', 'substring', 'charAt', 'url', 'isURL', 'quantity', 'isQuantity', 'ip', 'isIP', 'cidr', 'isCIDR',
    'size', 'find', 'findAll', 'string', 'bytes', 'quote',
]);
const readsItems: ReadonlySet<string> = new Set(['sum', 'min', 'max', 'isSorted', 'indexOf', 'lastIndexOf', 'distinct', 'sort', 'flatten', 'reverse']);
const makesText: ReadonlySet<string> = new Set(['lowerAscii', 'upperAscii', 'trim', 'split', 'join', 'replace', 'substring', 'findAll', 'find', 'string', 'quote', 'bytes']);

function callEstimate({ name, target, args }: Expression & { readonly node: 'call' }, variables: Variables): Estimate {
  const operands = [...(target ? [target] : []), ...args].map((each) => estimate(each, variables));
  const before = operands.reduce((total, { cost }) => total + cost, 0);
  const [first = scalar(0), second = scalar(0), third = scalar(0)] = operands;
  switch (name) {
    case '_&&_': case '_||_': return scalar(before);
    case '_?_:_': return { cost: first.cost + Math.max(second.cost, third.cost), size: Math.max(second.size, third.size), schema: second.schema };
    case '_[_]': {
      const schema = first.schema && (itemsOf(first.schema) ?? valuesOf(first.schema));
      return { cost: before + 1, size: sizeOf(schema), schema };
    }
    case '_==_': case '_!=_': return scalar(before + Math.max(1, Math.ceil(Math.min(first.size, second.size) * traversalFactor)));
    case '_<_': case '_<=_': case '_>_': case '_>=_': return scalar(before + Math.max(1, Math.ceil(Math.min(first.size, second.size) * traversalFactor)));
    case '_+_': return { cost: before + Math.max(1, Math.ceil((first.size + second.size) * traversalFactor)), size: first.size + second.size, schema: undefined };
    case '@in': return scalar(before + second.size);
    case 'contains': return scalar(before + Math.ceil(first.size * second.size * traversalFactor));
    case 'startsWith': case 'endsWith': return scalar(before + Math.ceil(second.size * traversalFactor));
    case 'matches': return scalar(before + Math.ceil((first.size + 1) * traversalFactor) * Math.ceil(second.size * patternFactor));
  }
  if (name === 'size') return scalar(before + 1);
  if (readsTarget.has(name))
    return { cost: before + Math.ceil(first.size * traversalFactor) + 1, size: makesText.has(name) ? first.size : 1, schema: undefined };
  if (readsItems.has(name)) return scalar(before + first.size);
  return scalar(before + 1);
}
