// `npm run bench`: measures, side by side in one run.
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { install } from './install.mjs';

install();
await import(pathToFileURL(await bundle('test/bench/main.ts', 'bench', { sources: ['src', 'test/bench', 'package-lock.json'], bundled: ['@ngrok/webernetes'] })).href);
