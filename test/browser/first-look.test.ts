import { expect } from 'playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { frames, glimpse, names, pods, revision, run, simulatedTime, started, still } from './reading';
import { openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

describe('the first ten seconds', { timeout: 60_000 }, () => {
  test('a running cluster, no dialog, four things to try, nobody else asked', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await expect(page.locator('[data-node]')).toHaveCount(4);
    await expect(page.getByText('This is a live cluster in your tab. Try:')).toBeVisible();
    for (const title of ['Delete a pod', 'Scale to 6', 'Roll out v2', 'Break the readiness probe']) await expect(page.getByRole('button', { name: title })).toBeEnabled();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.locator('[data-kind="services"]')).toContainText('3 endpoints');
    await expect(page.locator('[data-editor="monaco"] .monaco-editor')).toBeVisible({ timeout: 15_000 });
    expect(complaints).toEqual([]);
  });

  test('a deleted pod is replaced by one with a new name', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    const before = await names(page, 'web-');
    const terminating = glimpse(page, `[data-pod][data-name="${before[0]}"][data-state="terminating"]`);
    await page.getByRole('button', { name: 'Delete a pod' }).click();
    await expect(page.locator('pre.command')).toContainText(`kubectl delete pod ${before[0]}`);
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText(`pod "${before[0]}" deleted`);
    await terminating;
    await expect(page.locator(`[data-pod][data-name="${before[0]}"]`)).toHaveCount(0, { timeout: 20_000 });
    await started(page);
    const after = await names(page, 'web-');
    expect(after.filter((name) => !before.includes(name))).toHaveLength(1);
    await expect(page.locator('[data-kind="deployments.apps"]', { hasText: 'web' })).toContainText('3/3');
    expect(complaints).toEqual([]);
  });

  test('a broken readiness probe takes the pod out of the Service, and nothing else', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.getByRole('button', { name: 'Break the readiness probe' }).click();
    await page.getByLabel('Speed').selectOption('16');
    await expect(pods(page, 'web-', 'not-ready')).toHaveCount(1, { timeout: 20_000 });
    await expect(page.locator('[data-kind="services"]')).toContainText('2/3 endpoints');
    await expect(pods(page, 'web-')).toHaveCount(3);
    expect(complaints).toEqual([]);
  });

  test('picture, explorer and kubectl agree on six replicas, and nobody moved', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    const boxes = () => pods(page, 'web-').evaluateAll((found) => found.map((each) => {
      const { x, y } = each.querySelector('.body')?.getBoundingClientRect() ?? { x: 0, y: 0 };
      return [each.getAttribute('data-name'), Math.round(x), Math.round(y)];
    }));
    await still(page);
    const first = await boxes();
    await page.getByRole('button', { name: 'Scale to 6' }).click();
    await expect(pods(page, 'web-', 'ready')).toHaveCount(6, { timeout: 20_000 });
    await still(page);
    expect(await boxes()).toEqual(expect.arrayContaining(first));
    expect((await run(page, 'kubectl get pods --no-headers')).trim().split('\n')).toHaveLength(6);
    await expect(page.locator('[data-row^="web-"]')).toHaveCount(6);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await expect(page.getByRole('table', { name: 'Pods by name, with state and node' }).getByRole('button', { name: /^web-/ })).toHaveCount(6);
    expect(complaints).toEqual([]);
  });

  test('pause freezes everything; a step moves to the next change; play goes on', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    await frames(page, 30);   // what was flying has landed
    const [time, at] = [await simulatedTime(page), await revision(page)];
    const picture = await page.locator('[data-panel="see"]').screenshot();
    await frames(page, 60);
    expect(await simulatedTime(page)).toBe(time);
    expect(picture.equals(await page.locator('[data-panel="see"]').screenshot())).toBe(true);
    await page.getByRole('button', { name: 'Step one event' }).click();
    await expect.poll(() => revision(page)).toBeGreaterThan(at);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => simulatedTime(page)).toBeGreaterThan(time + 1_000);
    expect(complaints).toEqual([]);
  });

  test('a reload and a reset each give a fresh cluster without a word of complaint', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await run(page, 'kubectl delete deployment web');
    await expect(pods(page, 'web-')).toHaveCount(0, { timeout: 20_000 });
    await page.reload();
    await started(page);
    await run(page, 'kubectl scale deployment/web --replicas=1');
    await page.getByRole('button', { name: 'Reset' }).click();
    await started(page);
    expect(complaints).toEqual([]);
  });
});
