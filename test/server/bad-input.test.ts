import { get, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCluster } from '../../src/cluster';
import { HttpHost } from '../../src/server/host';
import { World, type Asked } from './world';

const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'content-type': 'application/json' };
let world: World;
let openWatches = 0;
beforeAll(async () => {
  world = await World.start(0);
  const { store } = world.cluster;
  const watch = store.watch.bind(store);
  vi.spyOn(store, 'watch').mockImplementation((prefix, since) => new Observable((subscriber) => {
    openWatches++;
    subscriber.add(() => { openWatches--; });
    return watch(prefix, since).subscribe(subscriber);
  }));
});
afterAll(async () => {
  await world.stop();
  expect(world.defects).toEqual([]);
  expect({ streams: world.host.openStreams, sockets: world.host.openSockets, watches: openWatches }).toEqual({ streams: 0, sockets: 0, watches: 0 });
});

/** Which ConfigMaps there are, and since when. */
const stored = (): readonly string[] => [...world.cluster.store.range('configmaps/')].map(({ key, revision }) => `${key} ${revision}`);

const deepJson = `{"apiVersion":"v1","kind":"ConfigMap","data":${'['.repeat(100_000)}`;
const post = (body: string | Uint8Array, contentType = 'application/json'): Asked => ({ method: 'POST', headers: { 'content-type': contentType }, body });
const unreadable = 'the object provided is unrecognized (must be of type ConfigMap): ';

