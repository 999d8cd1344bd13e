import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { Pods } from '../../src/kinds/core/pod';
import { EndpointSlices } from '../../src/kinds/discovery/endpointslice';
import { controlFrame, dataFrame, frameTypes, SpdyHeaders, SpdyReader, type SpdyFrame } from '../../src/server/spdy';
import { World } from './world';

let world: World;
const pod = '/api/v1/namespaces/default/pods';
beforeAll(async () => {
  world = await World.start();
  await world.pod('shell', { image: 'busybox', command: ['sh', '-c', 'echo up; echo to stderr >&2; sleep 1d'] });
  await world.pod('web', { image: 'nginx' });
  await world.pod('reader', { image: 'busybox', command: ['sh'], stdin: true, stdinOnce: true });
  await world.pod('terminal', { image: 'busybox', command: ['sh'], stdin: true, tty: true });
});
afterAll(async () => {
  await world.stop();
  expect(world.defects).toEqual([]);
});

const v5 = ['v5.channel.k8s.io'];
const exec = (name: string, words: readonly string[], streams = 'stdout=true&stderr=true'): string =>
  `${pod}/${name}/exec?${words.map((word) => `command=${encodeURIComponent(word)}`).join('&')}&${streams}`;
const send = (socket: WebSocket, channel: number, text: string | Uint8Array): void => socket.send(Buffer.concat([Uint8Array.of(channel), Buffer.from(text)]));

