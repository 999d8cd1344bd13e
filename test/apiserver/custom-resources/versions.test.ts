import { describe, expect, test } from 'vitest';
import { handle } from '../../../src/apiserver/http/handle';
import type { JSONSchemaProps } from '../../../src/schema/types';
import { isObject } from '../../../src/lib/json';
import { admin, refusal } from '../start';
import { startWith, versionOf, widget, Widgets, widgetsAt, type Widget } from './definition';

const text = { type: 'string' } as const;
const specOf = (properties: Readonly<Record<string, JSONSchemaProps>>): JSONSchemaProps => ({ type: 'object', properties });
const V2 = widgetsAt('v2');

describe('versions of one custom resource', () => {
  test('show the same objects, each by its own schema', () => {
    const { client } = startWith([versionOf('v1', specOf({ a: text, b: text })), versionOf('v2', specOf({ a: text, c: { type: 'string', default: 'c' } }))]);
    client.create(Widgets, widget('one', { a: '1', b: '2' }));
    expect(client.get(V2, { namespace: 'default', name: 'one' })).toMatchObject({ apiVersion: 'example.org/v2', spec: { a: '1', c: 'c' } });
    client.create(V2, widget('two', { a: '3', c: '4' }));
    expect(client.get(Widgets, { namespace: 'default', name: 'two' })).toMatchObject({ apiVersion: 'example.org/v1', spec: { a: '3' } });
    expect(client.list(V2, 'default').items.map(({ apiVersion }) => apiVersion)).toEqual(['example.org/v2', 'example.org/v2']);
  });

  test('are watched each in its own form', () => {
    const { server, client, clock } = startWith([versionOf('v1', specOf({ a: text })), versionOf('v2', specOf({ a: text }))]);
    const seen: string[] = [];
    server.watch({ resource: Widgets.resource, version: 'v1', since: '', user: admin }).subscribe(({ object }) => seen.push(object.apiVersion));
    server.watch({ resource: Widgets.resource, version: 'v2', since: '', user: admin }).subscribe(({ object }) => seen.push(object.apiVersion));
    client.create(Widgets, widget('one', { a: '1' }));
    clock.advanceBy(0);
    expect(seen).toEqual(['example.org/v1', 'example.org/v2']);
  });

  test('read what was stored before a schema changed: pruned and defaulted', () => {
    const { client, redefine } = startWith([versionOf('v1', specOf({ a: text, b: text }))]);
    client.create(Widgets, widget('one', { a: '1', b: '2' }));
    redefine([versionOf('v1', specOf({ a: text, c: { type: 'string', default: 'new' } }))]);
    expect(client.get(Widgets, { namespace: 'default', name: 'one' }).spec).toEqual({ a: '1', c: 'new' });
  });

  test('are converted by a webhook, which may change all but who the object is', () => {
    const { server, client } = startWith(
      [versionOf('v1', specOf({ hostPort: text })), versionOf('v2', specOf({ host: text, port: text }))],
      { conversion: { strategy: 'Webhook', webhook: { clientConfig: { url: 'https://converter.example/convert' }, conversionReviewVersions: ['v1'] } } },
    );
    const failing = refusal(() => { client.create(Widgets, widget('one', { hostPort: 'h:1' })); client.get(V2, { namespace: 'default', name: 'one' }); });
    expect(failing.message).toContain('conversion webhook for example.org/v1, Kind=Widget failed: Post "https://converter.example/convert?timeout=30s":');
    server.webhooks.register('https://converter.example/convert', (review) => ({ body: converted(review) }));
    expect(client.get(V2, { namespace: 'default', name: 'one' })).toMatchObject({ apiVersion: 'example.org/v2', spec: { host: 'h', port: '1' } });
    client.create(V2, widget('two', { host: 'g', port: '2' }));
    expect(client.get(Widgets, { namespace: 'default', name: 'two' }).spec).toEqual({ hostPort: 'g:2' });
    expect(client.list(V2, 'default').items.map(({ spec }) => spec?.['host'])).toEqual(['h', 'g']);
  });

  test('that are deprecated say so', () => {
    const { server } = startWith([versionOf('v1', specOf({ a: text })), versionOf('v2', specOf({ a: text }), { deprecated: true })]);
    const answer = handle(server, { method: 'GET', path: '/apis/example.org/v2/widgets', query: '', headers: {}, body: '', user: admin });
    expect('warnings' in answer && answer.warnings).toEqual(['example.org/v2 Widget is deprecated']);
  });
});

