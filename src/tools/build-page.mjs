// Builds the page into dist/web, unless what is there is newer than every source.
import { join } from 'node:path';
import { isStale } from './bundle.mjs';
import { root } from './install.mjs';

export const pageFolder = join(root, 'dist', 'web');
const sources = ['src', 'web', 'examples', 'vite.config.ts', 'package-lock.json'];

/** Returns the folder of the built page. */
export async function buildPage() {
  if (!isStale(join(pageFolder, 'index.html'), sources)) return pageFolder;
  const { build } = await import('vite');
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  return pageFolder;
}
