import type { FieldError } from '../../api/status';
import { equal } from '../../lib/equality';
import { formatGo, quoteGo } from '../../lib/go-format';
import { isList, isObject, type JsonObject } from '../../lib/json';
import { formats } from './formats';
import { goRegExpOrNone } from '../../lib/go-regexp';
import { isIntOrString, itemsOf, propertyOf, valuesOf, type JsonSchema } from './schema';

/** What was found, and how many of the schema's questions were answered: of several alternatives the one that got furthest is told of. */
type Result = { readonly problems: readonly FieldError[]; readonly answered: number };

const valid: Result = { problems: [], answered: 1 };
const fail = (...problems: FieldError[]): Result => ({ problems, answered: 1 });

/** The field path of an error that upstream gives none. */
export const nowhere = '<nil>';

/** What of a value was stored before; undefined where nothing corresponds to it. Parts that did not change are not judged again. */
export type Correlated = { readonly value: unknown } | undefined;

/**
 * What a schema finds wrong with an object, in the words of upstream's OpenAPI validation. With `previous` only what changed is judged.
 */
export function valueRules(object: JsonObject, schema: JsonSchema, previous?: JsonObject): readonly FieldError[] {
  return judge(object, schema, '', previous === undefined ? undefined : { value: previous }).problems;
}

function judge(value: unknown, schema: JsonSchema, path: string, old: Correlated): Result {
  const found = judged(value, schema, path, old);
  return old !== undefined && found.problems.length > 0 && equal(value, old.value) ? { ...found, problems: [] } : found;
}

function judged(value: unknown, schema: JsonSchema, path: string, old: Correlated): Result {
  const ofType = typeRules(value, schema, path);
  if (value === null) return merged([ofType, enumRules(value, schema, path)]);
  const results = [ofType, junctorRules(value, schema, path)];
  if (typeof value === 'string') results.push(textRules(value, schema, path), formatRules(value, schema, path));
  if (typeof value === 'number') results.push(numberRules(value, schema, path));
  if (isList(value)) results.push(listRules(value, schema, path, old));
  results.push(enumRules(value, schema, path));
  if (isObject(value)) results.push(objectRules(value, schema, path, old));
  return merged(results);
}

const merged = (results: readonly Result[]): Result =>
  ({ problems: results.flatMap(({ problems }) => problems), answered: results.reduce((sum, { answered }) => sum + answered, 0) });

/** `.spec.x` as upstream's validator counts it, `spec.x` as it is shown. */
const fieldOf = (path: string): string => path.replace(/^\./, '') || nowhere;
const said = (path: string, what: string): string => `${path.replace(/^\./, '')} in body ${what}`;

const invalidAt = (path: string, value: unknown, what: string): FieldError =>
  ({ type: 'Invalid value', field: fieldOf(path), value, detail: said(path, what) });
const typeInvalid = (path: string, value: unknown, type: string): FieldError =>
  ({ type: 'Type invalid', field: fieldOf(path), value, detail: said(path, `must be of type ${type}: ${typeof value === 'string' ? quoteGo(value) : formatGo(value)}`) });
const anonymous = (detail: string): FieldError => ({ type: 'Invalid value', field: nowhere, value: '', detail });

/** The type of a value as upstream names it. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeRules(value: unknown, schema: JsonSchema, path: string): Result {
  const types = isIntOrString(schema) ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  if (types.length === 0) return valid;
  const type = typeOf(value);
  if (type === 'null') return schema.nullable ? valid : fail(typeInvalid(path, 'null', types.join(',')));
  return types.includes(type) || (type === 'integer' && types.includes('number')) ? valid : fail(typeInvalid(path, type, types.join(',')));
}

function junctorRules(value: unknown, { anyOf = [], oneOf = [], allOf = [], not }: JsonSchema, path: string): Result {
  const shown = JSON.stringify(path.replace(/^\./, ''));
  const results: Result[] = [];
  const each = (schemas: readonly JsonSchema[]): readonly Result[] => schemas.map((schema) => judge(value, schema, path, undefined));
  if (anyOf.length > 0) {
    const outcomes = each(anyOf);
    if (!outcomes.some(isValid)) results.push(fail(anonymous(`${shown} must validate at least one schema (anyOf)`)), furthest(outcomes));
  }
  if (oneOf.length > 0) {
    const outcomes = each(oneOf);
    const fitting = outcomes.filter(isValid).length;
    const why = fitting === 0 ? 'Found none valid' : `Found ${fitting} valid alternatives`;
    if (fitting !== 1) results.push(fail(anonymous(`${shown} must validate one and only one schema (oneOf). ${why}`)));
    if (fitting === 0) results.push(furthest(outcomes));
  }
  if (allOf.length > 0) {
    const outcomes = each(allOf);
    results.push(...outcomes);
    const fitting = outcomes.filter(isValid).length;
    if (fitting < outcomes.length) results.push(fail(anonymous(`${shown} must validate all the schemas (allOf)${fitting === 0 ? '. None validated' : ''}`)));
  }
  if (not && isValid(judge(value, not, path, undefined))) results.push(fail(anonymous(`${shown} must not validate the schema (not)`)));
  return merged([...results, valid]);
}

const isValid = ({ problems }: Result): boolean => problems.length === 0;
const furthest = (outcomes: readonly Result[]): Result => outcomes.reduce((best, each) => (each.answered > best.answered ? each : best), outcomes[0] ?? valid);

function textRules(value: string, schema: JsonSchema, path: string): Result {
  const { maxLength, minLength } = schema;
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) return fail({ type: 'Too long', field: fieldOf(path), detail: `may not be more than ${maxLength} bytes` });
  if (minLength !== undefined && length < minLength) return fail(invalidAt(path, value, `should be at least ${minLength} chars long`));
  if (schema.pattern && goRegExpOrNone(schema.pattern)?.test(value) === false) return fail(invalidAt(path, value, `should match '${schema.pattern}'`));
  return valid;
}

function formatRules(value: string, { format, type }: JsonSchema, path: string): Result {
  if (!format || (type !== undefined && type !== 'string')) return valid;
  const fits = Object.hasOwn(formats, format) ? formats[format] : undefined;
  return fits && !fits(value) ? fail(typeInvalid(path, value, format)) : valid;
}

const ranges: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

/** Beyond what Go's integers hold, upstream says so a second time in its own way. */
function rangeRules(value: number, { type, format }: JsonSchema, path: string): Result {
  if (type !== 'integer') return valid;
  const limit = ranges[format ?? ''] ?? 2 ** 63;
  if (Number.isInteger(value) && value >= -limit && value < limit) return valid;
  return fail(anonymous(`Checked value must be of type ${type} ${format ? `with format ${format}` : '(default format)'} in ${path.replace(/^\./, '')}`));
}