describe('what cannot be taken is refused in upstream\'s words', () => {
  test.each<readonly [string, string, Asked, number, string | RegExp]>([
    ['a content type that nobody reads', configMaps, post('x', 'text/plain'), 415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf'],
    ['a patch of no known type', `${configMaps}/x`, { ...post('{}'), method: 'PATCH' }, 415, '415: Unsupported Media Type'],
    ['a body of more than 3 MiB', configMaps, post(' '.repeat(3_145_729)), 413, 'Request entity too large: limit is 3145728'],
    ['no body', configMaps, post(''), 400, `${unreadable}couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`],
    ['half of a JSON object', configMaps, post('{"apiVersion":"v1",'), 400, `${unreadable}couldn't get version/kind; json parse error: unexpected end of JSON input ({"apiVersion":"v1",)`],
    ['YAML that says it is JSON', configMaps, post('apiVersion: v1\n'), 400, /^the object .*json parse error: invalid character 'a' looking for beginning of value \(/],
    ['bad YAML', configMaps, post('a: [', 'application/yaml'), 400, `${unreadable}yaml: line 1: did not find expected node content (613a205b)`],
    ['bytes that are no protobuf', configMaps, post('k8s', 'application/vnd.kubernetes.protobuf'), 400, /provided data does not appear to be a protobuf message, expected prefix \[107 56 115 0\]/],
    ['duplicate keys, where they are to be refused', `${configMaps}?fieldValidation=Strict`, post('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","name":"y"}}'), 400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "metadata.name"'],
    ['lists without end', configMaps, post(deepJson), 400, /json parse error: exceeded max depth/],
    ['YAML lists without end', configMaps, post('- '.repeat(20_000), 'application/yaml'), 400, /yaml: line 1: exceeded max depth/],
    ['gzip, which no request may come in', configMaps, post(gzipSync('{"kind":"ConfigMap"}')), 400, /json parse error: invalid character '\\x1f' looking for beginning of value \(1f8b08/],
    ['gzip cut off', configMaps, { ...post(gzipSync('{"kind":"ConfigMap"}').subarray(0, 12)), headers: { ...json, 'content-encoding': 'gzip' } }, 400, /\(1f8b08/],
    ['a limit that is no number', `${configMaps}?limit=x`, {}, 400, /strconv\.ParseInt: parsing "x": invalid syntax/],
    ['a query that is hardly one', `${configMaps}?&&=&%zz=%&labelSelector=%`, {}, 400, /unable to parse requirement/],
    ['a path that names nothing', '/api/v1/namespaces/default/nosuch', {}, 404, 'the server could not find the requested resource'],
    ['a method the resource has not', `${configMaps}/x`, post('{}'), 405, 'the server does not allow this method on the requested resource'],
    ['a form that cannot be given', configMaps, { headers: { accept: 'text/html' } }, 406, /^406: Not Acceptable\n\nAvailable representations: application\/json/],
  ])('%s', async (_what, path, asked, code, message) => {
    const before = stored();
    const answer = await world.ask(path, asked);
    const status = JSON.parse(answer.text) as { readonly message: string };
    expect(status).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
    expect(answer.code).toBe(code);
    if (typeof message === 'string') expect(status.message).toBe(message); else expect(status.message).toMatch(message);
    expect(stored()).toEqual(before);
  });

  test('a path beside everything is answered as text', async () => {
    const { code, text, headers } = await world.ask('/nothing');
    expect({ code, text, type: headers['content-type'] }).toEqual({ code: 404, text: '404 page not found\n', type: 'text/plain; charset=utf-8' });
  });
});

describe('who is not known, or may not', () => {
  let guarded: HttpHost;
  let port = 0;
  const cluster = createCluster({ nodes: 0, authorizationMode: 'RBAC' }).boot();
  beforeAll(async () => {
    guarded = new HttpHost({ served: cluster.server, defect: (error) => { throw error; } });
    port = await guarded.listen(0, '127.0.0.1');
  });
  afterAll(() => guarded.close());

  const ask = (path: string, headers: Readonly<Record<string, string>>): Promise<object> => new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${port}${path}`, { headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => { text += part.toString(); });
      response.on('end', () => resolve({ code: response.statusCode, body: JSON.parse(text) as object }));
    }).on('error', reject);
  });

  test('a token that nobody gave out is refused with 401', async () => {
    expect(await ask(configMaps, { authorization: 'Bearer nonsense' })).toEqual({
      code: 401, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    });
  });

  test('a stranger is refused with 403', async () => {
    expect(await ask(configMaps, {})).toEqual({
      code: 403, body: {
        kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403, details: { kind: 'configmaps' },
        message: 'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
      },
    });
  });
});

describe('clients that go away', () => {
  beforeEach(() => world.until(() => world.host.openStreams === 0));

  test('in the middle of a watch leave no stream and no watch of the store', async () => {
    const before = openWatches;
    const watches = await Promise.all(Array.from({ length: 20 }, () => world.raw(`GET ${configMaps}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`)));
    await world.until(() => world.host.openStreams === 20);
    expect(openWatches - before).toBe(20);
    for (const { socket } of watches) socket.resetAndDestroy();
    await world.until(() => world.host.openStreams === 0);
    expect(openWatches).toBe(before);
  });

  test('in the middle of a body change nothing', async () => {
    const before = stored();
    const sockets = world.host.openSockets;
    const whole = request(`${world.url}${configMaps}`, { method: 'POST', headers: { ...json, 'content-length': '90' } });
    whole.on('error', () => {});
    whole.write('{"metadata":{"name":"half"}}');
    const chunked = await world.raw(`POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\n{"metadata":{"name":"half"}}\r\n`);
    await world.until(() => world.host.openSockets >= sockets + 2);
    whole.destroy();
    chunked.socket.destroy();
    await world.until(() => world.host.openSockets <= sockets);
    expect(stored()).toEqual(before);
  });

  test.each([
    ['a chunk whose length is none', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
    ['two lengths at once', `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
    ['a header without a colon', `GET ${configMaps} HTTP/1.1\r\nHost x\r\n\r\n`],
  ])('with %s get 400', async (_what, text) => {
    const { received, closed } = await world.raw(text);
    await world.until(closed);
    expect(received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test('with garbage behind a request are told that it is none', async () => {
    const { received, closed } = await world.raw('GET /version HTTP/1.1\r\nHost: x\r\n\r\n\u0001\u0002 garbage\r\n\r\n');
    await world.until(closed);
    expect(received()).toMatch(/HTTP\/1\.1 400 Bad Request\r\n/);
    expect((await world.ask('/version')).code).toBe(200);
  });

  test('with headers of more than a megabyte are told so', async () => {
    const { received, closed, socket } = await world.raw(`GET /version HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(1_100_000)}\r\n\r\n`);
    await world.until(() => closed() || received() !== '');
    socket.destroy();
    expect(received()).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  });
});
