import { describe, expect } from 'vitest';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import type { Draft, KubeObject, Resource } from '../../../src/api/types';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '../../../src/schema/types';
import { isObject } from '../../../src/lib/json';
import { behaviour } from '../behaviours';
import { found, refusal, startConformance, type Framework } from '../framework';

type Foo = KubeObject & { readonly spec?: Readonly<Record<string, unknown>>; readonly [field: string]: unknown };
const foosAt = (version: string, namespaced = true): Resource<Foo> =>
  ({ resource: 'foos.crd.example.com', group: 'crd.example.com', version, apiVersion: `crd.example.com/${version}`, kind: 'Foo', namespaced });
const Foos = foosAt('v1');
const open: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const version = (name: string, schema: JSONSchemaProps, more: Partial<CustomResourceDefinitionVersion> = {}): CustomResourceDefinitionVersion =>
  ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schema }, ...more });
const definition = (versions: readonly CustomResourceDefinitionVersion[], more: Partial<CustomResourceDefinition['spec']> = {}, plural = 'foos'): Draft<CustomResourceDefinition> => ({
  metadata: { name: `${plural}.crd.example.com`, labels: { e2e: 'crd' } },
  spec: { group: 'crd.example.com', scope: 'Namespaced', names: { plural, kind: plural === 'foos' ? 'Foo' : 'Bar' }, versions, ...more },
});

/** A definition, once it is established. */
function define({ api, until }: Framework, draft: Draft<CustomResourceDefinition>): CustomResourceDefinition {
  const created = api.create(CustomResourceDefinitions, draft);
  return until('the definition is established', () => {
    const current = api.get(CustomResourceDefinitions, created.metadata);
    return current.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ? current : undefined;
  });
}

const withSpec = (properties: Readonly<Record<string, JSONSchemaProps>>): JSONSchemaProps => ({ type: 'object', properties: { spec: { type: 'object', properties } } });

describe('custom resource definitions', () => {
  behaviour('api-machinery-033', () => {
    const framework = startConformance();
    const { api, until } = framework;
    define(framework, definition([version('v1', open)]));
    api.delete(CustomResourceDefinitions, { name: 'foos.crd.example.com' });
    until('the definition is gone', () => found(() => api.get(CustomResourceDefinitions, { name: 'foos.crd.example.com' })) === undefined);
  });

  behaviour('api-machinery-035', () => {
    const framework = startConformance();
    const { api, until } = framework;
    define(framework, definition([version('v1', open)]));
    define(framework, definition([version('v1', open)], {}, 'bars'));
    const query = { labelSelector: 'e2e=crd' };
    expect(api.list(CustomResourceDefinitions, undefined, query).items.map(({ metadata }) => metadata.name)).toEqual(['bars.crd.example.com', 'foos.crd.example.com']);
    api.deleteCollection(CustomResourceDefinitions, undefined, query);
    until('all are gone', () => api.list(CustomResourceDefinitions, undefined, query).items.length === 0);
  });

  behaviour('api-machinery-034', () => {
    const framework = startConformance();
    const { api } = framework;
    const established = define(framework, definition([version('v1', open)]));
    const status = api.get(CustomResourceDefinitions, established.metadata, 'status');
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from an e2e test', lastTransitionTime: status.metadata.creationTimestamp };
    const updated = api.update(CustomResourceDefinitions, { ...status, status: { ...status.status, conditions: [...(status.status?.conditions ?? []), condition] } }, 'status');
    expect(updated.status?.conditions).toContainEqual(expect.objectContaining({ reason: 'E2E' }));
    const patched = api.patch(CustomResourceDefinitions, established.metadata, { status: { conditions: [{ ...condition, type: 'StatusPatched' }] } }, 'merge', 'status');
    expect(patched.status?.conditions?.map(({ type }) => type)).toContain('StatusPatched');
  });

  behaviour('api-machinery-037', () => {
    const { api } = startConformance();
    const groups = api.json('/apis') as { readonly groups: readonly { readonly name: string; readonly versions: readonly { readonly version: string }[] }[] };
    expect(groups.groups.find(({ name }) => name === 'apiextensions.k8s.io')?.versions.map((each) => each.version)).toEqual(['v1']);
    expect(api.json('/apis/apiextensions.k8s.io')).toMatchObject({ name: 'apiextensions.k8s.io', preferredVersion: { version: 'v1' } });
    const resources = api.json('/apis/apiextensions.k8s.io/v1') as { readonly resources: readonly { readonly name: string }[] };
    expect(resources.resources.map(({ name }) => name)).toContain('customresourcedefinitions');
  });

  behaviour('api-machinery-036', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const schema = (extra: Readonly<Record<string, JSONSchemaProps>>): JSONSchemaProps => ({ ...open, properties: { a: { type: 'string' }, ...extra } });
    const established = define(framework, definition([version('v1', schema({}))]));
    api.create(Foos, { metadata: { name: 'before', namespace }, a: 'A' } as Draft<Foo>);
    api.update(CustomResourceDefinitions,
      { ...api.get(CustomResourceDefinitions, established.metadata), spec: { ...established.spec, versions: [version('v1', schema({ b: { type: 'string', default: 'B' } }))] } });
    until('what is stored is read with the default', () => api.get(Foos, { namespace, name: 'before' })['b'] === 'B');
    expect(api.create(Foos, { metadata: { name: 'after', namespace } } as Draft<Foo>)['b']).toBe('B');
  });

  behaviour('api-machinery-032', () => {
    const framework = startConformance();
    const { api, wait } = framework;
    define(framework, definition([version('v1', open)], { scope: 'Cluster' }));
    const Cluster = foosAt('v1', false);
    const watched = api.watch(Cluster);
    const created = api.create(Cluster, { metadata: { name: 'name1' }, content: 'first' } as Draft<Foo>);
    api.patch(Cluster, created.metadata, { dummy: 'test' }, 'merge');
    api.delete(Cluster, created.metadata);
    wait(1_000);
    expect(watched.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });
});

