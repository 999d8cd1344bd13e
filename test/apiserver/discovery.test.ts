import { describe, expect, test } from 'vitest';
import { handle } from '../../src/apiserver/http/handle';
import type { HttpAnswer } from '../../src/apiserver/http/types';
import { kindFrom } from '../../src/kinds/define';
import { at, isRecord, listAt, recordAt, textAt, type JsonRecord } from '../../src/kubectl/values';
import { startServer } from './start';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const beta = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';

function start() {
  const { server } = startServer();
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): HttpAnswer => {
    const [plain = '', query = ''] = path.split('?');
    const answer = handle(server, { method, path: plain, query, headers, body: '', user: { name: 'kubernetes-admin', groups: ['system:masters'] } });
    if (!('body' in answer)) throw new Error('a stream');
    return answer;
  };
  const json = (path: string, headers?: Readonly<Record<string, string>>): JsonRecord => {
    const value: unknown = JSON.parse(ask(path, headers).body);
    return isRecord(value) ? value : {};
  };
  return { server, ask, json };
}

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const gadget = (version: string) => kindFrom({
  group: 'example.org', version, kind: 'Gadget', plural: 'gadgets', singular: 'gadget', shortNames: ['gd'], categories: [], namespaced: true, verbs,
  subresources: [{ name: 'status', kind: 'Gadget', verbs: ['get'] }],
}, {});

describe('discovery', () => {
  test('the aggregated form is given when it is accepted, and says so', () => {
    const { ask } = start();
    expect(ask('/apis', { accept: aggregated })).toMatchObject({ code: 200, contentType: aggregated, headers: { vary: 'Accept' } });
    expect(ask('/apis', { accept: `${beta},application/json` })).toMatchObject({ code: 200, contentType: 'application/json' });
    expect(ask('/apis', { accept: beta })).toMatchObject({ code: 406 });
    expect(ask('/apis', { accept: `application/json;q=0.1,${aggregated}` })).toMatchObject({ contentType: aggregated });
  });

  test('a client that has it already is told so, until a resource comes', () => {
    const { ask, server } = start();
    const tag = ask('/apis', { accept: aggregated }).headers?.['etag'] ?? '';
    expect(ask('/apis', { accept: aggregated, 'if-none-match': tag })).toMatchObject({ code: 304, body: '', headers: { etag: tag } });
    server.kinds.set('gadgets.example.org', [gadget('v1')]);
    expect(ask('/apis', { accept: aggregated, 'if-none-match': tag })).toMatchObject({ code: 200 });
  });

  test('custom resources come after the built-in groups, repeat their group, and go', () => {
    const { json, server, ask } = start();
    server.kinds.set('gadgets.example.org', [gadget('v1'), gadget('v1alpha1'), gadget('v2')]);
    expect(listAt(json('/apis'), 'groups').at(-1))
      .toMatchObject({ name: 'example.org', preferredVersion: { version: 'v2' }, versions: [{ version: 'v2' }, { version: 'v1' }, { version: 'v1alpha1' }] });
    const [newest] = listAt(listAt(json('/apis', { accept: aggregated }), 'items').at(-1), 'versions');
    expect(listAt(newest, 'resources')[0]).toMatchObject({ responseKind: { group: 'example.org', version: 'v2', kind: 'Gadget' }, subresources: [{ responseKind: { group: 'example.org' } }] });
    expect(listAt(json('/apis/example.org/v1'), 'resources').map((each) => textAt(each, 'name'))).toEqual(['gadgets', 'gadgets/status']);
    server.kinds.remove('gadgets.example.org');
    expect(ask('/apis/example.org')).toMatchObject({ code: 404, body: '404 page not found\n' });
  });
});

