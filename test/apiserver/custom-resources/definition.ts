import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '../../../src/schema/types';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import type { Draft, KubeObject, Resource } from '../../../src/api/types';
import { startServer } from '../start';

export type Widget = KubeObject & { readonly spec?: Readonly<Record<string, unknown>>; readonly status?: Readonly<Record<string, unknown>> };

export const widgetsAt = (version: string, namespaced = true): Resource<Widget> =>
  ({ resource: 'widgets.example.org', group: 'example.org', version, apiVersion: `example.org/${version}`, kind: 'Widget', namespaced });
export const Widgets = widgetsAt('v1');

export const schemaOf = (spec: JSONSchemaProps): JSONSchemaProps => ({ type: 'object', properties: { spec, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } });

export const versionOf = (name: string, spec: JSONSchemaProps, more: Partial<CustomResourceDefinitionVersion> = {}): CustomResourceDefinitionVersion =>
  ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schemaOf(spec) }, ...more });

/** A definition of widgets as a client sends it. */
export const definitionOf = (versions: readonly CustomResourceDefinitionVersion[], more: Partial<CustomResourceDefinition['spec']> = {}): Draft<CustomResourceDefinition> => ({
  metadata: { name: 'widgets.example.org' },
  spec: { group: 'example.org', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions, ...more },
});

/** A server on which widgets are served. */
export function startWith(versions: readonly CustomResourceDefinitionVersion[], more: Partial<CustomResourceDefinition['spec']> = {}) {
  const started = startServer();
  started.client.create(CustomResourceDefinitions, definitionOf(versions, more));
  started.clock.advanceBy(0);
  const current = (): CustomResourceDefinition => started.client.get(CustomResourceDefinitions, { name: 'widgets.example.org' });
  /** Other versions from now on. */
  const redefine = (next: readonly CustomResourceDefinitionVersion[]): void => {
    const definition = current();
    started.client.update(CustomResourceDefinitions, { ...definition, spec: { ...definition.spec, versions: next } });
    started.clock.advanceBy(0);
  };
  return { ...started, current, redefine };
}

export const widget = (name: string, spec: Readonly<Record<string, unknown>> = {}): Draft<Widget> => ({ metadata: { name, namespace: 'default' }, spec });
