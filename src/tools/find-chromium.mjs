// Finds a Chromium for the browser tests, and installs one where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { root } from './install.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** The path of a Chromium: CHROME_PATH, an installed one, or Playwright's own; undefined when there is none. */
export function findChromium() {
  const given = process.env['CHROME_PATH'];
  if (given) return existsSync(given) ? given : undefined;
  return installed() ?? places.find((path) => existsSync(path)) ?? playwrightsOwn();
}

function installed() {
  for (const name of names) {
    const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' });
    if (status === 0 && stdout.trim()) return stdout.trim();
  }
  return undefined;
}

function playwrightsOwn() {
  const { chromium } = createRequire(import.meta.url)('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** As findChromium, installing one through Playwright or, as root on Debian, apt. Throws when nothing helps. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  console.error('No Chromium found: installing one ...');
  spawnSync(process.execPath, [`${root}node_modules/playwright/cli.js`, 'install', 'chromium'], { stdio: 'inherit' });
  const own = findChromium();
  if (own) return own;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit', env: environment });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { stdio: 'inherit', env: environment });
  }
  const after = findChromium();
  if (!after) throw new Error('No Chromium could be found or installed. Set CHROME_PATH to one.');
  return after;
}
