import { invalidValue, type FieldError } from '../../api/status';
import type { JsonObject } from '../../lib/json';
import type { CustomResourceSubresourceScale } from '../../schema/types';
import { celRules, hasRules } from './cel-rules';
import { embeddedRules, listRules } from './part-rules';
import { scaleRules } from './scale-rules';
import type { JsonSchema } from './schema';
import { nowhere, valueRules } from './value-rules';

/** Errors after which an object has not the shape that CEL rules are written for. */
const blocking: ReadonlySet<FieldError['type']> = new Set(['Unsupported value', 'Required value', 'Too long', 'Too many', 'Type invalid']);
const notChecked = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** All that is wrong with a custom resource beside its metadata; with the stored one on an update, what was wrong and did not change is let be. */
export function customRules(
  object: JsonObject, schema: JsonSchema, scale: CustomResourceSubresourceScale | undefined, previous: JsonObject | undefined,
): readonly FieldError[] {
  const lists = [...listRules(object, schema)];
  const hadDuplicates = lists.length > 0 && previous !== undefined && [...listRules(previous, schema)].length > 0;
  const errors = [...valueRules(object, schema, previous), ...scaleRules(object, scale), ...embeddedRules(object, schema), ...(hadDuplicates ? [] : lists)];
  if (!hasRules(schema)) return errors;
  if (errors.some(({ type }) => blocking.has(type))) return [...errors, invalidValue(nowhere, null, notChecked)];
  return [...errors, ...celRules(object, schema, previous)];
}
