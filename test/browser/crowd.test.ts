import { expect } from 'playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { run, started } from './reading';
import { openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

describe('a crowded cluster', { timeout: 120_000 }, () => {
  test('is drawn as bins that keyboard and mouse can choose, with a census in words, and everything else still works', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.locator('[data-console-input]').fill('podarium reset 70');
    await page.locator('[data-console-input]').press('Enter');
    const bins = page.getByRole('listbox', { name: 'Nodes, 71 of them' });
    await expect(bins).toBeVisible({ timeout: 60_000 });
    await run(page, 'kubectl create deployment shop --image=nginx:1.27 --replicas=700');
    await expect(page.locator('[data-census="ready"]')).toContainText(/^7[789]\d running and ready/, { timeout: 90_000 });
    expect(await page.locator('[data-pod]').count()).toBe(0);   // on the canvas, all of them

    await bins.focus();
    for (const key of ['End', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
    await expect(bins.getByRole('option')).toHaveText(/^node-69, Ready, \d+ pods: \d+ running and ready$/);
    await expect(page.locator('.object h3')).toHaveText('node-69');
    const close = page.getByRole('region', { name: 'One node of many' });
    await close.locator('[data-pod][data-name^="shop-"]').first().click();
    await expect(page.locator('.object h3')).toHaveText(/^shop-/);

    const name = await page.locator('.object h3').textContent() ?? '';
    await run(page, `kubectl delete pod ${name} --wait=false`);
    await expect(page.locator('.object')).toContainText('is gone', { timeout: 30_000 });
    await close.getByRole('button', { name: 'Back to all nodes' }).or(page.getByRole('button', { name: 'Back to Pods' })).first().click();
    await page.locator('[data-filter]').fill('node-69');
    await expect(page.locator('[data-row]').first()).toBeVisible();
    expect(complaints).toEqual([]);
  });
});
