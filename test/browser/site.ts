import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { buildPage } from '../../src/tools/build-page.mjs';
import { ensureChromium } from '../../src/tools/find-chromium.mjs';
import { serveFolder } from '../../src/tools/static-files.mjs';

/** The built page, served as a careful host would, and a Chromium to look at it. */
export type Site = {
  readonly url: string;
  open(options?: BrowserContextOptions): Promise<Visit>;
  close(): Promise<void>;
};

/** One visit in a fresh profile. `complaints` gathers what must not be: errors, and requests to anybody else. */
export type Visit = { readonly page: Page; readonly complaints: readonly string[] };

const switches = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function openSite(): Promise<Site> {
  const folder = await buildPage();
  const server = await listen(createServer(serveFolder(folder)));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: switches });
  return { url, open: (options) => visit(browser, url, options), close: async () => { await browser.close(); server.close(); } };
}

const listen = (server: Server): Promise<Server> => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on('request', (request) => { if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) complaints.push(`asked somebody else: ${request.url()}`); });
  await page.goto(url);
  return { page, complaints };
}

export const axePath = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url));
