// Bundles a TypeScript entry for Node into dist/, once for each state of the sources.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** The time of the newest file below a folder, in milliseconds. */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Whether `output` is older than any of `sources` (paths from the project's root). */
export function isStale(output, sources) {
  if (!existsSync(output)) return true;
  return statSync(output).mtimeMs < Math.max(...sources.map((path) => newest(join(root, path))));
}

const dayMs = 86_400_000;

/**
 * Bundles `entry` and returns the path of the result. Each state of the sources has a folder of its own, which appears whole: two runs at
 * once do not disturb each other, nor a server that still runs from an older one. `bundled` are packages whose own imports Node cannot resolve.
 */
export async function bundle(entry, name, { sources = ['src', 'examples', 'package-lock.json'], bundled = [] } = {}) {
  const stamp = Math.max(...sources.map((path) => newest(join(root, path))));
  const all = join(root, 'dist', 'node', name);
  const folder = join(all, Math.floor(stamp).toString(36));
  const output = join(folder, `${name}.mjs`);
  if (existsSync(output)) return output;
  const { build } = await import('vite');
  const { descriptions } = await import('./descriptions-plugin.mjs');
  const unfinished = `${folder}.${process.pid}`;
  await build({
    configFile: false,
    root,
    plugins: [descriptions()],
    logLevel: 'warn',
    ssr: { noExternal: bundled },
    build: {
      ssr: join(root, entry),
      outDir: unfinished,
      emptyOutDir: true,
      target: 'node20',
      sourcemap: true,
      rollupOptions: { output: { entryFileNames: `${name}.mjs`, chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  try { renameSync(unfinished, folder); } catch (error) {
    if (!existsSync(output)) throw error;
    rmSync(unfinished, { recursive: true });   // somebody else was faster
  }
  for (const old of readdirSync(all)) if (Date.now() - statSync(join(all, old)).mtimeMs > dayMs) rmSync(join(all, old), { recursive: true, force: true });
  return output;
}
