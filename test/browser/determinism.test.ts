import { setImmediate } from 'node:timers/promises';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { chromium } from 'playwright';
import { findChromium } from '../../src/tools/find-chromium.mjs';
import { oneLife } from './one-life';

type Life = Awaited<ReturnType<typeof oneLife>>;

/** The same code as one script for a bare page. */
async function bundled(): Promise<string> {
  const result = await build({
    configFile: false, logLevel: 'error',
    build: { write: false, target: 'es2022', minify: false, lib: { entry: 'test/browser/one-life.ts', name: 'podarium', formats: ['iife'] } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('nothing was bundled');
  return output.output[0].code;
}

test('the same seed and the same commands give the same history, byte for byte, in Node and in Chromium', async () => {
  const here = await oneLife(42, () => setImmediate());
  const executablePath = findChromium();
  const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await bundled() });
    const there = await page.evaluate(async (): Promise<Life> => {
      const { podarium } = globalThis as unknown as { podarium: { oneLife: typeof oneLife } };
      const channel = new MessageChannel();
      const settle = () => new Promise<void>((resolve) => { channel.port1.onmessage = () => resolve(); channel.port2.postMessage(0); });
      return podarium.oneLife(42, settle);
    });
    expect(there.output).toBe(here.output);
    expect(there).toEqual(here);
    expect(here.changes).toBeGreaterThan(300);
  } finally { await browser.close(); }
});
