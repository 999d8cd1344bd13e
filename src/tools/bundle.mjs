// Bundles a TypeScript entry for Node into dist/, unless what is there is newer than every source.
import { existsSync, readdirSync, statSync } from 'node:fs';
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

/** Bundles `entry` to dist/<name>.mjs and returns that path. `bundled` are packages whose own imports Node cannot resolve. */
export async function bundle(entry, name, { sources = ['src', 'examples', 'package-lock.json'], bundled = [] } = {}) {
  const output = join(root, 'dist', 'node', name, `${name}.mjs`);
  if (!isStale(output, sources)) return output;
  const { build } = await import('vite');
  const { descriptions } = await import('./descriptions-plugin.mjs');
  await build({
    configFile: false,
    root,
    plugins: [descriptions()],
    logLevel: 'warn',
    ssr: { noExternal: bundled },
    build: {
      ssr: join(root, entry),
      outDir: join('dist', 'node', name),
      emptyOutDir: true,
      target: 'node20',
      sourcemap: true,
      rollupOptions: { output: { entryFileNames: `${name}.mjs`, chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  return output;
}
