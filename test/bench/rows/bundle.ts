import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { row, type Measurement } from '../row';

const assets = join(process.cwd(), 'dist', 'web', 'assets');
const kibibyte = 1024;

const gzipped = (file: string): number => gzipSync(readFileSync(join(assets, file)), { level: 9 }).length / kibibyte;

/** What the page loads before its first picture: the entry, what it imports statically, and its style. */
function pageFiles(): readonly string[] {
  const html = readFileSync(join(process.cwd(), 'dist', 'web', 'index.html'), 'utf8');
  const waiting = [...html.matchAll(/(?:src|href)="[^"]*assets\/([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
  const found = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (!file.endsWith('.js')) continue;
    const source = readFileSync(join(assets, file), 'utf8');
    waiting.push(...[...source.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)].map((match) => match[1] ?? ''));
  }
  return [...found];
}

export const bundleSizes: Measurement = {
  name: 'bundle',
  run() {
    const worker = readdirSync(assets).filter((name) => /^(cluster|podarium)[\w.-]*worker[\w-]*\.js$/i.test(name) || /^host-[\w-]+\.js$/.test(name));
    const page = pageFiles().filter((name) => !worker.includes(name));
    const sum = (files: readonly string[]) => Math.round(files.reduce((total, file) => total + gzipped(file), 0) * 10) / 10;
    if (worker.length === 0) throw new Error('no worker chunk in dist/web/assets');
    return [row('bundle: worker', sum(worker), 'KiB gzip', 250, 'less'), row('bundle: page without Monaco', sum(page), 'KiB gzip', 250, 'less')];
  },
};
