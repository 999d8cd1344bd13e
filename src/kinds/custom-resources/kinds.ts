import type { KubeObject } from '../../api/types';
import type { FieldError } from '../../api/status';
import type { JsonObject } from '../../lib/json';
import { compareVersions } from '../../lib/version-priority';
import { shapeOfCustomResource, type OwnedSchema } from '../../schema/field-set/shape-of';
import type { ResourceFacts } from '../../schema/resources';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, CustomResourceSubresourceScale } from '../../schema/types';
import { kindFrom, type Kind, type RuleContext } from '../define';
import { customColumns } from './columns';
import { withDefaults } from './defaults';
import { customOpenApi } from './openapi';
import { valueAt } from './paths';
import { prune } from './prune';
import { customRules } from './rules';
import type { JsonSchema } from './schema';

/** What a custom resource's definition says of its objects. */
export type CustomSchema = {
  /** The schema of this version. */
  readonly structural: JsonSchema;
  /** Those of all versions: an object may come in any of them. */
  readonly versions: ReadonlyMap<string, JsonSchema>;
  readonly listKind: string;
  readonly scale?: CustomResourceSubresourceScale;
  /** Between versions; nothing is defaulted on the way. */
  readonly convert: Convert;
  /** The definition is going: nothing new is made. */
  readonly isTerminating: boolean;
};

/** Makes an object of one version of a resource one of another. @throws StatusError when it cannot */
export type Convert = (object: KubeObject, apiVersion: string) => KubeObject;

/** Objects that have the same form in all versions. */
export const convertNone: Convert = (object, apiVersion) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion });

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const partVerbs = ['get', 'patch', 'update'];
const anything: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The kinds that an established definition serves, the preferred version first. */
export function customResourceKinds(definition: CustomResourceDefinition, convert: Convert = convertNone): readonly Kind<KubeObject>[] {
  const { spec } = definition;
  const schemas = new Map(spec.versions.map(({ name, schema }) => [name, schema?.openAPIV3Schema ?? anything] as const));
  const storage = spec.versions.find((version) => version.storage) ?? spec.versions[0];
  if (!storage) return [];
  const served = spec.versions.filter(({ served: isServed }) => isServed).toSorted((a, b) => compareVersions(a.name, b.name));
  const storageApiVersion = `${spec.group}/${storage.name}`;
  const make = (version: CustomResourceDefinitionVersion): Kind<KubeObject> => {
    const kind = kindOf(definition, version, schemas, convert);
    const structural = schemas.get(version.name) ?? anything;
    const fromStored = (object: KubeObject): KubeObject => {
      const known = pruned(object, schemas.get(versionOf(object.apiVersion)) ?? structural);
      return defaulted(object.apiVersion === kind.apiVersion ? known : pruned(convert(known, kind.apiVersion), structural), structural);
    };
    const toStored = (object: KubeObject): KubeObject => {
      const known = pruned(object, structural);
      return kind.apiVersion === storageApiVersion ? known : pruned(convert(known, storageApiVersion), schemas.get(storage.name) ?? anything);
    };
    return { ...kind, stored: { get kind() { return storageKind; }, toStored, fromStored } };
  };
  const storageKind: Kind<KubeObject> = make(storage);
  return served.map((version) => (version === storage ? storageKind : make(version)));
}

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);
const asObject = (object: KubeObject): JsonObject => object;

/** The object without what its schema does not know. */
function pruned(object: KubeObject, schema: JsonSchema): KubeObject {
  const value = prune(asObject(object), schema).value;
  return value === object ? object : { ...value, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

function defaulted(object: KubeObject, schema: JsonSchema): KubeObject {
  const value = withDefaults(asObject(object), schema);
  return value === object ? object : { ...value, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

function kindOf(
  definition: CustomResourceDefinition, version: CustomResourceDefinitionVersion, schemas: ReadonlyMap<string, JsonSchema>, convert: Convert,
): Kind<KubeObject> {
  const { spec, status, metadata } = definition;
  const names = { ...spec.names, ...status?.acceptedNames };
  const listKind = names.listKind ?? `${names.kind}List`;
  const structural = schemas.get(version.name) ?? anything;
  const { subresources = {}, selectableFields = [] } = version;
  const rules = (object: KubeObject, { previous }: RuleContext<KubeObject>): Iterable<FieldError> =>
    customRules(asObject(object), structural, subresources.scale, previous && asObject(previous));
  const kind = kindFrom<KubeObject>(factsOf(definition, version), {
    defaults: (object) => defaulted(object, structural),
    rules,
    partRules: rules,
    prepareStatus: (object, previous) => withStatusOf(object, previous),
    generation: subresources.status ? true : 'with-status',
    requiresVersionOnUpdate: true,
    anyFinalizers: true,
    columns: customColumns(version.additionalPrinterColumns),
    selectableFields: Object.fromEntries(selectableFields.map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), (object: KubeObject) => textAt(object, jsonPath)])),
    ...(version.deprecated && { deprecation: version.deprecationWarning ?? `${spec.group}/${version.name} ${names.kind} is deprecated` }),
  });
  return {
    ...kind,
    schema: { structural, versions: schemas, listKind, convert, isTerminating: metadata.deletionTimestamp !== undefined, ...(subresources.scale && { scale: subresources.scale }) },
    ownedAs: shapeOfCustomResource(version.schema?.openAPIV3Schema as OwnedSchema | undefined),   // structural: items and additionalProperties are schemas
    openApi: customOpenApi({ group: spec.group, version: version.name, kind: names.kind, listKind, plural: names.plural, structural: version.schema?.openAPIV3Schema }),
  };
}

function factsOf({ spec, status }: CustomResourceDefinition, version: CustomResourceDefinitionVersion): ResourceFacts {
  const { plural, kind, singular = kind.toLowerCase(), shortNames = [], categories = [] } = status?.acceptedNames ?? spec.names;
  const { subresources = {} } = version;
  return {
    group: spec.group, version: version.name, kind, plural, singular, shortNames, categories, namespaced: spec.scope === 'Namespaced', verbs,
    subresources: [
      ...(subresources.status ? [{ name: 'status', kind, verbs: partVerbs }] : []),
      ...(subresources.scale ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: partVerbs }] : []),
    ],
  };
}

type WithStatus = KubeObject & { readonly status?: unknown };

/** A write of the status changes nothing else, metadata included. */
function withStatusOf({ status, metadata: { managedFields } }: WithStatus, { status: _old, ...previous }: WithStatus): KubeObject {
  const object = { ...previous, metadata: managedFields === undefined ? previous.metadata : { ...previous.metadata, managedFields } };
  return status === undefined ? object : { ...object, status } as WithStatus;
}

const textAt = (object: KubeObject, path: string): string => {
  const value = valueAt(asObject(object), path);
  return value === undefined || value === null ? '' : String(value);
};
