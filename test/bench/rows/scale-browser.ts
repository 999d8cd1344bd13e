import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { findChromium } from '../../../src/tools/find-chromium.mjs';
import { serveFolder } from '../../../src/tools/static-files.mjs';
import { row, type Measurement, type Row } from '../row';
import { counted, largest, replicas } from './scale-cluster';
import { collectedHeapBytes, mainThread, rendererSeconds } from './scale-chromium';
import { deployment } from './workload';

/** Built by `npm run bench` before anything is measured. */
const folder = join(process.cwd(), 'dist', 'web');
const switches = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const mebibyte = 1024 ** 2;
const limitMs = 1_800_000;
/** An aim for 30,000 pods, to be shared by fewer. */
const wholePods = 30_000;
const aimSeconds = 60;

const listen = (server: Server): Promise<Server> => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

/** The worker's file, as the built page names it. */
function workerFile(): string {
  const assets = readdirSync(join(folder, 'assets'));
  const named = assets.filter((file) => /^index-.*\.js$/.test(file)).flatMap((file) => [...readFileSync(join(folder, 'assets', file), 'utf8').matchAll(/main-[\w-]+\.js/g)].map(([name]) => name));
  const found = assets.find((file) => named.includes(file));
  if (!found) throw new Error('the built page starts no worker');
  return `assets/${found}`;
}

type Alone = { readonly bootSeconds: number; readonly fillSeconds: number; readonly processorSeconds: number; readonly heapMebibytes: number };

/** The cluster's worker in a page with nothing on it: driven through its port, as the page does. */
async function alone(browser: Browser, url: string, nodes: number, pods: number): Promise<Alone> {
  const page = await browser.newPage();
  await page.goto(`${url}mark.svg`);
  const drafts = Array.from({ length: Math.ceil(pods / replicas) }, (_, i) => {
    const draft = deployment(`web-${i}`, replicas)[1];
    return { ...draft, apiVersion: 'apps/v1', kind: 'Deployment' };
  });
  const bootSeconds = await page.evaluate(async ({ script, count }) => {
    const began = performance.now();
    const worker = new Worker(script, { type: 'module' });
    const { port1, port2 } = new MessageChannel();
    Object.assign(globalThis, { port: port1, worker });
    worker.postMessage({ type: 'start', start: { seed: 1, nodes: count, manifests: [], files: {} }, api: port2 }, [port2]);
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => { if (data.type === 'started') resolve(); if (data.type === 'defect') reject(new Error(data.message)); });
    });
    return (performance.now() - began) / 1_000;
  }, { script: `${url}${workerFile()}`, count: nodes });
  const before = await rendererSeconds(browser);
  const fillSeconds = await page.evaluate(async (all) => {
    const began = performance.now();
    const { port } = globalThis as unknown as { port: MessagePort };   // put there above
    const ready = new Map<string, number>();
    let sum = 0;
    let wanted = 0;
    const done = new Promise<void>((resolve, reject) => {
      port.addEventListener('message', ({ data }) => {
        if (data.failure) reject(new Error(data.failure.message));
        for (const { object } of data.events ?? []) {
          const now = object.status?.readyReplicas ?? 0;
          sum += now - (ready.get(object.metadata.name) ?? 0);
          ready.set(object.metadata.name, now);
        }
        if (wanted > 0 && sum === wanted) resolve();
      });
    });
    port.start();
    port.postMessage({ id: 1, watch: { resource: 'deployments.apps', namespace: 'default', since: '0' } });
    for (const [index, body] of all.entries()) port.postMessage({ id: index + 2, call: { verb: 'create', resource: 'deployments.apps', namespace: 'default', body } });
    wanted = all.reduce((total, { spec }) => total + (spec?.replicas ?? 0), 0);
    await done;
    return (performance.now() - began) / 1_000;
  }, drafts);
  const processorSeconds = await rendererSeconds(browser) - before;
  const heapMebibytes = await collectedHeapBytes(page, 'worker') / mebibyte;
  await page.close();
  return { bootSeconds, fillSeconds, processorSeconds, heapMebibytes };
}

type Frames = { readonly p95Ms: number; readonly longestTaskMs: number };

