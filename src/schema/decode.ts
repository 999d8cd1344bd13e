import { isList, isObject, put, type JsonObject } from '../lib/json';
import emptyValues from './data/kubernetes-1.36-empty-values.json';
import { DecodeContext, type DecodeStyle } from './decode-context';
import { booleanDecoder, bytesDecoder, integerDecoder, numberDecoder, specialDecoders, stringDecoder, type Decoder } from './decode-scalars';
import { definitions, referenced, shortName, type Schema } from './facts';
import { goStruct, goTypeOf, type GoPlace } from './go-names';

export { DecodeError, type DecodeStyle } from './decode-context';

type FieldsByDefinition = Readonly<Record<string, readonly string[]>>;
/** Facts of the Go types beyond the schema: optional fields whose empty value means something, those written even when empty, and times that are written as null. */
const { pointers, always, times } = emptyValues as { readonly pointers: FieldsByDefinition; readonly always: FieldsByDefinition; readonly times: FieldsByDefinition };

/** `problems` is what strict decoding would refuse: unknown fields, in the order they were met. */
export type Decoded = { readonly value: JsonObject; readonly problems: readonly string[] };

/**
 * Decodes a parsed JSON value as the API server decodes a body: unknown fields are dropped and reported, null and empty values that Go omits are
 * dropped, quantities and times take their canonical form, what Go always writes (`resources: {}`, `lastTimestamp: null`) is there. A value that needs nothing
 * of this is given back as it is, and so is each branch of it; it is not looked at again when it comes a second time. `known` is an object that was decoded
 * before: parts that are its very own are not looked at either.
 * @throws DecodeError in Go's words for a value of the wrong type.
 */
export function decode(definition: string, value: unknown, style: DecodeStyle = 'json', known?: JsonObject | undefined): Decoded {
  const context = new DecodeContext(style, known);
  const decoded = structDecoder(definition)(value ?? {}, context);
  return { value: isObject(decoded) ? decoded : {}, problems: context.problems };
}

/** How a field's empty value, which Go omits, looks; `never` where Go writes it. */
type Empty = 'never' | 'list' | 'map' | 'zero';
/** `plain`: a value of that JavaScript type is stored as it is. */
type Field = { readonly decode: Decoder; readonly empty: Empty; readonly nullable: boolean; readonly plain: 'string' | 'boolean' | undefined };

function isEmpty(value: unknown, empty: Empty): boolean {
  switch (empty) {
    case 'never': return false;
    case 'list': return isList(value) && value.length === 0;
    case 'zero': return value === '' || value === 0 || value === false;
    case 'map':
      if (!isObject(value)) return false;
      for (const _ in value) return false;
      return true;
  }
}

const structs = new Map<string, Decoder>();
/** Made anew for every version of an object: to remember them would cost more than it saves. */
const isMadeAnew = (definition: string): boolean =>
  definition.endsWith('Status') || madeAnew.has(shortName(definition)) || definitions[definition]?.['x-kubernetes-group-version-kind'] !== undefined;
const madeAnew: ReadonlySet<string> = new Set(['ObjectMeta', 'ObjectReference', 'EventSource', 'PodIP']);

function structDecoder(definition: string): Decoder {
  const known = structs.get(definition);
  if (known) return known;
  // Definitions refer to themselves and each other: the real work starts at the first use.
  let compiled: Decoder | undefined;
  const lazy: Decoder = (value, context) => (compiled ??= compileStruct(definition))(value, context);
  structs.set(definition, lazy);
  return lazy;
}

function compileStruct(definition: string): Decoder {
  const schema = definitions[definition];
  if (!schema) throw new Error(`no definition ${definition}`);
  const fields = new Map(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, compileField(definition, schema, name, property)]));
  const fill = Object.entries(emptyStruct(definition));
  const struct = shortName(definition);
  const type = goStruct(definition);
  const settled = new WeakSet<object>();
  const remembers = !isMadeAnew(definition);

  return (value, context) => {
    if (!isObject(value)) throw context.mismatch(value, type, 'struct');
    if (remembers && settled.has(value)) return value;
    const before = context.problems.length;
    const outer = context.struct;
    context.struct = struct;
    let copy: Record<string, unknown> | undefined;   // made at the first difference
    for (const name in value) {
      const given = value[name];
      const field = fields.get(name);
      if (field?.plain !== undefined && typeof given === field.plain && (given || field.empty === 'never')) continue;
      if (field !== undefined && context.path.length === 0 && given !== undefined && context.known?.[name] === given) continue;
      if (field === undefined && given !== undefined) context.unknownField(name);
      if (field === undefined || given === undefined || (given === null ? !field.nullable : isEmpty(given, field.empty))) {
        copy = without(copy ?? value, name);
      } else if (given !== null) {
        context.path.push(name);
        const decoded = field.decode(given, context);
        context.path.pop();
        if (!Object.is(decoded, given)) (copy ??= { ...value })[name] = decoded;
      }
    }
    for (const [name, empty] of fill) if (!Object.hasOwn(copy ?? value, name)) (copy ??= { ...value })[name] = empty;
    context.struct = outer;
    if (remembers && (copy || context.problems.length === before)) settled.add(copy ?? value);
    return copy ?? value;
  };
}

