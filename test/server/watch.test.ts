import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { World } from './world';

const configMaps = '/api/v1/namespaces/default/configmaps';
let world: World;
beforeAll(async () => { world = await World.start(); });
afterAll(async () => {
  await world.stop();
  expect(world.defects).toEqual([]);
});

type Line = { readonly type: string; readonly object: { readonly metadata: { readonly name: string; readonly annotations?: object }; readonly code?: number } };

/** A watch, and the lines that came. */
async function watch(query: string): Promise<{ readonly lines: () => readonly Line[]; readonly response: IncomingMessage; readonly ended: () => boolean }> {
  let [text, ended] = ['', false];
  const response = await world.live(new Promise<IncomingMessage>((resolve, reject) => { get(`${world.url}${configMaps}?watch=true${query}`, resolve).on('error', reject); }));
  response.on('data', (part: Buffer) => { text += part.toString(); });
  response.on('end', () => { ended = true; });
  response.on('error', () => {});
  return { lines: () => text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line), response, ended: () => ended };
}

describe('watches over HTTP', () => {
  test('are lines of JSON, one an event, as they happen', async () => {
    const { lines, response } = await watch('&fieldSelector=metadata.name%3Da');
    expect(response.headers).toMatchObject({ 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    await world.create(configMaps, { metadata: { name: 'a' } });
    await world.create(configMaps, { metadata: { name: 'b' } });
    await world.ask(`${configMaps}/a`, { method: 'DELETE' });
    await world.until(() => lines().length >= 2);
    expect(lines().map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['ADDED a', 'DELETED a']);
    response.destroy();
    await world.until(() => world.host.openStreams === 0);
  });

  test('send what exists and a bookmark first if asked to', async () => {
    await world.create(configMaps, { metadata: { name: 'c' } });
    const { lines, response } = await watch('&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
    await world.until(() => lines().some(({ type }) => type === 'BOOKMARK'));
    expect(lines().at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(lines().some(({ type, object }) => type === 'ADDED' && object.metadata.name === 'c')).toBe(true);
    response.destroy();
    await world.until(() => world.host.openStreams === 0);
  });

  test('end when the client wants them to', async () => {
    const { ended } = await watch('&timeoutSeconds=1');
    await world.until(ended);
    expect(world.host.openStreams).toBe(0);
  });

  test('end by themselves within an hour, and not before half of one', async () => {
    const planned = vi.spyOn(globalThis, 'setTimeout');
    const { response } = await watch('');
    const lengths = planned.mock.calls.map(([, ms]) => ms ?? 0).filter((ms) => ms >= 1_800_000);
    planned.mockRestore();
    expect(lengths).toHaveLength(1);
    expect(lengths[0]).toBeLessThan(3_600_000);
    response.destroy();
    await world.until(() => world.host.openStreams === 0);
  });

  test('that cannot begin are answered with a Status', async () => {
    const { code, text } = await world.ask(`${configMaps}?watch=true&labelSelector=%3D%3D`);
    expect(code).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ kind: 'Status', status: 'Failure' });
  });

  test('leave nothing behind when a hundred clients go away', async () => {
    const watches = await Promise.all(Array.from({ length: 100 }, () => watch('')));
    expect(world.host.openStreams).toBe(100);
    await world.create(configMaps, { metadata: { name: 'seen-by-all' } });
    await world.until(() => watches.every(({ lines }) => lines().some(({ object }) => object.metadata.name === 'seen-by-all')));
    for (const { response } of watches) response.destroy();
    await world.until(() => world.host.openStreams === 0 && world.host.openSockets <= 1);
  });
});
