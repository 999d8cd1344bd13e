import { describe, expect } from 'vitest';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import { StatusError } from '../../../src/api/status';
import { isObject, type JsonObject } from '../../../src/lib/json';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance, type Framework } from '../framework';

const schema: JSONSchemaProps = {
  type: 'object', description: 'Foo CRD for Testing',
  properties: { spec: { type: 'object', description: 'Specification of Foo',
    properties: { bars: { type: 'array', description: 'List of Bars and their specs.', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } } } } },
};
const version = (name: string, more: Partial<CustomResourceDefinitionVersion> = {}): CustomResourceDefinitionVersion =>
  ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schema }, ...more });

function define({ api, wait }: Framework, group: string, kind: string, versions: readonly CustomResourceDefinitionVersion[]): CustomResourceDefinition {
  const plural = `${kind.toLowerCase()}s`;
  const created = api.create(CustomResourceDefinitions, { metadata: { name: `${plural}.${group}` }, spec: { group, scope: 'Namespaced', names: { plural, kind }, versions } });
  wait(1_000);
  return api.get(CustomResourceDefinitions, created.metadata);
}

/** The published schema of a kind; undefined when its group version publishes none. */
function published({ api }: Framework, group: string, of: string, kind: string): JsonObject | undefined {
  let document: unknown;
  try { document = api.json(`/openapi/v3/apis/${group}/${of}`); } catch (error) {
    if (error instanceof SyntaxError || error instanceof StatusError) return undefined;   // not found is plain text
    throw error;
  }
  const components = isObject(document) && isObject(document['components']) ? document['components']['schemas'] : undefined;
  const found = isObject(components) ? components[[...group.split('.').reverse(), of, kind].join('.')] : undefined;
  return isObject(found) ? found : undefined;
}

const described = { description: 'Foo CRD for Testing', properties: { spec: { description: 'Specification of Foo' }, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: {} } };

describe('OpenAPI of custom resources', () => {
  behaviour('api-machinery-045', () => {
    const framework = startConformance();
    define(framework, 'one.example.com', 'Foo', [version('v1')]);
    define(framework, 'two.example.com', 'Foo', [version('v1')]);
    for (const group of ['one.example.com', 'two.example.com'])
      expect(published(framework, group, 'v1', 'Foo')).toMatchObject({ ...described, 'x-kubernetes-group-version-kind': [{ group, version: 'v1', kind: 'Foo' }] });
  });

  behaviour('api-machinery-047', () => {
    const framework = startConformance();
    define(framework, 'one.example.com', 'Foo', [version('v1'), version('v2')]);
    for (const of of ['v1', 'v2']) expect(published(framework, 'one.example.com', of, 'Foo')).toMatchObject(described);
  });

  behaviour('api-machinery-046', () => {
    const framework = startConformance();
    define(framework, 'one.example.com', 'Foo', [version('v1')]);
    define(framework, 'one.example.com', 'Waldo', [version('v1')]);
    for (const kind of ['Foo', 'Waldo']) expect(published(framework, 'one.example.com', 'v1', kind)).toMatchObject(described);
  });

  behaviour('api-machinery-040', () => {
    const framework = startConformance();
    const { api, wait } = framework;
    const current = define(framework, 'one.example.com', 'Foo', [version('v1'), version('v2')]);
    api.patch(CustomResourceDefinitions, current.metadata, { spec: { versions: [version('v1'), version('v4')] } }, 'merge');
    wait(1_000);
    expect(published(framework, 'one.example.com', 'v4', 'Foo')).toMatchObject(described);
    expect(published(framework, 'one.example.com', 'v2', 'Foo')).toBeUndefined();
    expect(published(framework, 'one.example.com', 'v1', 'Foo')).toMatchObject(described);
  });

  behaviour('api-machinery-039', () => {
    const framework = startConformance();
    const { api, wait } = framework;
    const current = define(framework, 'one.example.com', 'Foo', [version('v1'), version('v2')]);
    api.patch(CustomResourceDefinitions, current.metadata, { spec: { versions: [version('v1'), version('v2', { served: false })] } }, 'merge');
    wait(1_000);
    expect(published(framework, 'one.example.com', 'v2', 'Foo')).toBeUndefined();
    expect(published(framework, 'one.example.com', 'v1', 'Foo')).toMatchObject(described);
  });
});
