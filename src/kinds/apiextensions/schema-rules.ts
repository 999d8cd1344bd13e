import { forbiddenField, invalidValue, notSupported, required, type FieldError } from '../../api/status';
import { byText } from '../../lib/json';
import { isEmbedded, itemsOf, objectFields, valuesOf, type JsonSchema } from '../custom-resources/schema';
import { celSchemaRules, type CelContext } from './cel-schema-rules';
import { listAndMapRules } from './list-rules';
import { ruleFormRules } from './rule-form-rules';

/** What is wrong with a schema, and, apart from it, with the CEL rules in it. */
export type SchemaErrors = { readonly schema: FieldError[]; readonly cel: FieldError[] };

/** Where a schema stands, as far as its rules depend on it. */
type Place = {
  readonly at: string;
  readonly isRoot: boolean;
  readonly inMetadata: boolean;
  /** Why there may be no defaults here. */
  readonly noDefaults: string | undefined;
  /** The outermost part whose old value cannot be found again: no rule below it may speak of oldSelf. */
  readonly uncorrelated: string | undefined;
  /** Absent where CEL rules are not looked at. */
  readonly cel: CelContext | undefined;
};

/** The rules for schemas in definitions, from the innermost outwards, as upstream's. */
export function schemaRules(schema: JsonSchema, at: string, cel: CelContext | undefined): SchemaErrors {
  return judged(schema, { at, isRoot: true, inMetadata: false, noDefaults: undefined, uncorrelated: undefined, cel });
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function judged(schema: JsonSchema, place: Place): SchemaErrors {
  const { at } = place;
  const found: SchemaErrors = { schema: [...standardRules(schema, place)], cel: [] };
  const add = ({ schema: errors, cel }: SchemaErrors): void => { found.schema.push(...errors); found.cel.push(...cel); };
  const inner = { ...place, isRoot: false };
  if (schema.uniqueItems) found.schema.push(forbiddenField(`${at}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  const values = valuesOf(schema);
  const names = Object.keys(schema.properties ?? {}).sort(byText);
  if (names.length > 0 && schema.additionalProperties !== undefined && schema.additionalProperties !== true)
    found.schema.push(forbiddenField(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  if (values) add(judged(values, {
    ...inner, at: `${at}.additionalProperties`, noDefaults: place.inMetadata ? 'inside additionalProperties applying to object metadata' : place.noDefaults, cel: place.cel?.below(schema),
  }));
  for (const name of names) add(property(schema, name, place));
  const junctors = [['not', schema.not && [schema.not]], ['allOf', schema.allOf], ['oneOf', schema.oneOf], ['anyOf', schema.anyOf]] as const;
  for (const [junctor, nested = []] of junctors)
    for (const [i, each] of nested.entries()) add(judged(each, { ...inner, at: junctor === 'not' ? `${at}.not` : `${at}.${junctor}[${i}]`, cel: undefined }));
  const items = itemsOf(schema);
  if (items) {
    const uncorrelated = schema['x-kubernetes-list-type'] === 'map' ? place.uncorrelated : place.uncorrelated ?? at;
    add(judged(items, { ...inner, at: `${at}.items`, uncorrelated, cel: place.cel?.below(schema) }));
  }
  found.schema.push(...listAndMapRules(schema, at), ...ruleFormRules(schema, at));
  if (found.schema.length === 0 && place.cel) found.cel.push(...celSchemaRules(schema, at, place.isRoot, place.uncorrelated, place.cel));
  return found;
}

function property(schema: JsonSchema, name: string, { at, isRoot, inMetadata, noDefaults, uncorrelated, cel }: Place): SchemaErrors {
  const child = schema.properties?.[name] ?? {};
  const isObjectField = (isRoot || isEmbedded(schema)) && objectFields.has(name);
  return judged(child, {
    at: `${at}.properties[${name}]`, isRoot: false, inMetadata: inMetadata || isObjectField, noDefaults: isRoot && isObjectField ? `in top-level ${name}` : noDefaults,
    uncorrelated: schema['x-kubernetes-map-type'] === 'atomic' ? uncorrelated ?? at : uncorrelated, cel: cel?.below(schema),
  });
}

/** Parts of JSON schema that are not supported, each with what stands in its place. */
const unsupported: readonly (readonly [keyof JsonSchema, string])[] = [
  ['id', 'id is not supported'], ['additionalItems', 'additionalItems is not supported'], ['patternProperties', 'patternProperties is not supported'],
  ['definitions', 'definitions is not supported'], ['dependencies', 'dependencies is not supported'], ['$ref', '$ref is not supported'],
];

function* standardRules(schema: JsonSchema, { at, noDefaults, inMetadata }: Place): Iterable<FieldError> {
  if (schema.type && !types.includes(schema.type)) yield notSupported(`${at}.type`, schema.type, types);
  if (schema.default !== undefined && noDefaults !== undefined) yield forbiddenField(`${at}.default`, `must not be set ${noDefaults}`);
  for (const [part, detail] of unsupported) if (schema[part] !== undefined) yield forbiddenField(`${at}.${part}`, detail);
  if (schema.type === 'null') yield forbiddenField(`${at}.type`, 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(schema.items)) yield forbiddenField(`${at}.items`, 'items must be a schema object and not an array');
  if (inMetadata && isEmbedded(schema)) yield forbiddenField(`${at}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta');
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    yield invalidValue(`${at}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined');
  if (schema['x-kubernetes-map-type'] !== undefined && schema.type !== 'object')
    yield schema.type ? invalidValue(`${at}.type`, schema.type, objectForMap) : required(`${at}.type`, objectForMap);
}
const objectForMap = 'must be object if x-kubernetes-map-type is specified';
