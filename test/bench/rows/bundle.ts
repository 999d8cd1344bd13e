import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { row, type Measurement } from '../row';

/** Built by `npm run bench` before anything is measured. */
const folder = join(process.cwd(), 'dist', 'web');
const kibibyte = 1024;
/** Kubernetes' description texts: data for `explain` and the editor, fetched when one of them asks. */
const texts = /kubernetes-descriptions/;

/** The files of the built page, by what loads them. */
class Built {
  read(file: string): string { return readFileSync(join(folder, 'assets', file), 'utf8'); }

  size(files: Iterable<string>): number {
    let bytes = 0;
    for (const file of files) bytes += gzipSync(this.read(file), { level: 9 }).length;
    return Math.round((bytes / kibibyte) * 10) / 10;
  }

  /** What the page's HTML names: its entry and its style. */
  get entries(): readonly string[] {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    return [...html.matchAll(/(?:src|href)="[^"]*assets\/([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
  }

  /** Everything that is loaded with `files`, and with `lazily` also what is imported later. */
  with(files: readonly string[], lazily: boolean): ReadonlySet<string> {
    const imports = lazily ? /(?:from|import)\s*\(?["'`]\.\/([^"'`]+\.js)["'`]/g : /(?:from|import)\s*["']\.\/([^"']+\.js)["']/g;
    const found = new Set<string>();
    const waiting = [...files];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (found.has(file) || texts.test(file)) continue;
      found.add(file);
      if (file.endsWith('.js')) waiting.push(...[...this.read(file).matchAll(imports)].map((match) => match[1] ?? ''));
    }
    return found;
  }
}

export const bundleSizes: Measurement = {
  name: 'bundle',
  run() {
    const built = new Built();
    const page = built.with(built.entries, false);
    const worker = [...page].flatMap((file) => [...built.read(file).matchAll(/(main-[\w-]+\.js)/g)].map((match) => match[1] ?? '')).slice(0, 1);
    if (worker.length === 0) throw new Error('the page starts no worker');
    return [
      row('bundle: worker, for the first picture', built.size(built.with(worker, false)), 'KiB gzip', 250, 'less'),
      row('bundle: worker, with console and kubectl', built.size(built.with(worker, true)), 'KiB gzip', 250, 'less'),
      row('bundle: page without Monaco', built.size(page), 'KiB gzip', 250, 'less'),
    ];
  },
};
