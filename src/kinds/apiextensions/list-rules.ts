import { forbiddenField, invalidValue, notSupported, required, type FieldError } from '../../api/status';
import { itemsOf, type JsonSchema } from '../custom-resources/schema';

type Errors = Iterable<FieldError>;

/** What the list and map types of a schema ask of it. */
export function* listAndMapRules(schema: JsonSchema, at: string): Errors {
  const mapType = schema['x-kubernetes-map-type'];
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular')
    yield notSupported(`${at}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']);
  if (listType !== undefined && schema.type !== 'array')
    yield schema.type ? invalidValue(`${at}.type`, schema.type, arrayForList) : required(`${at}.type`, arrayForList);
  else if (listType === 'set') yield* setRules(schema, at);
  if (listType !== undefined && listType !== 'atomic' && listType !== 'set' && listType !== 'map')
    yield notSupported(`${at}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']);
  if (keys.length > 0 && listType === undefined) yield required(`${at}.x-kubernetes-list-type`, mapForKeys);
  else if (keys.length > 0 && listType !== 'map') yield invalidValue(`${at}.x-kubernetes-list-type`, listType, mapForKeys);
  if (listType === 'map') yield* mapListRules(schema, keys, at);
  if (listType === 'map' || listType === 'set') yield* itemRules(schema, listType, keys, at);
}
const arrayForList = 'must be array if x-kubernetes-list-type is specified';
const mapForKeys = 'must be map if x-kubernetes-list-map-keys is non-empty';

/** Items of a set are compared whole. */
function* setRules(schema: JsonSchema, at: string): Errors {
  const items = itemsOf(schema);
  const atomic = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') yield invalidValue(`${at}.items.x-kubernetes-list-type`, listType, atomic);
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') yield invalidValue(`${at}.items.x-kubernetes-map-type`, null, atomic);
}

function* mapListRules(schema: JsonSchema, keys: readonly string[], at: string): Errors {
  const field = `${at}.x-kubernetes-list-map-keys`;
  const items = itemsOf(schema);
  if (keys.length === 0) yield required(field, 'must not be empty if x-kubernetes-list-type is map');
  if (!items) return yield required(`${at}.items`, 'must have a schema if x-kubernetes-list-type is map');
  if (items.type !== 'object')
    return yield invalidValue(`${at}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map");
  for (const [i, key] of keys.entries()) {
    const property = items.properties?.[key];
    if (!property) yield invalidValue(field, keys, 'entries must all be names of item properties');
    else if (property.type === 'array' || property.type === 'object')
      yield invalidValue(`${at}.items.properties[${key}].type`, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map");
    if (keys.indexOf(key) < i) yield invalidValue(field, keys, 'must not contain duplicate entries');
  }
}

function* itemRules(schema: JsonSchema, listType: 'map' | 'set', keys: readonly string[], at: string): Errors {
  const items = itemsOf(schema);
  if (items?.nullable) yield forbiddenField(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`);
  if (!items || listType !== 'map') return;
  for (const key of keys) {
    const property = items.properties?.[key];
    const field = `${at}.items.properties[${key}]`;
    if (!property) continue;
    if (!items.required?.includes(key) && property.default === undefined)
      yield required(`${field}.default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property');
    if (property.nullable) yield forbiddenField(`${field}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable');
  }
}
