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
    /** What the ReplicaSets want in all (`v1 2/2`, `v2 1/2` on the Deployment's card), and how many pods are ready. */
    const look = () => page.evaluate(() => {
      const bands = [...document.querySelectorAll('[data-kind="deployments.apps"] .band')].map((band) => Number(/\/(\d+)$/.exec(band.textContent ?? '')?.[1] ?? 3));
      return { wanted: bands.reduce((sum, each) => sum + each, 0), ready: document.querySelectorAll('[data-pod][data-name^="web-"][data-state="ready"]').length };
    });
    const isOver = async () => (await pods(page, 'web-').count()) === 3 && (await pods(page, 'web-', 'ready').filter({ has: page.locator('.letter', { hasText: 'v2' }) }).count()) === 3;
    const seen: { readonly wanted: number; readonly ready: number }[] = [];
    for (let step = 0; step < 2_000 && !(step % 10 === 0 && (await isOver())); step++) {
      const before = await revision(page);
      await page.getByRole('button', { name: 'Step one event' }).click();
      await expect.poll(() => revision(page), { intervals: [5] }).toBeGreaterThan(before);
      seen.push(await look());
    }
    expect(await isOver()).toBe(true);
    expect(Math.max(...seen.map(({ wanted }) => wanted))).toBe(4);   // 3 and a surge of 25 %, rounded up
    expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3);   // 25 % unavailable, rounded down: none
    expect(complaints).toEqual([]);
  });
});
