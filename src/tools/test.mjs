// `npm test`: types, style, then every test; installs what it needs. Arguments go to vitest (`npm test -- test/lib`).
import { join } from 'node:path';
import { buildPage } from './build-page.mjs';
import { check } from './check.mjs';
import { ensureChromium } from './find-chromium.mjs';
import { install, root, run } from './install.mjs';

install();
process.env['CHROME_PATH'] = ensureChromium();
check();
await buildPage();
run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]);
