import { expect } from 'playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { pods, revision, started } from './reading';
import { openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

describe('a rolling update', { timeout: 120_000 }, () => {
  test('stays within its surge bounds at every event', async () => {
    const { page, complaints } = await site.open({ reducedMotion: 'reduce' });
    await started(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Roll out v2' }).click();
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('deployment.apps/web image updated');
    const states = () => page.evaluate(() => [...document.querySelectorAll('[data-pod][data-name^="web-"]')].map((each) => each.getAttribute('data-state')));
    const seen: { readonly alive: number; readonly ready: number }[] = [];
    const isOver = async () => (await pods(page, 'web-', 'ready').filter({ has: page.locator('.letter', { hasText: 'v2' }) }).count()) === 3 && (await pods(page, 'web-').count()) === 3;
    for (let step = 0; step < 2_000 && !(step % 10 === 0 && await isOver()); step++) {
      const before = await revision(page);
      await page.getByRole('button', { name: 'Step one event' }).click();
      await expect.poll(() => revision(page), { intervals: [5] }).toBeGreaterThan(before);
      const now = await states();
      seen.push({ alive: now.filter((state) => state !== 'terminating').length, ready: now.filter((state) => state === 'ready').length });
    }
    expect(await isOver()).toBe(true);
    expect(Math.max(...seen.map(({ alive }) => alive))).toBe(4);   // 3 and a surge of 25 %, rounded up
    expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3);   // 25 % unavailable, rounded down: none
    expect(complaints).toEqual([]);
  });
});