describe('exec over a websocket', () => {
  test('tells outputs apart and ends with the exit code', async () => {
    const talk = await world.talk(exec('shell', ['sh', '-c', 'echo out é; echo err >&2; exit 7']), v5).ended();
    expect([talk.socket.protocol, talk.on(1), talk.on(2), talk.closed]).toEqual(['v5.channel.k8s.io', 'out é\n', 'err\n', 1000]);
    expect(JSON.parse(talk.on(3))).toEqual({
      metadata: {}, status: 'Failure', reason: 'NonZeroExitCode', message: 'command terminated with non-zero exit code: command terminated with exit code 7',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  test('reads what is typed until the client closes that channel', async () => {
    const talk = await world.talk(exec('shell', ['cat'], 'stdin=true&stdout=true'), v5).opened();
    const bytes = Uint8Array.of(0xff, 0, 0xc3, 0x28, 0xe2, 0x82);
    send(talk.socket, 0, bytes.subarray(0, 3));
    send(talk.socket, 0, bytes.subarray(3));
    send(talk.socket, 255, Uint8Array.of(0));
    await talk.ended();
    expect(JSON.parse(talk.on(3))).toEqual({ metadata: {}, status: 'Success' });
    expect([...Buffer.concat(talk.messages.filter(([channel]) => channel === 1).map((each) => each.subarray(1)))]).toEqual([...bytes]);
  });

  test('speaks the first of the client\'s protocols that it knows; older ones end with words', async () => {
    const talk = await world.talk(exec('shell', ['sh', '-c', 'echo x; exit 3']), ['v9.channel.k8s.io', 'base64.channel.k8s.io', ...v5]).ended();
    expect(talk.socket.protocol).toBe('base64.channel.k8s.io');
    expect(talk.messages.map(String)).toEqual([
      `1${Buffer.from('x\n').toString('base64')}`, `3${Buffer.from('command terminated with non-zero exit code: exit status 3').toString('base64')}`,
    ]);
  });

  test('says what kept the command from running', async () => {
    const talk = await world.talk(exec('shell', ['nosuch']), v5).ended();
    expect(JSON.parse(talk.on(3))).toMatchObject({ status: 'Failure', reason: 'InternalError', message: expect.stringContaining('exec: "nosuch": executable file not found in $PATH') });
  });

  test('is refused before the upgrade where there is no such pod or container, or nothing to transport', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': 'v5.channel.k8s.io' };
    const refused = async (path: string, upgrade = true) => {
      const { code, text } = await world.ask(path, upgrade ? { headers } : {});
      return `${code} ${(JSON.parse(text) as { message: string }).message}`;
    };
    expect(await refused(exec('none', ['ls']))).toBe('404 pods "none" not found');
    expect(await refused(`${exec('shell', ['ls'])}&container=x`)).toBe('400 container x is not valid for pod shell');
    expect(await refused(exec('shell', ['ls'], ''))).toBe('400 you must specify at least 1 of stdin, stdout, stderr');
    expect(await refused(exec('shell', ['ls']), false)).toBe('400 Upgrade request required');
  });

  test('ends the command when the client goes away', async () => {
    const talk = await world.talk(exec('shell', ['sleep', '1000']), v5).opened();
    await world.until(() => world.host.openStreams === 1);
    talk.socket.terminate();
    await world.until(() => world.host.openStreams === 0);
    const listing = await world.talk(exec('shell', ['ps']), v5).ended();
    expect(listing.on(1)).not.toContain('sleep 1000');
  });

  test('on a terminal shows keys, corrects lines, and ends lines as raw terminals need it', async () => {
    const talk = await world.talk(exec('shell', ['sh'], 'stdin=true&stdout=true&tty=true'), v5).opened();
    send(talk.socket, 0, 'echo ab\x7fc\r');
    await world.until(() => talk.on(1).includes('ac\r\n/ # '));
    send(talk.socket, 0, 'exit 4\r');
    await talk.ended();
    expect(talk.on(1)).toBe('/ # echo ab\b \bc\r\nac\r\n/ # exit 4\r\n');
    expect(JSON.parse(talk.on(3))).toMatchObject({ details: { causes: [{ message: '4' }] } });
  });
});

describe('attach over a websocket', () => {
  test('types to the main process, whose end is a success', async () => {
    const talk = await world.talk(`${pod}/reader/attach?stdin=true&stdout=true&stderr=true`, v5).opened();
    send(talk.socket, 0, 'echo typed; exit 5\n');
    await talk.ended();
    expect(talk.on(1)).toBe('typed\n');
    expect(JSON.parse(talk.on(3))).toEqual({ metadata: {}, status: 'Success' });
    await world.until(() => world.cluster.client.get(Pods, { namespace: 'default', name: 'reader' }).status?.phase === 'Failed');
  });

  test('to a terminal echoes, and leaves it open for the next', async () => {
    const first = await world.talk(`${pod}/terminal/attach?stdin=true&stdout=true&tty=true`, v5).opened();
    send(first.socket, 0, 'x=1\r');
    await world.until(() => first.on(1).endsWith('x=1\r\n/ # '));
    first.socket.terminate();
    const second = await world.talk(`${pod}/terminal/attach?stdin=true&stdout=true&tty=true`, v5).opened();
    send(second.socket, 0, 'echo $x\r');
    await world.until(() => second.on(1).endsWith('\r\n1\r\n/ # '));
    second.socket.terminate();
    await world.until(() => world.host.openStreams === 0);
  });
});

describe('logs', () => {
  test('are plain text, chunk by chunk', async () => {
    const { code, headers, text } = await world.ask(`${pod}/shell/log`);
    expect({ code, type: headers['content-type'], text }).toEqual({ code: 200, type: 'text/plain', text: 'up\nto stderr\n' });
    expect(headers['transfer-encoding']).toBe('chunked');
    expect((await world.ask(`${pod}/shell/log?tailLines=1&timestamps=true`)).text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z to stderr\n$/);
  });

  test.each([
    ['none/log', 404, 'pods "none" not found'],
    ['shell/log?container=x', 400, 'container x is not valid for pod shell'],
    ['shell/log?previous=true', 400, 'previous terminated container "c" in pod "shell" not found'],
    ['shell/log?tailLines=-1', 422, 'PodLogOptions "shell" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['shell/log?tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('%s is refused', async (path, code, message) => {
    const answer = await world.ask(`${pod}/${path}`);
    expect([answer.code, (JSON.parse(answer.text) as { message: string }).message]).toEqual([code, message]);
  });
});

/** A client of the tunnel: streams by number. */
class Tunnel {
  readonly #headers = new SpdyHeaders();
  readonly #reader = new SpdyReader();
  readonly frames: SpdyFrame[] = [];
  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => { for (const frame of this.#reader.push(data)) this.frames.push(frame); });
  }

  async open(stream: number, streamtype: 'data' | 'error', port: number): Promise<void> {
    const block = await this.#headers.write(new Map([['streamtype', streamtype], ['port', String(port)], ['requestid', '0']]));
    const head = Buffer.alloc(10);
    head.writeUInt32BE(stream, 0);
    this.socket.send(controlFrame(frameTypes.synStream, streamtype === 'error' ? 1 : 0, Buffer.concat([head, block])));
  }

  send(stream: number, text: string): void { this.socket.send(dataFrame(stream, Buffer.from(text))); }
  on(stream: number): string { return this.frames.map((frame) => (frame.type === 'data' && frame.stream === stream ? frame.bytes.toString() : '')).join(''); }
  isOver(stream: number): boolean { return this.frames.some((frame) => frame.type === 'data' && frame.stream === stream && frame.last); }
}

const spdy = 'SPDY/3.1+portforward.k8s.io';

/** The websocket of a client whose library checks the name of the protocol as ours does: the name is put in on the wire. */
async function tunnelTo(name: string): Promise<{ readonly tunnel: Tunnel; close(): void }> {
  const between = createServer((client) => relay(client, connect(world.port, '127.0.0.1')));
  await new Promise<void>((resolve) => { between.listen(0, '127.0.0.1', resolve); });
  const address = between.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { WebSocket: Client } = await import('ws');
  const socket = new Client(`ws://127.0.0.1:${port}${pod}/${name}/portforward`, ['placeholder']);
  await world.live(new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); }));
  return { tunnel: new Tunnel(socket), close: () => { socket.terminate(); between.close(); } };
}

function relay(client: Socket, server: Socket): void {
  client.once('data', (head) => { server.write(head.toString('latin1').replace('placeholder', spdy), 'latin1'); client.pipe(server); });
  server.once('data', (head) => { client.write(head.toString('latin1').replace(spdy, 'placeholder'), 'latin1'); server.pipe(client); });
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
}

describe('port-forward', () => {
  test('carries HTTP through SPDY in a websocket, one request after the other', async () => {
    const { tunnel, close } = await tunnelTo('web');
    await tunnel.open(1, 'error', 80);
    await tunnel.open(3, 'data', 80);
    tunnel.send(3, 'GET / HTTP/1.1\r\nHost: x\r\n');
    tunnel.send(3, '\r\nGET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await world.until(() => tunnel.isOver(3));
    expect(tunnel.on(3)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Welcome to nginx![^]*HTTP\/1\.1 404 Not Found\r\n/);
    expect(tunnel.on(1)).toBe('');
    close();
    await world.until(() => world.host.openStreams === 0);
  });

  test('says on the error stream why a port cannot be reached', async () => {
    const { tunnel, close } = await tunnelTo('web');
    await tunnel.open(1, 'error', 81);
    await tunnel.open(3, 'data', 81);
    await world.until(() => tunnel.isOver(1));
    expect(tunnel.on(1)).toMatch(/error forwarding port 81 to pod .*: connect: connection refused$/);
    close();
    await world.until(() => world.host.openStreams === 0);
  });

  test('carries data and errors on two channels for each port', async () => {
    const talk = await world.talk(`${pod}/web/portforward?ports=80`, ['v4.channel.k8s.io']).opened();
    send(talk.socket, 0, 'GET / HTTP/1.0\r\n\r\n');
    await talk.ended();
    expect(talk.messages.slice(0, 2).map((each) => [...each])).toEqual([[0, 80, 0], [1, 80, 0]]);
    expect(talk.on(0).slice(2)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('proxy', () => {
  const service = { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080, targetPort: 80 }] } };
  beforeAll(async () => {
    await world.create('/api/v1/namespaces/default/services', { ...service, metadata: { name: 'empty' }, spec: { ...service.spec, selector: { app: 'none' } } });
    await world.create('/api/v1/namespaces/default/services', service);
    await world.ask(`${pod}/web`, { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"metadata":{"labels":{"app":"web"}}}' });
    await world.until(() => world.cluster.client.list(EndpointSlices, 'default').items.some(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.length > 0)));
  });
  const services = '/api/v1/namespaces/default/services';

  test.each([`${pod}/web/proxy/`, `${pod}/web:80/proxy`, `${pod}/http:web:80/proxy/index.html`, `${services}/web:http/proxy/`,
    `${services}/web:8080/proxy/`])('%s reaches the server behind it', async (path) => {
    const { code, text, headers } = await world.ask(path);
    expect(code).toBe(200);
    expect(headers['content-type']).toBe('text/html');
    expect(text).toContain('Welcome to nginx!');
  });

  test('passes on what the server answers, whatever it is', async () => {
    expect((await world.ask(`${pod}/web/proxy/none`)).code).toBe(404);
    expect((await world.ask(`${pod}/web/proxy/`, { method: 'POST', body: 'x' })).code).toBe(405);
  });

  test.each([
    [`${pod}/none/proxy/`, 404, 'pods "none" not found'],
    [`${pod}/web:81/proxy/`, 503, /^error trying to reach service: dial tcp 10\.244\.\d+\.\d+:81: connect: connection refused$/],
    [`${services}/empty:http/proxy/`, 503, 'no endpoints available for service "empty:http"'],
    [`${services}/web:81/proxy/`, 503, 'no service port 81 found for service "web"'],
    [`${services}/a:b:c:d/proxy/`, 400, 'invalid service request "a:b:c:d"'],
  ])('%s is refused', async (path, code, message) => {
    const answer = await world.ask(path);
    expect(answer.code).toBe(code);
    expect((JSON.parse(answer.text) as { message: string }).message).toMatch(message);
  });
});
