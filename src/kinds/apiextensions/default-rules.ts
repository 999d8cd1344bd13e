import { invalidValue, type FieldError } from '../../api/status';
import { equal } from '../../lib/equality';
import { isObject } from '../../lib/json';
import { celRules } from '../custom-resources/cel-rules';
import { embeddedRules } from '../custom-resources/part-rules';
import { prune } from '../custom-resources/prune';
import { isEmbedded, itemsOf, objectFields, valuesOf, type JsonSchema } from '../custom-resources/schema';
import { nowhere, valueRules } from '../custom-resources/value-rules';

type Errors = Iterable<FieldError>;

/** Whether the defaults in a schema are values of it. Those of metadata are not looked at. */
export function* defaultRules(schema: JsonSchema, at: string, isResource = true): Errors {
  if (schema.default !== undefined) yield* valueOfSchema(schema.default, schema, `${at}.default`);
  const [values, items] = [valuesOf(schema), itemsOf(schema)];
  if (values) yield* defaultRules(values, `${at}.additionalProperties`, isEmbedded(values));
  if (items) yield* defaultRules(items, `${at}.items`, isEmbedded(items));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    if (!(isResource && objectFields.has(name))) yield* defaultRules(property, `${at}.properties[${name}]`, isEmbedded(property));
}

/** The schema of the wrapper through which a value of any type is checked as part of an object. */
const wrapped = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { default: schema } });

function* valueOfSchema(value: unknown, schema: JsonSchema, at: string): Errors {
  const object = { default: value };
  const holder = wrapped(schema);
  if (!equal(prune(object, holder).value, object)) yield invalidValue(at, value, 'must not have unknown fields');
  const embedded = [...embeddedRules(value, schema, at, isEmbedded(schema))];
  const errors = embedded.length > 0 ? embedded : valueRules(object, holder).map((error) => moved(error, at));
  yield* errors;
  if (errors.length === 0) yield* celRules(object, holder, isObject(value) ? object : undefined).map((error) => moved(error, at));
}

/** The error of a wrapped value as one of the default itself. */
const moved = (error: FieldError, at: string): FieldError =>
  ({ ...error, field: error.field === nowhere ? at : error.field.replace(/^default/, at), detail: error.detail.replace(/^default(?:\.(?=\S))?/, '').replace(/^ /, '') });