/** Upstream's converter: a host and a port in one field in v1, in two in v2. */
function convert(review: unknown): { readonly body: unknown } {
  const request = isObject(review) && isObject(review['request']) ? review['request'] : {};
  const desired = request['desiredAPIVersion'];
  const objects = (Array.isArray(request['objects']) ? request['objects'] : []) as readonly Foo[];
  const convertedObjects = objects.map((object) => {
    const { hostPort, host, port, ...rest } = object;
    const [first, second] = String(hostPort).split(':');
    return { ...rest, apiVersion: desired, ...(desired === 'crd.example.com/v2' ? { host: first, port: second } : { hostPort: `${String(host)}:${String(port)}` }) };
  });
  return { body: { kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', response: { uid: request['uid'], result: { status: 'Success' }, convertedObjects } } };
}

function startConverting() {
  const framework = startConformance();
  framework.cluster.server.webhooks.register('https://converter.example/crdconvert', convert);
  const text: JSONSchemaProps = { type: 'string' };
  const v1 = version('v1', { type: 'object', properties: { hostPort: text } }, { selectableFields: [{ jsonPath: '.hostPort' }] });
  const v2 = version('v2', { type: 'object', properties: { host: text, port: text } }, { selectableFields: [{ jsonPath: '.host' }, { jsonPath: '.port' }] });
  const webhook = { clientConfig: { url: 'https://converter.example/crdconvert' }, conversionReviewVersions: ['v1', 'v1beta1'] };
  const established = define(framework, definition([v1, v2], { conversion: { strategy: 'Webhook', webhook } }));
  return { ...framework, established, v1, v2 };
}
const V2 = foosAt('v2');

describe('conversion webhooks', () => {
  behaviour('api-machinery-031', () => {
    const { api, namespace } = startConverting();
    api.create(Foos, { metadata: { name: 'cr-instance-1', namespace }, hostPort: 'localhost:8080' } as Draft<Foo>);
    expect(api.get(V2, { namespace, name: 'cr-instance-1' })).toMatchObject({ apiVersion: 'crd.example.com/v2', host: 'localhost', port: '8080' });
  });

  behaviour('api-machinery-030', () => {
    const { api, namespace, established, v1, v2, wait } = startConverting();
    api.create(Foos, { metadata: { name: 'cr-instance-1', namespace }, hostPort: 'localhost:8080' } as Draft<Foo>);
    const current = api.get(CustomResourceDefinitions, established.metadata);
    api.update(CustomResourceDefinitions, { ...current, spec: { ...current.spec, versions: [{ ...v1, storage: false }, { ...v2, storage: true }] } });
    wait(1_000);
    api.create(Foos, { metadata: { name: 'cr-instance-2', namespace }, hostPort: 'localhost:8081' } as Draft<Foo>);
    const { items } = api.list(V2, namespace);
    expect(items.map(({ apiVersion, host, port }) => [apiVersion, host, port])).toEqual([['crd.example.com/v2', 'localhost', '8080'], ['crd.example.com/v2', 'localhost', '8081']]);
  });

  behaviour('api-machinery-038', () => {
    const { api, namespace, wait } = startConverting();
    const first = api.watch(Foos, namespace, { fieldSelector: 'hostPort=host1:80' });
    const second = api.watch(V2, namespace, { fieldSelector: 'host=host1' });
    api.create(Foos, { metadata: { name: 'one', namespace }, hostPort: 'host1:80' } as Draft<Foo>);
    api.create(Foos, { metadata: { name: 'two', namespace }, hostPort: 'host1:8080' } as Draft<Foo>);
    api.create(V2, { metadata: { name: 'three', namespace }, host: 'host2', port: '80' } as Draft<Foo>);
    wait(1_000);
    expect(first.events.map(({ object }) => object.metadata.name)).toEqual(['one']);
    expect(second.events.map(({ object }) => object.metadata.name)).toEqual(['one', 'two']);
    expect(api.list(V2, namespace, { fieldSelector: 'host=host1,port=8080' }).items.map(({ metadata }) => metadata.name)).toEqual(['two']);
    expect(refusal(() => api.list(Foos, namespace, { fieldSelector: 'host=host1' }))).toMatchObject({ code: 400 });
  });
});

describe('field validation of custom resources', () => {
  const apply = ({ api, namespace }: Framework, text: string) =>
    api.raw('PATCH', `/apis/crd.example.com/v1/namespaces/${namespace}/foos/mytest`,
      { query: 'fieldManager=apply_test&fieldValidation=Strict', body: text, headers: { 'content-type': 'application/apply-patch+yaml' } });
  const manifest = 'apiVersion: crd.example.com/v1\nkind: Foo\nmetadata:\n  name: mytest\n';

  behaviour('api-machinery-050', () => {
    const framework = startConformance();
    define(framework, definition([version('v1', open)]));
    expect(apply(framework, `${manifest}spec:\n  unknown: uk1\n  cronSpec: "* * * * */5"\n  ports:\n  - name: x\n    containerPort: 80\n`).code).toBe(201);
  });

  behaviour('api-machinery-051', () => {
    const framework = startConformance();
    define(framework, definition([version('v1', withSpec({ foo: { type: 'string' }, cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' } }))]));
    expect(apply(framework, `${manifest}spec:\n  foo: foo1\n  cronSpec: "* * * * */5"\n`).code).toBe(201);
  });

  behaviour('api-machinery-052', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    define(framework, definition([version('v1',
      withSpec({ foo: { type: 'string' }, template: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } } }))]));
    const answer = apply(framework, `${manifest}spec:\n  foo: foo1\n  unknown: uk1\n`);
    expect([answer.code >= 400, answer.body]).toEqual([true, expect.stringContaining('.spec.unknown: field not declared in schema')]);
    const body = { apiVersion: 'crd.example.com/v1', kind: 'Foo', metadata: { name: 'mytest', unknownMeta: 'unk' }, spec: { foo: 'a', unknown: 1 } };
    const created = api.raw('POST', `/apis/crd.example.com/v1/namespaces/${namespace}/foos`, { query: 'fieldValidation=Strict', body, headers: { 'content-type': 'application/json' } });
    expect(created).toMatchObject({ code: 400, body: expect.stringContaining('strict decoding error: unknown field \\"metadata.unknownMeta\\", unknown field \\"spec.unknown\\"') as string });
  });

  behaviour('api-machinery-053', () => {
    const framework = startConformance();
    define(framework, definition([version('v1', open)]));
    const answer = apply(framework, `${manifest}spec:\n  unknown: uk1\n  unknown: uk2\n  foo: foo1\n`);
    expect([answer.code, answer.body]).toEqual([400, expect.stringContaining('key \\"unknown\\" already set in map')]);
  });
});
