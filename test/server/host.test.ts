import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageOf } from '../../src/schema/protobuf-facts';
import { encodeProtobuf } from '../schema/protobuf-encode';
import { World } from './world';

const configMaps = '/api/v1/namespaces/default/configmaps';
let world: World;
beforeAll(async () => { world = await World.start(); });
afterAll(async () => {
  await world.stop();
  expect(world.defects).toEqual([]);
  expect(world.host.openSockets).toBe(0);
});

const json = (text: string): { readonly message?: string; readonly reason?: string } => JSON.parse(text) as object;

describe('answers', () => {
  test('carry what every answer of a Kubernetes API server carries', async () => {
    const { code, headers } = await world.ask('/version');
    expect(code).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-cache, private', 'content-type': 'application/json' });
    expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await world.ask('/version', { headers: { 'Audit-ID': 'mine' } })).headers['audit-id']).toBe('mine');
  });

  test('are compressed when they are long and the client reads gzip', async () => {
    await world.create(configMaps, { metadata: { name: 'long' }, data: { text: 'x'.repeat(200_000) } });
    const plain = await world.ask(`${configMaps}/long`);
    const packed = await world.ask(`${configMaps}/long`, { headers: { 'accept-encoding': 'gzip, deflate' } });
    const short = await world.ask('/version', { headers: { 'accept-encoding': 'gzip' } });
    expect([plain, packed, short].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip', undefined]);
    expect(packed.headers.vary).toBe('Accept-Encoding');
    expect(packed.body.length).toBeLessThan(10_000);
    expect(gunzipSync(packed.body).toString()).toBe(plain.text);
  });

  test('bring warnings as headers, quoted', async () => {
    const { code, headers } = await world.create(configMaps, { metadata: { name: 'warned' }, 'da"ta': {} });
    expect(code).toBe(201);
    expect(headers['warning']).toBe('299 - "unknown field \\"da\\"ta\\""');
  });

  test('to HEAD have no body, and say that there is no such method on resources', async () => {
    const { code, text } = await world.ask(configMaps, { method: 'HEAD' });
    expect({ code, text }).toEqual({ code: 405, text: '' });
  });
});

describe('bodies', () => {
  test('in protobuf are objects', async () => {
    const body = encodeProtobuf('v1', 'ConfigMap', messageOf('v1', 'ConfigMap') ?? '', { metadata: { name: 'bytes' }, data: { a: 'b' } });
    const { code, text } = await world.ask(configMaps, { method: 'POST', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' }, body });
    expect(code).toBe(201);
    expect(JSON.parse(text)).toMatchObject({ kind: 'ConfigMap', data: { a: 'b' }, metadata: { name: 'bytes', creationTimestamp: expect.any(String) } });
  });

  test.each([
    ['no envelope', Buffer.from('{}'), 'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})'],
    ['a torn message', Buffer.concat([Uint8Array.of(0x6b, 0x38, 0x73, 0, 0x12, 2, 0x0a, 9)]), 'ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF'],
  ])('in protobuf: %s is refused', async (_what, body, message) => {
    const { code, text } = await world.ask(configMaps, { method: 'POST', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' }, body });
    expect({ code, message: json(text).message }).toEqual({ code: 400, message });
  });

  test('of more than 3 MiB are too large', async () => {
    const { code, text } = await world.ask(configMaps, { method: 'POST', headers: { 'content-type': 'application/json' }, body: ' '.repeat(3_145_729) });
    expect({ code, ...json(text) }).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728' });
  });

  test('of a type that nobody knows are refused', async () => {
    const { code, text } = await world.ask(configMaps, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
    expect({ code, ...json(text) }).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  });

  test('that never end leave nothing behind', async () => {
    const { socket } = await world.raw(`POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"metadata"`);
    await world.until(() => world.host.openSockets > 1);
    socket.destroy();
    await world.until(() => world.host.openSockets <= 1);
    expect((await world.ask(`${configMaps}/metadata`)).code).toBe(404);
  });
});

describe('what is hardly HTTP', () => {
  test('a method that nobody knows is answered with a Status', async () => {
    const { received, closed } = await world.raw(`FOO ${configMaps} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await world.until(closed);
    expect(received()).toMatch(/^HTTP\/1\.1 405 /);
    expect(received()).toContain('"message":"the server does not allow this method on the requested resource"');
  });

  test('other bytes are a bad request', async () => {
    const { received, closed } = await world.raw('hello\r\n\r\n');
    await world.until(closed);
    expect(received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test.each(['/api/v1/namespaces/%zz/pods', '//', '/api/v1/%', '/%2e%2e/', '/apis/apps/v1/namespaces/default/deployments/%00'])('the path %s is answered', async (path) => {
    const { received, socket } = await world.raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await world.until(() => received().includes('\r\n\r\n'));
    socket.destroy();
    expect(received()).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test('a wish for another protocol that is not spoken is passed over', async () => {
    const { received, closed } = await world.raw('GET /version HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n');
    await world.until(closed);
    expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"gitVersion":"v1\.36/);
  });
});
