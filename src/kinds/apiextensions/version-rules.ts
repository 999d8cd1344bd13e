import { duplicate, invalidValue, required, tooMany, type FieldError } from '../../api/status';
import type { CustomResourceColumnDefinition, CustomResourceSubresources, CustomResourceValidation, SelectableField } from '../../schema/types';
import { validFieldPath } from '../custom-resources/field-path';
import { hasRules } from '../custom-resources/cel-rules';
import type { JsonSchema } from '../custom-resources/schema';
import { CelContext } from './cel-schema-rules';
import { defaultRules } from './default-rules';
import { RuleCosts } from './rule-costs';
import { schemaRules } from './schema-rules';
import { structuralRules } from './structural-rules';

type Errors = Iterable<FieldError>;

/** Fields of Go's schema type that may stand at the root when the status is apart, by their wire names, and all their names as errors list them. */
const atRoot = [
  'Description', 'Type', 'Format', 'Title', 'Maximum', 'ExclusiveMaximum', 'Minimum', 'ExclusiveMinimum', 'MaxLength', 'MinLength', 'Pattern', 'MaxItems', 'MinItems',
  'UniqueItems', 'MultipleOf', 'Required', 'Items', 'Properties', 'ExternalDocs', 'Example', 'XPreserveUnknownFields', 'XValidations',
];
const wireNames: Readonly<Record<string, string>> = { XPreserveUnknownFields: 'x-kubernetes-preserve-unknown-fields', XValidations: 'x-kubernetes-validations' };
const allowedAtRoot: ReadonlySet<string> = new Set(atRoot.map((name) => wireNames[name] ?? `${name.charAt(0).toLowerCase()}${name.slice(1)}`));

/** A version's schema: structural, with defaults that fit it and rules that compile. */
export function* validationRules({ openAPIV3Schema: schema }: CustomResourceValidation, hasStatus: boolean, path: string): Errors {
  if (!schema) return;
  const at = `${path}.openAPIV3Schema`;
  if (hasStatus) yield* rootRules(schema, at);
  if (schema.nullable) yield { type: 'Forbidden', field: `${at}.nullable`, detail: 'nullable cannot be true at the root' };
  const structural = structuralRules(schema, at);
  const defaults = structural.length === 0 ? [...defaultRules(schema, at)] : [];
  yield* structural;
  yield* defaults;
  const costs = new RuleCosts();
  const cel = structural.length + defaults.length === 0 && hasRules(schema) ? new CelContext(costs, 1) : undefined;
  const found = schemaRules(schema, at, cel);
  yield* found.schema;
  yield* found.cel;
  yield* costs.excess(at);
}

function* rootRules(schema: JsonSchema, at: string): Errors {
  if (schema.type && schema.type !== 'object')
    yield invalidValue(`${at}.type`, schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled');
  else if (Object.keys(schema).some((name) => !allowedAtRoot.has(name)))
    yield invalidValue(at, schema, `only [${atRoot.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`);
}

/** The paths of the scale subresource. */
export function* subresourcesRules({ scale }: CustomResourceSubresources, at: string): Errors {
  if (!scale) return;
  yield* scalePathRules(scale.specReplicasPath, ['.spec.'], `${at}.scale.specReplicasPath`, 'should be a json path under .spec');
  yield* scalePathRules(scale.statusReplicasPath, ['.status.'], `${at}.scale.statusReplicasPath`, 'should be a json path under .status');
  if (scale.labelSelectorPath) yield* scalePathRules(scale.labelSelectorPath, ['.spec.', '.status.'], `${at}.scale.labelSelectorPath`, 'should be a json path under either .spec or .status');
}

function* scalePathRules(path: string, roots: readonly string[], at: string, detail: string): Errors {
  if (!path) yield required(at);
  else if (!path.startsWith('.')) yield invalidValue(at, path, simplePath);
  else if (!roots.some((root) => path.startsWith(root))) yield invalidValue(at, path, detail);
}
const simplePath = 'must be a simple json path starting with .';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** A column of the table. */
export function* columnRules({ name, type, format, jsonPath }: CustomResourceColumnDefinition, at: string): Errors {
  if (!name) yield required(`${at}.name`);
  if (!type) yield required(`${at}.type`, `must be one of ${columnTypes.join(',')}`);
  else if (!columnTypes.includes(type)) yield invalidValue(`${at}.type`, type, `must be one of ${columnTypes.join(',')}`);
  if (format && !columnFormats.includes(format)) yield invalidValue(`${at}.format`, format, `must be one of ${columnFormats.join(',')}`);
  if (!jsonPath) yield required(`${at}.JSONPath`);
  else if (!jsonPath.startsWith('.')) yield invalidValue(`${at}.JSONPath`, jsonPath, simplePath);
}

const mostSelectable = 8;
const selectableTypes: ReadonlySet<string> = new Set(['string', 'boolean', 'integer']);

/** Fields that field selectors may ask for. */
export function* selectableRules(fields: readonly SelectableField[], schema: JsonSchema, at: string): Errors {
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of fields.entries()) {
    const field = `${at}[${i}].jsonPath`;
    if (!jsonPath) { yield required(field); continue; }
    const found = validFieldPath(jsonPath, schema, false);
    if (typeof found === 'string') { yield invalidValue(field, jsonPath, `is an invalid path: ${found}`); continue; }
    if (found.steps[0] === 'metadata') yield invalidValue(field, jsonPath, 'must not point to fields in metadata');
    if (!selectableTypes.has(found.schema.type ?? ''))
      yield invalidValue(field, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.');
    const path = found.steps.join('.');
    if (seen.has(path)) yield duplicate(field, jsonPath);
    seen.add(path);
  }
  if (seen.size > mostSelectable) yield tooMany(at, seen.size, mostSelectable);
}
