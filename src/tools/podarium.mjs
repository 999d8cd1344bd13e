// `npm run podarium -- <command>`: the command line, bundled when its sources changed.
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { install } from './install.mjs';

install();
await import(pathToFileURL(await bundle('src/cli/main.ts', 'podarium')).href);