function numberRules(value: number, schema: JsonSchema, path: string): Result {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const found: FieldError[] = [];
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) found.push(invalidAt(path, value, `should be a multiple of ${formatGo(multipleOf)}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    found.push(invalidAt(path, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${formatGo(maximum)}`));
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    found.push(invalidAt(path, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${formatGo(minimum)}`));
  return merged([rangeRules(value, schema, path), fail(...found)]);
}

const isMultiple = (value: number, factor: number): boolean => Number.isInteger(value / factor) || Number.isInteger(Number((value / factor).toPrecision(15)));

function listRules(list: readonly unknown[], schema: JsonSchema, path: string, old: Correlated): Result {
  const items = itemsOf(schema);
  const { minItems, maxItems, uniqueItems } = schema;
  const before = oldItems(list, schema, old);
  const found = items ? list.map((item, at) => judge(item, items, `${path}[${at}]`, before(at))) : [];
  if (minItems !== undefined && list.length < minItems) found.push(fail(invalidAt(path, list.length, `should have at least ${minItems} items`)));
  if (maxItems !== undefined && list.length > maxItems) found.push(fail(tooManyAt(path, list.length, maxItems)));
  if (uniqueItems && list.some((item, at) => list.slice(0, at).some((other) => equal(item, other)))) found.push(fail(invalidAt(path, '', "shouldn't contain duplicates")));
  return merged([...found, valid]);
}

const tooManyAt = (path: string, actual: number, most: number): FieldError =>
  ({ type: 'Too many', field: fieldOf(path), value: actual, detail: `must have at most ${most} items` });

/** The stored item that an item of a new list corresponds to: by its keys in a map list; otherwise the list is one thing. */
export function oldItems(list: readonly unknown[], schema: JsonSchema, old: Correlated): (at: number) => Correlated {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (old === undefined || !isList(old.value) || schema['x-kubernetes-list-type'] !== 'map' || !keys?.length) return () => undefined;
  const items = itemsOf(schema);
  const known = new Map(old.value.map((item) => [mapKey(item, keys, items), { value: item }]));
  return (at) => known.get(mapKey(list[at], keys, items));
}

/** What identifies an item of a map list; an absent key has its default. */
export const mapKey = (item: unknown, keys: readonly string[], items: JsonSchema | undefined): string =>
  JSON.stringify(keys.map((key) => (isObject(item) && Object.hasOwn(item, key) ? item[key] : items && propertyOf(items, key)?.default) ?? null));

function enumRules(value: unknown, schema: JsonSchema, path: string): Result {
  if (!schema.enum?.length || schema.enum.some((each) => equal(each, value))) return valid;
  const supported = schema.enum.map((each) => JSON.stringify(typeof each === 'string' ? each : JSON.stringify(each)));
  return fail({ type: 'Unsupported value', field: fieldOf(path), value, detail: `supported values: ${supported.join(', ')}` });
}

function objectRules(object: JsonObject, schema: JsonSchema, path: string, old: Correlated): Result {
  const names = Object.keys(object);
  const { minProperties, maxProperties, required = [] } = schema;
  if (minProperties !== undefined && names.length < minProperties)
    return fail(invalidAt(path, names.length, `should have at least ${minProperties} properties`));
  if (maxProperties !== undefined && names.length > maxProperties) return fail(tooManyAt(path, names.length, maxProperties));
  const before = oldField(schema, old);
  const values = valuesOf(schema);
  const own = (name: string): boolean => propertyOf(schema, name) !== undefined;
  const found: Result[] = [];
  for (const name of names) {
    if (own(name)) continue;
    if (schema.additionalProperties === false) found.push(fail(invalidAt(`${path}.${name}`, '', 'is a forbidden property')));
    else if (values) found.push(judge(object[name], values, `${path}.${name}`, before(name)));
  }
  for (const name of names) {
    const property = propertyOf(schema, name);
    if (property) found.push(judge(object[name], property, `${path}.${name}`, before(name)));
  }
  const missing = required.filter((name) => !Object.hasOwn(object, name)).map((name): FieldError => ({ type: 'Required value', field: fieldOf(`${path}.${name}`), detail: '' }));
  return merged([...found, fail(...missing)]);
}

/** The stored field that a field corresponds to; maps that are one thing have none. */
export function oldField(schema: JsonSchema, old: Correlated): (name: string) => Correlated {
  const value = old?.value;
  if (!isObject(value) || schema['x-kubernetes-map-type'] === 'atomic') return () => undefined;
  return (name) => (Object.hasOwn(value, name) ? { value: value[name] } : undefined);
}