/** As the converter of upstream's tests: a host and a port in one field, or in two. */
function converted(review: unknown): unknown {
  const request = isObject(review) ? review['request'] : undefined;
  if (!isObject(request) || !Array.isArray(request['objects'])) throw new Error('no review');
  const objects = (request['objects'] as readonly Widget[]).map((object) => { // what the server sends
    const { hostPort, host, port } = object.spec ?? {};
    const [one, two] = String(hostPort).split(':');
    const spec = request['desiredAPIVersion'] === 'example.org/v2' ? { host: one, port: two } : { hostPort: `${String(host)}:${String(port)}` };
    return { ...object, apiVersion: request['desiredAPIVersion'], spec };
  });
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response: { uid: request['uid'], result: { status: 'Success' }, convertedObjects: objects } };
}

describe('a custom resource', () => {
  test('counts generations of everything but metadata, and of the status only where that is no part of its own', () => {
    const plain = startWith([versionOf('v1', specOf({ a: text }))]);
    const one = plain.client.create(Widgets, { ...widget('one', { a: '1' }), status: { x: 1 } });
    expect(one).toMatchObject({ metadata: { generation: 1 }, status: { x: 1 } });
    expect(plain.client.update(Widgets, { ...one, status: { x: 2 } }).metadata.generation).toBe(2);
    const split = startWith([versionOf('v1', specOf({ a: text }), { subresources: { status: {} } })]);
    const two = split.client.create(Widgets, { ...widget('two', { a: '1' }), status: { x: 1 } });
    expect(two.status).toBeUndefined();
    const told = split.client.update(Widgets, { ...two, metadata: { ...two.metadata, labels: { a: 'b' } }, spec: { a: 'other' }, status: { x: 2 } }, 'status');
    expect(told).toMatchObject({ metadata: { generation: 1 }, spec: { a: '1' }, status: { x: 2 } });
    expect(told.metadata.labels).toBeUndefined();
  });

  test('is judged by rules over its old self, and not for what was wrong already', () => {
    const { client, redefine } = startWith([versionOf('v1', specOf({ a: text, n: { type: 'integer' } }))]);
    const one = client.create(Widgets, widget('one', { a: 'long', n: 1 }));
    redefine([versionOf('v1', specOf({ a: { type: 'string', maxLength: 2 }, n: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'never less' }] } }))]);
    const next = client.update(Widgets, { ...one, spec: { a: 'long', n: 2 } });
    expect(refusal(() => client.update(Widgets, { ...next, spec: { a: 'long', n: 1 } })).message).toBe('Widget.example.org "one" is invalid: spec.n: Invalid value: 1: never less');
    expect(refusal(() => client.update(Widgets, { ...next, spec: { a: 'longer', n: 2 } })).message).toContain('spec.a: Too long: may not be more than 2 bytes');
  });

  test('selects by the fields its version names', () => {
    const { client } = startWith([versionOf('v1', specOf({ a: text, n: { type: 'integer' } }), { selectableFields: [{ jsonPath: '.spec.n' }] })]);
    client.create(Widgets, widget('one', { n: 1 }));
    client.create(Widgets, widget('two', { n: 2 }));
    expect(client.list(Widgets, 'default', { fieldSelector: 'spec.n=2' }).items.map(({ metadata }) => metadata.name)).toEqual(['two']);
  });
});
