import { canonicalQuantity } from '../lib/quantity';
import definitionsData from '../schema/data/kubernetes-1.36-schema.json';
import formsData from './data/field-forms.json';

type Property = { readonly $ref?: string; readonly type?: string; readonly items?: Property; readonly additionalProperties?: Property };
type Definition = {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
};
/** Per definition: fields Go writes even when zero, then optional scalars that are pointers. */
type Forms = Readonly<Record<string, readonly (readonly string[])[]>>;
const { definitions } = definitionsData as { readonly definitions: Readonly<Record<string, Definition>> };
const forms = formsData as Forms;

type Shape =
  | { readonly type: 'opaque' | 'quantity' | 'time' | 'integer' | 'number' | 'string' | 'boolean' | 'int-or-string' }
  | { readonly type: 'struct'; readonly definition: string }
  | { readonly type: 'list' | 'map'; readonly items: Shape };
type Field = { readonly name: string; readonly shape: Shape; readonly always: boolean; readonly pointer: boolean; readonly required: boolean };
type Plan = { readonly fields: ReadonlyMap<string, Field>; readonly always: readonly Field[]; readonly remembered?: WeakMap<object, object> };
type Struct = Readonly<Record<string, unknown>>;

/** Shared by many objects, and large: worth remembering by identity. */
const rememberedDefinitions = new Set(['io.k8s.api.core.v1.PodSpec', 'io.k8s.api.core.v1.PodTemplateSpec', 'io.k8s.api.core.v1.NodeStatus']);
const plans = new Map<string, Plan>();

const kindKey = (group: string, version: string, kind: string): string => `${group}/${version}/${kind}`;
let definitionByKind: Map<string, string> | undefined;

/** The definition of a built-in kind, by its full name in the schema. */
export function definitionOf(group: string, version: string, kind: string): string | undefined {
  definitionByKind ??= new Map(
    Object.entries(definitions).flatMap(([name, definition]) =>
      (definition['x-kubernetes-group-version-kind'] ?? []).map((each) => [kindKey(each.group, each.version, each.kind), name] as const),
    ),
  );
  return definitionByKind.get(kindKey(group, version, kind));
}

/**
 * The object as Go's types would hold and write it: empty optional fields are gone, what Go always writes is there with its zero value
 * (`status: {}`, `resources: {}`, `lastTimestamp: null`), quantities have their canonical text. An object already so is given back as it is.
 */
export function storedForm<T extends object>(definition: string, object: T): T {
  return struct(definition, object as Struct) as T; // a struct keeps its type: only zero values come and go
}

function struct(definition: string, object: Struct): Struct {
  const plan = planOf(definition);
  const known = plan.remembered?.get(object);
  if (known) return known as Struct;
  const result = formed(plan, object);
  plan.remembered?.set(object, result).set(result, result);
  return result;
}

function formed({ fields, always }: Plan, object: Struct): Struct {
  let result: Record<string, unknown> | undefined;
  for (const key in object) {
    const field = fields.get(key);
    if (!field) continue;
    const value = object[key];
    const next = fieldForm(field, value);
    if (next === value) continue;
    result ??= { ...object };
    if (next === undefined) delete result[key];
    else result[key] = next;
  }
  for (const field of always) {
    if (object[field.name] === undefined) (result ??= { ...object })[field.name] = zero(field.shape, field.required);
  }
  return result ?? object;
}

function fieldForm({ shape, always, pointer, required }: Field, value: unknown): unknown {
  if (value === null || value === undefined) return always ? zero(shape, required) : undefined;
  const next = valueForm(shape, value);
  return always || pointer || !isEmpty(shape, next) ? next : undefined;
}

function valueForm(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'quantity': return typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : value;
    case 'struct': return isObject(value) ? struct(shape.definition, value) : value;
    case 'list': return Array.isArray(value) && isNested(shape.items) ? listForm(shape.items, value) : value;
    case 'map': return isObject(value) ? mapForm(shape.items, value) : value;
    default: return value;
  }
}

function listForm(items: Shape, list: readonly unknown[]): readonly unknown[] {
  let result: unknown[] | undefined;
  list.forEach((value, i) => {
    const next = value === null ? zero(items, false) : valueForm(items, value);
    if (next !== value) (result ??= list.slice())[i] = next;
  });
  return result ?? list;
}

function mapForm(items: Shape, map: Struct): Struct {
  let result: Record<string, unknown> | undefined;
  for (const key in map) {
    const value = map[key];
    const next = value === null ? zero(items, false) : valueForm(items, value);
    if (next !== value) (result ??= { ...map })[key] = next;
  }
  return result ?? map;
}

const isNested = ({ type }: Shape): boolean => type === 'struct' || type === 'list' || type === 'map' || type === 'quantity';
const isObject = (value: unknown): value is Struct => typeof value === 'object' && value !== null && !Array.isArray(value);

function isEmpty({ type }: Shape, value: unknown): boolean {
  if (type === 'list') return Array.isArray(value) && value.length === 0;
  if (type === 'map') return isObject(value) && Object.keys(value).length === 0;
  return value === '' || value === false || value === 0;
}

function zero(shape: Shape, required: boolean): unknown {
  switch (shape.type) {
    case 'struct': return struct(shape.definition, {});
    case 'string': return '';
    case 'integer': case 'number': case 'int-or-string': return 0;
    case 'boolean': return false;
    case 'quantity': return '0';
    // Go writes null for a nil list; readers whose type says the list is there get an empty one.
    case 'list': return required ? [] : null;
    default: return null;
  }
}

function planOf(name: string): Plan {
  const known = plans.get(name);
  if (known) return known;
  const { properties = {}, required = [] } = definitions[name] ?? {};
  const [always = [], pointers = []] = forms[name] ?? [];
  const fields = Object.entries(properties).map(([field, property]): Field =>
    ({ name: field, shape: shapeOf(property), always: always.includes(field), pointer: pointers.includes(field), required: required.includes(field) }));
  const plan: Plan = {
    fields: new Map(fields.map((field) => [field.name, field])),
    always: fields.filter((field) => field.always),
    ...(rememberedDefinitions.has(name) && { remembered: new WeakMap() }),
  };
  plans.set(name, plan);
  return plan;
}

const namedShapes: Readonly<Record<string, Shape>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'int-or-string' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'time' },
};

function shapeOf({ $ref, type, items, additionalProperties }: Property): Shape {
  if ($ref) {
    const definition = $ref.slice('#/definitions/'.length);
    return namedShapes[definition] ?? (definitions[definition]?.properties ? { type: 'struct', definition } : { type: 'opaque' });
  }
  if (type === 'array') return items ? { type: 'list', items: shapeOf(items) } : { type: 'opaque' };
  if (type === 'object') return additionalProperties ? { type: 'map', items: shapeOf(additionalProperties) } : { type: 'opaque' };
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean' ? { type } : { type: 'opaque' };
}
