import { semanticallyEqual } from '../../lib/equality';
import type {
  CustomResourceColumnDefinition, CustomResourceDefinitionSpec, CustomResourceDefinitionVersion, CustomResourceSubresources, CustomResourceValidation, SelectableField,
} from '../../schema/types';

/** What a version says, or all versions when they say the same. */
export type VersionParts = {
  readonly schema?: CustomResourceValidation;
  readonly subresources?: CustomResourceSubresources;
  readonly additionalPrinterColumns?: readonly CustomResourceColumnDefinition[];
  readonly selectableFields?: readonly SelectableField[];
};
export type InternalVersion = Pick<CustomResourceDefinitionVersion, 'name' | 'served' | 'storage' | 'deprecated' | 'deprecationWarning'> & VersionParts;
/** The API server's own form of a definition: what all versions have in common stands beside them, and so do the errors about it. */
export type InternalSpec = { readonly common: VersionParts; readonly versions: readonly InternalVersion[] };

const parts = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

export function internalSpec({ versions }: CustomResourceDefinitionSpec): InternalSpec {
  const [first] = versions;
  const shared = parts.filter((part) => versions.every((version) => semanticallyEqual(version[part], first?.[part])));
  const common = first ? Object.fromEntries(shared.filter((part) => first[part] !== undefined).map((part) => [part, first[part]])) : {};
  return { common, versions: versions.map((version) =>
    Object.fromEntries(Object.entries(version).filter(([name]) => !shared.some((part) => part === name))) as InternalVersion) };   // only optional parts were left out
}

/** Versions as errors show them. */
export const shownVersions = (versions: readonly InternalVersion[]): readonly object[] => versions.map((version) => ({
  Name: version.name, Served: version.served, Storage: version.storage, Deprecated: version.deprecated ?? false, DeprecationWarning: version.deprecationWarning ?? null,
  Schema: version.schema ? { OpenAPIV3Schema: version.schema.openAPIV3Schema ?? null } : null, Subresources: version.subresources ?? null,
  AdditionalPrinterColumns: version.additionalPrinterColumns ?? null, SelectableFields: version.selectableFields ?? null,
}));
