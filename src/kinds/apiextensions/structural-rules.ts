import { fieldErrorMessage, forbiddenField, invalidValue, required, type FieldError } from '../../api/status';
import { equal } from '../../lib/equality';
import { byText } from '../../lib/json';
import { goRegExpOrNone } from '../../lib/go-regexp';
import { isEmbedded, isIntOrString, itemsOf, preservesUnknown, valuesOf, type JsonSchema } from '../custom-resources/schema';

type Errors = Iterable<FieldError>;
type Level = 'root' | 'item' | 'field';

/** Whether a schema is structural: every field has its type outside of value validations, and those only restrict. Errors in the order of their texts. */
export function structuralRules(schema: JsonSchema, at: string): readonly FieldError[] {
  const text = (error: FieldError): string => `${error.field}: ${fieldErrorMessage(error)}`;
  return [...invariants(schema, 'root', at), ...completeness(schema, at)].sort((a, b) => byText(text(a), text(b)));
}

const untyped: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root', item: 'must not be empty for specified array items', field: 'must not be empty for specified object fields',
};

function* invariants(schema: JsonSchema, level: Level, at: string): Errors {
  const { type, properties = {}, additionalProperties } = schema;
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  if (type === 'array' && !items) yield required(`${at}.items`, 'must be specified');
  if (items) yield* invariants(items, 'item', `${at}.items`);
  for (const [name, property] of Object.entries(properties)) yield* invariants(property, 'field', `${at}.properties[${name}]`);
  if (additionalProperties !== undefined && level === 'root') yield forbiddenField(`${at}.additionalProperties`, 'must not be used at the root');
  if (values) yield* invariants(values, 'field', `${at}.additionalProperties`);
  yield* extensionRules(schema, at);
  yield* validationRules(schema, at, isIntOrStringPattern(schema.anyOf), isIntOrStringPattern(schema.allOf?.[0]?.anyOf));
  if (isEmbedded(schema) && type !== 'object') yield typeError(type, at, 'must be object if x-kubernetes-embedded-resource is true');
  else if (!type && !isIntOrString(schema) && !preservesUnknown(schema)) yield required(`${at}.type`, untyped[level]);
  if (isEmbedded(schema) && additionalProperties !== undefined)
    yield forbiddenField(`${at}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set');
  if (level === 'root' && type && type !== 'object') yield invalidValue(`${at}.type`, type, 'must be object at the root');
  if (level === 'root' || isEmbedded(schema)) yield* objectFieldRules(properties, level, at);
  if (isEmbedded(schema) && !preservesUnknown(schema) && Object.keys(properties).length === 0)
    yield required(`${at}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields');
}

const typeError = (type: string | undefined, at: string, detail: string): FieldError =>
  (type ? invalidValue(`${at}.type`, type, detail) : required(`${at}.type`, detail));

function* objectFieldRules({ kind, apiVersion, metadata }: NonNullable<JsonSchema['properties']>, level: Level, at: string): Errors {
  if (kind && kind.type !== 'string') yield invalidValue(`${at}.properties[kind].type`, kind.type ?? '', 'must be string');
  if (apiVersion && apiVersion.type !== 'string') yield invalidValue(`${at}.properties[apiVersion].type`, apiVersion.type ?? '', 'must be string');
  if (metadata && metadata.type !== 'object') yield invalidValue(`${at}.properties[metadata].type`, metadata.type ?? '', 'must be object');
  if (level === 'root' && metadata && !isBareMetadata(metadata))
    yield forbiddenField(`${at}.properties[metadata]`, 'must not specify anything other than name and generateName, but metadata is implicitly specified');
}

function isBareMetadata({ type: _type, default: _default, properties = {}, ...rest }: JsonSchema): boolean {
  return Object.keys(rest).length === 0 && Object.keys(properties).every((name) => name === 'name' || name === 'generateName');
}

function* extensionRules(schema: JsonSchema, at: string): Errors {
  if (!isIntOrString(schema)) return;
  for (const [name, set] of [['x-kubernetes-preserve-unknown-fields', preservesUnknown(schema)], ['x-kubernetes-embedded-resource', isEmbedded(schema)]] as const)
    if (set) yield invalidValue(`${at}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true');
}

const integerOrString: readonly JsonSchema[] = [{ type: 'integer' }, { type: 'string' }];
const isIntOrStringPattern = (anyOf: readonly JsonSchema[] | undefined): boolean => anyOf?.length === 2 && equal(anyOf, integerOrString);

function* validationRules(schema: JsonSchema, at: string, skipAnyOf: boolean, skipFirstAllOf: boolean): Errors {
  const { anyOf = [], allOf = [], oneOf = [], not } = schema;
  if (!skipAnyOf) for (const [i, each] of anyOf.entries()) yield* nestedRules(each, `${at}.anyOf[${i}]`);
  for (const [i, each] of allOf.entries()) yield* nestedRules(each, `${at}.allOf[${i}]`, skipFirstAllOf && i === 0);
  for (const [i, each] of oneOf.entries()) yield* nestedRules(each, `${at}.oneOf[${i}]`);
  if (not) yield* nestedRules(not, `${at}.not`);
  if (schema.pattern && !goRegExpOrNone(schema.pattern))
    yield invalidValue(`${at}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: error parsing regexp: \`${schema.pattern}\``);
}

/** What may stand only outside of value validations, and how that is said. */
const forbidden: readonly (readonly [keyof JsonSchema, string])[] = [
  ['type', 'must be empty to be structural'], ['additionalProperties', 'must be undefined to be structural'], ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'], ['description', 'must be empty to be structural'], ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'], ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'], ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'], ['x-kubernetes-map-type', 'must be undefined to be structural'],
];

function* nestedRules(schema: JsonSchema, at: string, skipAnyOf = false): Errors {
  yield* validationRules(schema, at, skipAnyOf, false);
  const items = itemsOf(schema);
  if (items) yield* nestedRules(items, `${at}.items`);
  for (const [name, property] of Object.entries(schema.properties ?? {})) yield* nestedRules(property, `${at}.properties[${name}]`);
  for (const [field, detail] of forbidden) if (schema[field]) yield forbiddenField(`${at}.${field}`, detail);
  if (schema.properties?.['metadata']) yield forbiddenField(`${at}.properties[metadata]`, 'must not be specified in a nested context');
}

/** What the root's value validations speak of is there outside of them too. `at` is the place in the schema, `said` that in the validation. */
function* completeness(schema: JsonSchema, at: string): Errors {
  yield* junctorsNamed(schema, schema, at, at);
}

function* junctorsNamed({ not, allOf = [], anyOf = [], oneOf = [] }: JsonSchema, around: JsonSchema, at: string, said: string): Errors {
  if (not) yield* named(not, around, at, `${said}.not`);
  for (const [name, nested] of Object.entries({ allOf, anyOf, oneOf }))
    for (const [i, each] of nested.entries()) yield* named(each, around, at, `${said}.${name}[${i}]`);
}

function* named(nested: JsonSchema, around: JsonSchema, at: string, said: string): Errors {
  yield* junctorsNamed(nested, around, at, said);
  const inner = itemsOf(nested);
  if (inner) yield* partNamed(inner, itemsOf(around), `${at}.items`, `${said}.items`);
  for (const [name, property] of Object.entries(nested.properties ?? {})) yield* partNamed(property, around.properties?.[name], `${at}.properties[${name}]`, `${said}.properties[${name}]`);
}

function* partNamed(nested: JsonSchema, around: JsonSchema | undefined, at: string, said: string): Errors {
  if (around) yield* named(nested, around, at, said);
  else yield required(at, `because it is defined in ${said}`);
}
