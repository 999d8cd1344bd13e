import type { Draft, KubeObject, Resource } from '../../api/types';
import type { CustomResourceDefinition, JSONSchemaProps } from '../../schema/types';

/** An object of a kind that is defined by a custom resource. */
export type CustomObject<S, T = object> = KubeObject & { readonly spec: S; readonly status?: T };

type Names = { readonly plural: string; readonly kind: string; readonly group: string; readonly version: string; readonly namespaced?: boolean };

export const customResource = <T extends KubeObject>({ plural, kind, group, version, namespaced = false }: Names): Resource<T> =>
  ({ resource: `${plural}.${group}`, group, version, apiVersion: `${group}/${version}`, kind, namespaced });

type Column = { readonly name: string; readonly type: string; readonly jsonPath: string; readonly priority?: number };
type Shape = {
  readonly shortNames?: readonly string[];
  readonly spec: JSONSchemaProps;
  readonly status: JSONSchemaProps;
  readonly columns: readonly Column[];
  readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath: string };
  readonly annotations?: Readonly<Record<string, string>>;
};

/** The definition of such a kind, with one version and a status. */
export function definitionOf({ resource, group, version, kind, namespaced }: Resource, { shortNames, spec, status, columns, scale, annotations }: Shape): Draft<CustomResourceDefinition> {
  const plural = resource.slice(0, resource.indexOf('.'));
  return {
    metadata: { name: resource, ...(annotations && { annotations }) },
    spec: {
      group, scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List`, ...(shortNames && { shortNames }) },
      versions: [{
        name: version, served: true, storage: true, subresources: { status: {}, ...(scale && { scale }) },
        additionalPrinterColumns: [...columns, { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
        schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec, status } } },
      }],
    },
  };
}

export const text: JSONSchemaProps = { type: 'string' };
export const oneOf = (first: string, ...others: readonly string[]): JSONSchemaProps => ({ type: 'string', enum: [first, ...others], default: first });
export const whole = (minimum: number, initial?: number): JSONSchemaProps => ({ type: 'integer', format: 'int32', minimum, ...(initial !== undefined && { default: initial }) });
export const texts: JSONSchemaProps = { type: 'object', additionalProperties: text };
export const object = (properties: Readonly<Record<string, JSONSchemaProps>>, rest: JSONSchemaProps = {}): JSONSchemaProps => ({ type: 'object', properties, ...rest });
export const list = (items: JSONSchemaProps): JSONSchemaProps => ({ type: 'array', items });
