import { describe, expect, test } from 'vitest';
import { explain, NoSuchField, type Descriptions } from '../../src/schema/explain';
import { definitions, mergeFactsOf } from '../../src/schema/facts';
import { jsonSchemaOf, type JsonSchema } from '../../src/schema/json-schema';
import { allResources } from '../../src/schema/resources';
import { extractDescriptions } from '../../src/tools/extract-descriptions.mjs';

const pod = { group: '', version: 'v1', kind: 'Pod' };
const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' };
const descriptions: Descriptions = extractDescriptions();

describe('explain', () => {
  const typeOf = (path: readonly string[], name: string) => explain(pod, path)?.fields.find((field) => field.name === name);
  test.each([
    [['spec'], 'containers', '[]Container'], [['spec'], 'nodeSelector', 'map[string]string'], [['spec'], 'hostNetwork', 'boolean'],
    [['metadata'], 'creationTimestamp', 'string'], [[], 'metadata', 'ObjectMeta'],
    [['spec', 'containers', 'resources'], 'limits', 'map[string]Quantity'],
    [['spec', 'containers', 'livenessProbe', 'httpGet'], 'port', 'IntOrString'], [['spec'], 'terminationGracePeriodSeconds', 'integer'],
  ])('%j %s is <%s>', (path, name, type) => expect(typeOf(path, name)?.type).toBe(type));
  test('marks what is required and what can be chosen', () => {
    expect(typeOf(['spec'], 'containers')).toMatchObject({ required: true, nested: true });
    expect(typeOf(['spec', 'containers'], 'imagePullPolicy')).toMatchObject({ required: false, nested: false, enum: ['Always', 'IfNotPresent', 'Never'] });
  });
  test('a field explained has its own text, or that of its type', () => {
    expect(explain(pod, ['spec', 'containers'], descriptions)?.field?.description).toContain('List of containers');
    expect(explain(pod, [], descriptions)?.description).toContain('Pod is a collection of containers');
    expect(explain(pod, [], descriptions)?.fields.find(({ name }) => name === 'spec')?.description).toBeTruthy();
  });
  test('an unknown field is named', () => expect(() => explain(pod, ['spec', 'nope'])).toThrow(new NoSuchField('field "nope" does not exist')));
  test('an unknown kind is not explained', () => expect(explain({ group: '', version: 'v1', kind: 'Nope' })).toBeUndefined());
});

describe('the texts', () => {
  test('every kind that a cluster serves has one', () => {
    const silent = allResources.filter((row) => !explain(row, [], descriptions)?.description).map(({ kind }) => kind);
    expect(silent).toEqual([]);
  });
  test('nearly every field has one', () => {
    const silent = Object.keys(definitions).flatMap((definition) =>
      Object.keys(definitions[definition]?.properties ?? {})
        .filter((field) => descriptions[definition] && !descriptions[definition].fields?.[field]),
    );
    expect(silent.length / Object.values(definitions).flatMap(({ properties = {} }) => Object.keys(properties)).length).toBeLessThan(0.3);
  });
});

describe('the editor\'s schema', () => {
  const schema = jsonSchemaOf(deployment);
  const references = (value: unknown): readonly string[] => [...JSON.stringify(value).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, name = '']) => name);
  test('fixes apiVersion and kind', () => expect(schema).toMatchObject({
    required: expect.arrayContaining(['apiVersion', 'kind']),
    properties: { apiVersion: { const: 'apps/v1' }, kind: { const: 'Deployment' } },
  }));
  test.each(allResources.map((row) => [row.kind, row] as const))('%s has all that it refers to, and structs are closed', (_, row) => {
    const made = jsonSchemaOf(row);
    for (const name of references(made)) expect(made?.definitions).toHaveProperty([name]);
    for (const inner of Object.values<JsonSchema>(made?.definitions ?? {})) if (inner.properties) expect(inner.additionalProperties).toBe(false);
  });
  test('a text beside a reference goes around it', () => {
    const { spec } = jsonSchemaOf(deployment, { 'io.k8s.api.apps.v1.Deployment': { fields: { spec: 'what is wanted' } } })?.properties ?? {};
    expect(spec).toEqual({ description: 'what is wanted', anyOf: [{ $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' }] });
  });
});

describe('merge facts', () => {
  const facts = mergeFactsOf('io.k8s.api.apps.v1.Deployment');
  const template = facts.field('spec')?.facts?.field('template')?.facts?.field('spec')?.facts;
  test('of containers, their environment and their arguments', () => {
    expect(template?.field('containers')).toMatchObject({ merge: true, mergeKey: 'name' });
    expect(template?.field('containers')?.facts?.field('env')).toMatchObject({ merge: true, mergeKey: 'name' });
    expect(template?.field('containers')?.facts?.field('args')).not.toHaveProperty('merge');
    expect(template?.field('volumes')).toMatchObject({ merge: true, retainKeys: true, mergeKey: 'name' });
    expect(facts.field('spec')?.facts?.field('strategy')).toMatchObject({ retainKeys: true });
  });
  test('are made once', () => expect(mergeFactsOf('io.k8s.api.apps.v1.Deployment')).toBe(facts));
  test('of what is unknown there are none', () => expect(facts.field('toString')).toBeUndefined());
});