describe('OpenAPI', () => {
  test('the index names documents by a hash; the right one may be kept, a wrong one is sent to the right', () => {
    const { json, ask } = start();
    const url = textAt(json('/openapi/v3'), 'paths', 'apis/apps/v1', 'serverRelativeURL');
    expect(ask(url)).toMatchObject({ code: 200, headers: { 'cache-control': 'public, immutable' } });
    expect(ask('/openapi/v3/apis/apps/v1?hash=00')).toMatchObject({ code: 301, headers: { location: url } });
    expect(ask('/openapi/v3/apis/apps/v1')).toMatchObject({ headers: { 'cache-control': 'no-cache, private' } });
    expect(ask('/openapi/v2')).toMatchObject({ code: 404 });
  });

  test('every document is complete: no reference leads nowhere, and every write can be validated and tried out', () => {
    const { json } = start();
    for (const entry of Object.values(recordAt(json('/openapi/v3'), 'paths'))) {
      const url = textAt(entry, 'serverRelativeURL');
      const document = json(url);
      const schemas = new Set(Object.keys(recordAt(document, 'components', 'schemas')));
      for (const [, name = ''] of JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)"/g)) expect(schemas, url).toContain(name);
      for (const [path, item] of Object.entries(recordAt(document, 'paths'))) {
        if (textAt(item, 'patch', 'x-kubernetes-action') !== 'patch') continue;
        const names = listAt(item, 'patch', 'parameters').map((each) => textAt(each, 'name'));
        expect(names, path).toEqual(expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation', 'force']));
      }
    }
  });

  test('texts are those the host gave', () => {
    const { server, json } = start();
    server.describeWith({ 'io.k8s.api.apps.v1.Deployment': { text: 'A text.', fields: { spec: 'Another.' } } });
    const schema = at(json('/openapi/v3/apis/apps/v1'), 'components', 'schemas', 'io.k8s.api.apps.v1.Deployment');
    expect(textAt(schema, 'description')).toBe('A text.');
    expect(at(schema, 'properties', 'spec')).toMatchObject({ description: 'Another.', allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }] });
  });
});

describe('paths that are no resources', () => {
  test.each([['/healthz'], ['/livez'], ['/readyz'], ['/livez/ping'], ['/healthz/etcd']])('%s is ok', (path) => expect(start().ask(path)).toMatchObject({ code: 200, body: 'ok' }));
  test('checks are named when asked for, and can be left out', () => {
    const { ask } = start();
    expect(ask('/livez?verbose').body).toBe('[+]ping ok\n[+]etcd ok\nlivez check passed\n');
    expect(ask('/livez?verbose&exclude=etcd').body).toBe('[+]ping ok\n[+]etcd excluded: ok\nlivez check passed\n');
    expect(ask('/livez/none')).toMatchObject({ code: 404 });
  });
  test('metrics count objects', () => expect(start().ask('/metrics').body).toMatch(/^apiserver_resource_objects\{group="",resource="namespaces"\} [1-9]\d*$/m));

  test.each([
    ['/nothing', 404, '404 page not found\n'], ['/apis/none.example/v1/things', 404, '404 page not found\n'], ['/apis/none.example', 404, '404 page not found\n'],
    ['/apis/apps/v9', 404, 'Status'], ['/apis/apps/v9/deployments', 404, 'Status'], ['/api/v2', 404, 'Status'], ['/api/v1/things', 404, 'Status'], ['/apis/apps/v1/things', 404, 'Status'],
    ['/api/v1/namespaces/default/pods/x/nosuch', 404, 'Status'],
  ])('GET %s is %i', (path, code, body) => {
    const answer = start().ask(path);
    expect(answer.code).toBe(code);
    if (body === 'Status') expect(JSON.parse(answer.body)).toMatchObject({ kind: 'Status', reason: 'NotFound', message: 'the server could not find the requested resource' });
    else expect(answer.body).toBe(body);
  });

  test.each([['TRACE', '/api/v1/pods'], ['PUT', '/api/v1/namespaces/default/pods'], ['PATCH', '/api/v1/nodes'], ['POST', '/api/v1/nodes/x'], ['DELETE', '/api/v1/componentstatuses']])(
    '%s %s is no verb of it: 405', (method, path) => expect(start().ask(path, {}, method)).toMatchObject({ code: 405 }));
  test('a path whose escapes are broken is a bad request', () => expect(start().ask('/api/v1/namespaces/%zz')).toMatchObject({ code: 400 }));
});
