import { describe, expect } from 'vitest';
import type { JSONSchemaProps } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { servedKubectl, type Kubectl } from '../kubectl/support';

const kubectlIn = servedKubectl();
let count = 0;

const foo: JSONSchemaProps = {
  type: 'object', description: 'Foo CRD for Testing',
  properties: {
    spec: {
      type: 'object', description: 'Specification of Foo',
      properties: {
        bars: {
          type: 'array', description: 'List of Bars and their specs.',
          items: {
            type: 'object', required: ['name'],
            properties: {
              name: { type: 'string', description: 'Name of Bar.' }, age: { type: 'string', description: 'Age of Bar.' },
              feeling: { type: 'string', description: 'Whether Bar is feeling great.', enum: ['Great', 'Down'] },
              bazs: { type: 'array', description: 'List of Bazs.', items: { type: 'string' } },
            },
          },
        },
      },
    },
    status: { type: 'object', description: 'Status of Foo',
      properties: { bars: { type: 'array', description: 'List of Bars and their statuses.', items: { type: 'object', properties: { bar: { type: 'string' } } } } } },
  },
};
const preserving = { 'x-kubernetes-preserve-unknown-fields': true } as const;

type Defined = { readonly plural: string; readonly object: (more: object) => { input: string } };

/** A definition that the server serves, in a group of its own, and objects of it as text. */
async function define(kubectl: Kubectl, schema: JSONSchemaProps): Promise<Defined> {
  const group = `crd-publish-openapi-${++count}.example.com`;
  const kind = `E2e-test-crd-publish-openapi-${count}-crd`;
  const plural = `${kind.toLowerCase()}s`;
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural, kind, singular: kind.toLowerCase() }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] },
  };
  await kubectl('create -f -', { input: JSON.stringify(definition) });
  await kubectl(`wait --for=condition=Established crd/${plural}.${group} --timeout 30s`);
  return { plural: `${plural}.${group}`, object: (more) => ({ input: JSON.stringify({ apiVersion: `${group}/v1`, kind, metadata: { name: 'test-cr' }, ...more }) }) };
}

async function accepted(kubectl: Kubectl, { plural, object }: Defined, more: object): Promise<void> {
  for (const verb of ['create', 'apply']) {
    await kubectl(`${verb} -f -`, object(more));
    await kubectl(`delete ${plural} test-cr`);
  }
}
async function refused(kubectl: Kubectl, { object }: Defined, more: object, why: string): Promise<void> {
  for (const verb of ['create', 'apply']) expect(await kubectl.attempt(`${verb} -f -`, object(more))).toMatchObject({ code: 1, err: expect.stringContaining(why) });
}

describe('kubectl and published schemas', () => {
  behaviour('api-machinery-043', async () => {
    const kubectl = await kubectlIn();
    const defined = await define(kubectl, foo);
    await accepted(kubectl, defined, { spec: { bars: [{ name: 'test-bar' }] } });
    await refused(kubectl, defined, { spec: { foo: true } }, 'unknown field "spec.foo"');
    await refused(kubectl, defined, { spec: { bars: [{ age: '10' }] } }, 'spec.bars[0].name: Required value');
    await refused(kubectl, defined, { spec: { bars: [{ name: 'test-bar', feeling: 'NonExistentValue' }] } }, 'Unsupported value: "NonExistentValue"');
    const { plural } = defined;
    expect(await kubectl(`explain ${plural}`)).toMatch(/DESCRIPTION:[^]*Foo CRD for Testing[^]*FIELDS:[^]*apiVersion[^]*<string>[^]*APIVersion defines[^]*spec[^]*<Object>[^]*Specification of Foo/);
    expect(await kubectl(`explain ${plural}.metadata`)).toMatch(/DESCRIPTION:[^]*FIELDS:[^]*creationTimestamp[^]*<string>[^]*CreationTimestamp is/);
    expect(await kubectl(`explain ${plural}.spec`)).toMatch(/DESCRIPTION:[^]*Specification of Foo[^]*FIELDS:[^]*bars[^]*<\[\]Object>[^]*List of Bars and their specs/);
    expect(await kubectl(`explain ${plural}.spec.bars`))
      .toMatch(/FIELD: bars <\[\]Object>[^]*DESCRIPTION:[^]*List of Bars and their specs[^]*FIELDS:[^]*bazs[^]*<\[\]string>[^]*List of Bazs[^]*name[^]*<string>[^]*-required-[^]*Name of Bar/);
    expect(await kubectl.attempt(`explain ${plural}.spec.bars2`)).toMatchObject({ code: 1, err: expect.stringContaining('field "bars2" does not exist') });
  });

  behaviour('api-machinery-044', async () => {
    const kubectl = await kubectlIn();
    const defined = await define(kubectl, { type: 'object', ...preserving });
    await accepted(kubectl, defined, { a: { b: 1 }, spec: ['anything'] });
    expect(await kubectl(`explain ${defined.plural}`)).toContain('DESCRIPTION:');
  });

  behaviour('api-machinery-041', async () => {
    const kubectl = await kubectlIn();
    const defined = await define(kubectl, { ...foo, ...preserving });
    await accepted(kubectl, defined, { dummy: 'test', spec: { bars: [{ name: 'test-bar' }] } });
    expect(await kubectl(`explain ${defined.plural}`)).toMatch(/KIND: +E2e-test-crd-publish-openapi/);
  });

  behaviour('api-machinery-042', async () => {
    const kubectl = await kubectlIn();
    const defined = await define(kubectl, { type: 'object', properties: { spec: { type: 'object', ...preserving, properties: { a: { type: 'string' } } } } });
    await accepted(kubectl, defined, { spec: { a: 'known', dummy: { x: [1] } } });
    await refused(kubectl, defined, { dummy: true }, 'unknown field "dummy"');
    expect(await kubectl(`explain ${defined.plural}`)).toMatch(/KIND: +E2e-test-crd-publish-openapi/);
  });
});