/** Built anew, because `delete` would make the object slow to read for good. */
function without(value: JsonObject, name: string): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const key in value) if (key !== name) put(rest, key, value[key]);
  return rest;
}

function compileField(definition: string, parent: Schema, name: string, schema: Schema): Field {
  const nullable = times[definition]?.includes(name) === true;
  const decode = compile(schema, { struct: shortName(definition), field: name });
  const plain = schema.type === 'boolean' ? 'boolean' : schema.type === 'string' && schema.format !== 'byte' ? 'string' : undefined;
  return { decode, empty: emptiness(definition, parent, name, schema), nullable, plain };
}

function emptiness(definition: string, parent: Schema, name: string, schema: Schema): Empty {
  if (parent.required?.includes(name) || always[definition]?.includes(name) || pointers[definition]?.includes(name) || schema.$ref) return 'never';
  if (schema.type === 'array') return 'list';
  return schema.type === 'object' ? 'map' : 'zero';
}

/** A struct that is no pointer in Go, so that it is always written: such have an empty default. */
const isPlainStruct = (property: Schema): boolean => isObject(property.default) && referenced(property) !== undefined && !specialDecoders.has(referenced(property) ?? '');

const emptyStructs = new Map<string, JsonObject>();

/** What Go writes of a value of the definition that holds nothing. */
export function emptyStruct(definition: string): JsonObject {
  const known = emptyStructs.get(definition);
  if (known) return known;
  const { properties = {}, required = [] } = definitions[definition] ?? {};
  const written = new Set([...required, ...(always[definition] ?? []), ...(times[definition] ?? [])]);
  const entries = Object.entries(properties).flatMap(([name, property]) => {
    if (isPlainStruct(property)) return [[name, emptyStruct(referenced(property) ?? '')] as const];
    const zero = written.has(name) ? zeroField(property, required.includes(name), times[definition]?.includes(name) === true) : undefined;
    return zero === undefined ? [] : [[name, zero] as const];
  });
  const made: JsonObject = Object.freeze(Object.fromEntries(entries));
  emptyStructs.set(definition, made);
  return made;
}

/** Pointers have no zero value. A list that a reader may count on is empty rather than null. */
function zeroField(property: Schema, required: boolean, isTime: boolean): unknown {
  if (isTime) return null;
  const reference = referenced(property);
  if (reference !== undefined) return reference.endsWith('.Quantity') ? '0' : reference.endsWith('.IntOrString') ? 0 : undefined;
  return property.type === 'array' && required ? Object.freeze([]) : zeroOf(property);
}

function compile(schema: Schema, place: GoPlace): Decoder {
  const reference = referenced(schema);
  if (reference !== undefined) return specialDecoders.get(reference) ?? (definitions[reference]?.properties ? structDecoder(reference) : compile(definitions[reference] ?? {}, place));
  switch (schema.type) {
    case 'array': return listDecoder(schema, place);
    case 'object': return schema.additionalProperties ? mapDecoder(schema, schema.additionalProperties, place) : (value) => value;
    case 'string': return schema.format === 'byte' ? bytesDecoder : stringDecoder(goTypeOf(schema, place));
    case 'integer': return integerDecoder(schema.format === 'int32' ? 'int32' : 'int64');
    case 'number': return numberDecoder;
    case 'boolean': return booleanDecoder;
    default: return (value) => value;
  }
}

/** What null becomes inside a list or map: Go's zero value of the type. */
function zeroOf(schema: Schema): unknown {
  const reference = referenced(schema);
  if (reference !== undefined) return reference.endsWith('.Quantity') ? '0' : reference.endsWith('.IntOrString') ? 0 : definitions[reference]?.properties ? {} : null;
  return { string: '', integer: 0, number: 0, boolean: false, array: null, object: null }[schema.type ?? 'object'];
}

function listDecoder(schema: Schema, place: GoPlace): Decoder {
  const items = schema.items ?? {};
  const decodeItem = compile(items, place);
  const type = goTypeOf(schema, place);
  const zero = zeroOf(items);
  return (value, context) => {
    if (!isList(value)) throw context.mismatch(value, type, 'slice');
    let copy: unknown[] | undefined;
    for (let at = 0; at < value.length; at++) {
      const item = value[at] ?? zero;
      context.path.push(at);
      const decoded = item === null ? null : decodeItem(item, context);
      context.path.pop();
      if (!Object.is(decoded, value[at])) (copy ??= [...value])[at] = decoded;
    }
    return copy ?? value;
  };
}

function mapDecoder(schema: Schema, values: Schema, place: GoPlace): Decoder {
  const decodeValue = compile(values, place);
  const type = goTypeOf(schema, place);
  const zero = zeroOf(values);
  return (value, context) => {
    if (!isObject(value)) throw context.mismatch(value, type, 'map');
    let copy: Record<string, unknown> | undefined;
    for (const key in value) {
      const item = value[key] ?? zero;
      const deep = typeof item === 'object' && item !== null;
      if (deep) context.path.push({ mapKey: key });
      const decoded = item === null ? null : decodeValue(item, context);
      if (deep) context.path.pop();
      if (!Object.is(decoded, value[key])) put(copy ??= { ...value }, key, decoded);
    }
    return copy ?? value;
  };
}
