import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { descriptions } from './src/tools/descriptions-plugin.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page: `web/` is built to `dist/web`, as plain files that any static server can give out. */
export default defineConfig({
  root: here('web'),
  base: './',
  plugins: [svelte({ configFile: false }), descriptions()],
  // The worker library below monaco-yaml still uses the path that Monaco's own `exports` no longer has.
  resolve: { alias: [{ find: /^monaco-editor\/esm\/vs\//, replacement: 'monaco-editor/' }] },
  worker: { format: 'es' },
  server: { port: 4173 },
  build: {
    outDir: here('dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 4_000,
    modulePreload: { polyfill: false },
  },
  test: {
    root: here('.'),
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
