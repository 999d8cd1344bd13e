import { invalidValue, required, type FieldError } from '../../api/status';
import { equal } from '../../lib/equality';
import { isDNS1123Subdomain } from '../../lib/names';
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../../schema/types';
import { oneOf } from '../rule-parts';
import { conversionRules } from './conversion-rules';
import { internalSpec, shownVersions, type InternalSpec, type InternalVersion } from './internal-spec';
import { labelRules, namesRules } from './names-rules';
import { columnRules, selectableRules, subresourcesRules, validationRules } from './version-rules';

type Errors = Iterable<FieldError>;

export const isConditionTrue = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

/** What a definition asks for; with the stored one on an update, what may not change. */
export function* specRules(definition: CustomResourceDefinition, previous: CustomResourceDefinition | undefined): Errors {
  const { spec } = definition;
  yield* groupRules(spec.group);
  yield* oneOf('spec.scope', spec.scope, ['Cluster', 'Namespaced']);
  const internal = internalSpec(spec);
  for (const [i, { schema }] of internal.versions.entries())
    if (!internal.common.schema?.openAPIV3Schema && !schema?.openAPIV3Schema) yield required(`spec.versions[${i}].schema.openAPIV3Schema`);
  for (const [i, version] of internal.versions.entries()) yield* versionRules(version, internal, `spec.versions[${i}]`);
  yield* versionsRules(internal);
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) if (!spec.names[name]) yield required(`spec.names.${name}`);
  yield* namesRules(spec.names, 'spec.names');
  yield* commonRules(internal);
  if (spec.conversion) yield* conversionRules(spec.conversion, 'spec.conversion');
  if (previous) yield* changeRules(spec, previous);
}

function* groupRules(group: string): Errors {
  if (!group) return yield required('spec.group');
  const wrong = isDNS1123Subdomain(group);
  if (wrong.length > 0) yield invalidValue('spec.group', group, wrong.join(','));
  else if (!group.includes('.')) yield invalidValue('spec.group', group, 'should be a domain with at least one dot');
}

function* versionRules(version: InternalVersion, { common }: InternalSpec, at: string): Errors {
  const { name, deprecated = false, deprecationWarning, schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  yield* labelRules(name, `${at}.name`, true);
  for (const message of deprecationErrors(deprecated, deprecationWarning)) yield invalidValue(`${at}.deprecationWarning`, deprecationWarning, message);
  if (schema) yield* validationRules(schema, (subresources ?? common.subresources)?.status !== undefined, `${at}.schema`);
  if (subresources) yield* subresourcesRules(subresources, `${at}.subresources`);
  for (const [i, column] of additionalPrinterColumns.entries()) yield* columnRules(column, `${at}.additionalPrinterColumns[${i}]`);
  if (selectableFields.length === 0) return;
  if (schema?.openAPIV3Schema) yield* selectableRules(selectableFields, schema.openAPIV3Schema, `${at}.selectableFields`);
  else yield invalidValue(`${at}.selectableFields`, '', 'may only be set when version.schema.openAPIV3Schema is not included');
}

const mostWarningCharacters = 256;

function* deprecationErrors(deprecated: boolean, warning: string | undefined): Iterable<string> {
  if (warning === undefined) return;
  if (!deprecated) return yield 'can only be set for deprecated versions';
  if (warning.length > mostWarningCharacters) yield `must be <= ${mostWarningCharacters} characters long`;
  if (warning === '') yield 'must not be an empty string';
  const unprintable = [...warning].findIndex((each) => /[^\P{C}]/u.test(each));
  if (unprintable >= 0) yield `must only contain printable UTF-8 characters; non-printable character found at index ${unprintable}`;
}

function* versionsRules({ versions }: InternalSpec): Errors {
  const shown = (): readonly object[] => shownVersions(versions);
  if (new Set(versions.map(({ name }) => name)).size < versions.length) yield invalidValue('spec.versions', shown(), 'must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1)
    yield invalidValue('spec.versions', shown(), 'must have exactly one version marked as storage version');
  if (versions[0]) yield* labelRules(versions[0].name, 'spec.version');
}

function* commonRules({ common, versions }: InternalSpec): Errors {
  const { schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = common;
  if (schema) yield* validationRules(schema, [common, ...versions].some((each) => each.subresources?.status !== undefined), 'spec.validation');
  if (subresources) yield* subresourcesRules(subresources, 'spec.subresources');
  for (const [i, column] of additionalPrinterColumns.entries()) yield* columnRules(column, `spec.additionalPrinterColumns[${i}]`);
  if (selectableFields.length === 0) return;
  if (schema?.openAPIV3Schema) yield* selectableRules(selectableFields, schema.openAPIV3Schema, 'spec.selectableFields');
  else yield invalidValue('spec.selectableFields', '', 'may only be set when validations.schema is included');
}

const fixed = 'field is immutable';

function* changeRules({ scope, names, group }: CustomResourceDefinitionSpec, { spec: old, ...previous }: CustomResourceDefinition): Errors {
  if (isConditionTrue({ ...previous, spec: old }, 'Established')) {
    if (scope !== old.scope) yield invalidValue('spec.scope', scope, fixed);
    if (names.kind !== old.names.kind) yield invalidValue('spec.names.kind', names.kind, fixed);
  }
  if (group !== old.group) yield invalidValue('spec.group', group, fixed);
  if (names.plural !== old.names.plural) yield invalidValue('spec.names.plural', names.plural, fixed);
}

/** Versions whose objects may still be stored: they stay served or at least known until somebody says that none is left. */
export function* storedVersionRules({ spec: { versions }, status }: CustomResourceDefinition): Errors {
  const at = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return yield invalidValue(at, null, 'must have at least one stored version');
  for (const { name, storage } of versions) if (storage && !stored.includes(name)) yield invalidValue(at, stored, `must have the storage version ${name}`);
  for (const [i, name] of stored.entries()) {
    if (versions.some((version) => version.name === name)) continue;
    yield invalidValue(`${at}[${i}]`, name, `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures `
      + `no data remains persisted in ${name} and removes ${name} from status.storedVersions`);
  }
}

/** The old way of keeping unknown fields is only kept where it was. */
export function* preserveRules({ spec }: CustomResourceDefinition, previous: CustomResourceDefinition | undefined): Errors {
  if (spec.preserveUnknownFields !== true || (previous && equal(previous.spec.preserveUnknownFields, true))) return;
  yield invalidValue('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead');
}
