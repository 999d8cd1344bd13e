/** The type of a CEL value as the checker knows it. Objects look their fields up by name, so that schemas may refer to themselves. */
export type CelType =
  | { readonly kind: Simple }
  | { readonly kind: 'list'; readonly element: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | ObjectType
  | { readonly kind: 'opaque'; readonly name: string; readonly parameters: readonly CelType[] }
  | { readonly kind: 'type'; readonly of: CelType }
  | { readonly kind: 'parameter'; readonly name: string };

export type Simple = 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null' | 'dyn' | 'duration' | 'timestamp' | 'error';

/** A struct: `field` knows names as expressions write them, `property` gives the name on the wire. */
export type ObjectType = {
  readonly kind: 'object';
  readonly name: string;
  field(name: string): CelField | undefined;
};
export type CelField = { readonly type: CelType; readonly property: string };

const simple = (kind: Simple): CelType => ({ kind });
export const boolType = simple('bool');
export const intType = simple('int');
export const uintType = simple('uint');
export const doubleType = simple('double');
export const stringType = simple('string');
export const bytesType = simple('bytes');
export const nullType = simple('null');
export const dynType = simple('dyn');
export const durationType = simple('duration');
export const timestampType = simple('timestamp');
export const errorType = simple('error');
export const listOf = (element: CelType): CelType => ({ kind: 'list', element });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const opaque = (name: string, ...parameters: readonly CelType[]): CelType => ({ kind: 'opaque', name, parameters });
export const optionalOf = (of: CelType): CelType => opaque('optional_type', of);
export const isOptional = (type: CelType): type is CelType & { kind: 'opaque' } => type.kind === 'opaque' && type.name === 'optional_type';

/** A struct from a table of fields whose names need no escaping. */
export function objectOf(name: string, fields: Readonly<Record<string, CelType>>): ObjectType {
  const known = new Map(Object.entries(fields).map(([property, type]) => [property, { type, property }]));
  return { kind: 'object', name, field: (field) => known.get(field) };
}

/** A type as upstream's messages write it: `list(string)`, `map(string, dyn)`. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case 'list': return `list(${formatType(type.element)})`;
    case 'map': return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'object': return type.name;
    case 'opaque': return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(formatType).join(', ')})`;
    case 'type': return `type(${formatType(type.of)})`;
    case 'parameter': return type.name;
    case 'timestamp': return 'timestamp';
    case 'error': return '!error!';
    default: return type.kind;
  }
}

/** What the parameters of a signature stand for so far. */
export type Bindings = Map<string, CelType>;

/** The type with its parameters replaced as far as they are known; what is not known is dyn. */
export function substitute(type: CelType, bindings: Bindings): CelType {
  switch (type.kind) {
    case 'parameter': return bindings.get(type.name) ?? dynType;
    case 'list': return listOf(substitute(type.element, bindings));
    case 'map': return mapOf(substitute(type.key, bindings), substitute(type.value, bindings));
    case 'opaque': return type.parameters.length === 0 ? type : opaque(type.name, ...type.parameters.map((each) => substitute(each, bindings)));
    case 'type': return { kind: 'type', of: substitute(type.of, bindings) };
    default: return type;
  }
}

/** Whether a value of type `given` may stand where `wanted` is asked for; binds the parameters of `wanted`. */
export function accepts(wanted: CelType, given: CelType, bindings: Bindings = new Map()): boolean {
  if (wanted.kind === 'parameter') return bind(wanted.name, given, bindings);
  if (given.kind === 'parameter') return true;
  if (wanted.kind === 'dyn' || given.kind === 'dyn' || given.kind === 'error' || wanted.kind === 'error') return true;
  if (given.kind === 'null') return wanted.kind === 'null' || acceptsNull(wanted);
  if (wanted.kind === 'null') return acceptsNull(given);
  switch (wanted.kind) {
    case 'list': return given.kind === 'list' && accepts(wanted.element, given.element, bindings);
    case 'map': return given.kind === 'map' && accepts(wanted.key, given.key, bindings) && accepts(wanted.value, given.value, bindings);
    case 'object': return given.kind === 'object' && given.name === wanted.name;
    case 'opaque': return given.kind === 'opaque' && given.name === wanted.name && wanted.parameters.every((each, i) => accepts(each, given.parameters[i] ?? dynType, bindings));
    case 'type': return given.kind === 'type';
    default: return given.kind === wanted.kind;
  }
}

const acceptsNull = ({ kind }: CelType): boolean => kind === 'object' || kind === 'opaque' || kind === 'duration' || kind === 'timestamp';

function bind(name: string, given: CelType, bindings: Bindings): boolean {
  const known = bindings.get(name);
  if (known === undefined || known.kind === 'parameter') {
    bindings.set(name, given);
    return true;
  }
  if (accepts(known, given)) {
    if (isLessSpecific(given, known)) bindings.set(name, given);
    return true;
  }
  return false;
}

/** dyn beside anything makes dyn; an empty literal takes the other's element. */
const isLessSpecific = (given: CelType, known: CelType): boolean => (given.kind === 'dyn' && known.kind !== 'dyn') || hasParameter(known);
export function hasParameter(type: CelType): boolean {
  switch (type.kind) {
    case 'parameter': return true;
    case 'list': return hasParameter(type.element);
    case 'map': return hasParameter(type.key) || hasParameter(type.value);
    case 'opaque': return type.parameters.some(hasParameter);
    default: return false;
  }
}

/** The type that holds both; undefined when only dyn does. */
export function joined(a: CelType, b: CelType): CelType | undefined {
  if (a.kind === 'error' || a.kind === 'parameter') return b;
  if (b.kind === 'error' || b.kind === 'parameter') return a;
  if (a.kind === 'dyn' || b.kind === 'dyn') return dynType;
  if (accepts(a, b)) return hasParameter(a) || (a.kind === 'null') ? b : a;
  return undefined;
}
