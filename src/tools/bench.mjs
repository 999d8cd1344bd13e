// `npm run bench`: measures, side by side in one run.
import { pathToFileURL } from 'node:url';
import { buildPage } from './build-page.mjs';
import { bundle } from './bundle.mjs';
import { install } from './install.mjs';

install();
await buildPage();
await import(pathToFileURL(await bundle('test/bench/main.ts', 'bench', { sources: ['src', 'test/bench', 'package-lock.json'], bundled: ['@ngrok/webernetes'] })).href);
