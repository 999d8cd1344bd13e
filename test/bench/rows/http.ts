import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { clusterAdmin, createCluster } from '../../../src/cluster';
import { HttpHost } from '../../../src/server/host';
import { Pacer } from '../../../src/sim/pacer';
import { row, type Measurement, type Row } from '../row';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc') as () => void;   // what the flag adds has no type
const held = (): number => { const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };

const requests = 2_000;
const atOnce = 16;
const listed = 1_000;
const watches = 100;
const idleWatches = 500;
const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'content-type': 'application/json' };

/** The host in this process, living in real time, with a thousand ConfigMaps. Its clients run in the same process: they pay half of every request. */
class Served {
  readonly #cluster = createCluster({ nodes: 0 }).boot();
  readonly #host = new HttpHost({ served: this.#cluster.server, user: clusterAdmin, defect: (error) => { throw error; } });
  readonly #pacer = new Pacer(this.#cluster.clock, { now: () => performance.now(), later: (work, delayMs) => void (delayMs > 0 ? setTimeout(work, delayMs) : setImmediate(work)) });
  readonly #agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  #url = '';

  async start(): Promise<this> {
    this.#url = `http://127.0.0.1:${await this.#host.listen(0, '127.0.0.1')}`;
    this.#pacer.play();
    return this;
  }

  async stop(): Promise<void> {
    this.#pacer.pause();
    this.#agent.destroy();
    await this.#host.close();
  }

  ask(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = json): Promise<void> {
    return new Promise((resolve, reject) => {
      const asking = request(`${this.#url}${path}`, { method, headers, agent: this.#agent }, (response) => {
        response.resume();
        response.on('end', () => { if ((response.statusCode ?? 500) < 300) resolve(); else reject(new Error(`${method} ${path}: ${response.statusCode ?? 0}`)); });
      });
      asking.on('error', reject);
      asking.end(body);
    });
  }

  watch(seen: (lines: number) => void): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      get(`${this.#url}${configMaps}?watch=true&resourceVersion=${this.#cluster.store.revision}`, (response) => {
        response.on('data', (part: Buffer) => seen(part.toString().split('\n').length - 1));
        response.on('error', () => {});
        resolve(response);
      }).on('error', reject);
    });
  }
}

type Spread = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/** Asks `count` times, some at once, and gives rate and spread of the waits. */
async function spread(count: number, ask: (index: number) => Promise<void>): Promise<Spread> {
  const waits: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let index = next++; index < count; index = next++) {
      const asked = performance.now();
      await ask(index);
      waits.push(performance.now() - asked);
    }
  }));
  const seconds = (performance.now() - began) / 1_000;
  waits.sort((a, b) => a - b);
  const at = (share: number): number => Number((waits[Math.floor(waits.length * share)] ?? 0).toFixed(1));
  return { perSecond: Math.round(count / seconds), p50Ms: at(0.5), p99Ms: at(0.99) };
}

const rows = (what: string, { perSecond, p50Ms, p99Ms }: Spread, aim: number, p99Aim: number): Row[] => [
  row(`http: ${what}`, perSecond, 'requests/s', aim, 'more'),
  row(`http: ${what}, p50`, p50Ms, 'ms', p99Aim, 'less'),
  row(`http: ${what}, p99`, p99Ms, 'ms', p99Aim, 'less'),
];

async function fanOut(served: Served): Promise<Row> {
  let [seen, done] = [0, () => {}];
  const wanted = watches * 200;
  const all = new Promise<void>((resolve) => { done = resolve; });
  const open = await Promise.all(Array.from({ length: watches }, () => served.watch((lines) => { seen += lines; if (seen >= wanted) done(); })));
  const began = performance.now();
  for (let index = 0; index < 200; index++) await served.ask('PATCH', `${configMaps}/item-0`, `{"data":{"a":"${index} again"}}`, { 'content-type': 'application/merge-patch+json' });
  await all;
  const seconds = (performance.now() - began) / 1_000;
  for (const response of open) response.destroy();
  return row(`http: events to ${watches} watches`, Math.round(wanted / seconds), 'events/s', 20_000, 'more');
}

/** Client and server side of each connection live in this process: the figure is for both. */
async function idleMemory(served: Served): Promise<Row> {
  collect();
  const before = held();
  const open = await Promise.all(Array.from({ length: idleWatches }, () => served.watch(() => {})));
  collect();
  const perWatchKiB = (held() - before) / idleWatches / 1_024;
  for (const response of open) response.destroy();
  return row('http: memory of an idle watch, both ends', Math.round(perWatchKiB), 'KiB', 100, 'less');
}

export const http: Measurement = {
  name: 'http',
  async run() {
    const served = await new Served().start();
    const body = (name: string): string => JSON.stringify({ metadata: { name }, data: { a: 'b' } });
    const measured: Row[] = [];
    for (let index = 0; index < listed; index++) await served.ask('POST', configMaps, body(`item-${index}`));
    const patch = { 'content-type': 'application/strategic-merge-patch+json' };
    await served.ask('POST', '/api/v1/namespaces', body('more'));
    measured.push(
      ...rows('create', await spread(requests, (index) => served.ask('POST', '/api/v1/namespaces/more/configmaps', body(`made-${index}`))), 2_000, 50),
      ...rows('get', await spread(requests, (index) => served.ask('GET', `${configMaps}/item-${index % listed}`)), 4_000, 25),
      ...rows('list of 1,000', await spread(100, () => served.ask('GET', configMaps)), 50, 500),
      ...rows('patch', await spread(requests, (index) => served.ask('PATCH', `${configMaps}/item-${index % listed}`, `{"data":{"a":"${index}"}}`, patch)), 2_000, 50),
      await fanOut(served),
      await idleMemory(served),
    );
    await served.stop();
    return measured;
  },
};