/** Watches frames and long tasks from now on, until {@link framesSince} is asked. */
const watchFrames = (page: Page): Promise<unknown> => page.addInitScript(() => {
  const seen = { frames: [] as number[], tasks: [] as number[] };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  const frame = (now: number) => { seen.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
});

const framesSince = (page: Page): Promise<Frames> => page.evaluate(() => {
  const { seen } = globalThis as unknown as { seen: { frames: number[]; tasks: number[] } };   // put there above
  const frames = seen.frames.splice(0).sort((a, b) => a - b);
  return { p95Ms: frames[Math.floor(frames.length * 0.95)] ?? 0, longestTaskMs: Math.max(0, ...seen.tasks.splice(0)) };
});

type OnShow = { readonly fillSeconds: number; readonly mainSeconds: number; readonly filling: Frames; readonly still: Frames; readonly pageHeap: number };

/** The page itself on such a cluster, everything typed into its console. */
async function onShow(browser: Browser, url: string, nodes: number, pods: number): Promise<OnShow> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(limitMs);
  await watchFrames(page);
  await page.goto(url);
  const input = page.locator('[data-console-input]');
  const type = async (line: string): Promise<void> => { await input.fill(line); await input.press('Enter'); };
  const summary = (text: string): Promise<unknown> => page.getByText(text).first().waitFor();
  await page.locator('[data-pod][data-state="ready"]').nth(3).waitFor();
  await type(`podarium reset ${nodes}`);
  await summary(`${counted(nodes + 1)} nodes`);
  await type(':');   // answered when the console takes lines again
  await page.waitForFunction(() => document.querySelector('[data-console-busy]') === null);
  await framesSince(page);
  const worked = await mainThread(page);
  const began = performance.now();
  await type(`for i in $(seq 1 ${Math.ceil(pods / replicas)}); do kubectl create deployment web-$i --image=nginx:1.27 --replicas=${replicas} >/dev/null; done`);
  await page.waitForFunction((wanted) => Number((document.querySelector('[data-census="ready"] b')?.textContent ?? '0').replaceAll(',', '')) >= wanted, pods, { polling: 500 });
  const fillSeconds = (performance.now() - began) / 1_000;
  const mainSeconds = await worked();
  const filling = await framesSince(page);
  await page.waitForTimeout(10_000);   // these ten seconds are what is measured
  const still = await framesSince(page);
  const pageHeap = await collectedHeapBytes(page, 'page') / mebibyte;
  await page.close();
  return { fillSeconds, mainSeconds, filling, still, pageHeap };
}

/** The cluster in the browser: its worker alone, and with the page looking at it. */
export const scaleBrowser: Measurement = {
  name: 'scale-browser',
  async run() {
    const { nodes, pods } = largest(1_000, wholePods);
    const share = pods / wholePods;
    const at = `${counted(pods)} pods on ${counted(nodes)} nodes`;
    const server = await listen(createServer(serveFolder(folder)));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const executablePath = findChromium();
    const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: switches });
    const rows: Row[] = [];
    try {
      const worker = await alone(browser, url, nodes, pods);
      console.error(`the worker alone: ${worker.bootSeconds.toFixed(1)} s until ${counted(nodes)} nodes were Ready, ${worker.fillSeconds.toFixed(1)} s for ${at}`);
      rows.push(row(`scale: worker in Chromium, ${at} Ready, wall`, worker.fillSeconds, 's', aimSeconds * share, 'less'),
        row('scale: the same, processor', worker.processorSeconds, 's', aimSeconds * share, 'less'),
        row('scale: the same, heap of the worker', Math.round(worker.heapMebibytes), 'MiB', Math.max(60, 400 * share), 'less'));
      const shown = await onShow(browser, url, nodes, pods);
      console.error(`with the page: longest task ${shown.filling.longestTaskMs.toFixed(0)} ms while filling, ${shown.still.longestTaskMs.toFixed(0)} ms after`);
      rows.push(row(`scale: page in Chromium, ${at} Ready, wall`, shown.fillSeconds, 's', 2 * aimSeconds * share, 'less'),
        row('scale: the same, processor of the main thread', shown.mainSeconds, 's', aimSeconds * share, 'less'),
        row('scale: the same, 95 of 100 frames while filling within', shown.filling.p95Ms, 'ms', 100, 'less'),
        row('scale: the same, 95 of 100 frames after that within', shown.still.p95Ms, 'ms', 33, 'less'),
        row('scale: the same, heap of the page', Math.round(shown.pageHeap), 'MiB', Math.max(60, 400 * share), 'less'));
    } finally { await browser.close(); server.close(); }
    return rows;
  },
};
