import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { expect } from 'playwright/test';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { glimpse, pods, run, started } from './reading';
import { axePath, openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

/** What axe calls serious or critical, with the elements. The policy is set aside for axe's own script alone. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join('\n')}`);
}

const looks = [
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'forced colours', options: { forcedColors: 'active' } },
  { name: 'narrow', options: { viewport: { width: 390, height: 844 } } },
] as const;

describe.each(looks)('axe finds nothing serious: $name', { timeout: 90_000 }, ({ name, options }) => {
  test('in the sandbox, with its panes open', async () => {
    const { page } = await site.open({ ...options, bypassCSP: true });
    await started(page);
    expect(await findings(page)).toEqual([]);
    if (name === 'narrow') {
      for (const pane of ['Explore', 'Edit', 'Console']) {
        await page.getByRole('button', { name: pane, exact: true }).click();
        expect(await findings(page)).toEqual([]);
      }
      return;
    }
    await run(page, 'kubectl run sick --image=nginx:does-not-exist');
    await run(page, 'kubectl get nonsense');
    await expect(pods(page, 'sick', 'failed')).toHaveCount(1, { timeout: 20_000 });
    await page.locator('[data-row="sick"] button').click();
    await page.getByRole('tab', { name: /^Events/ }).last().click();
    await page.getByRole('button', { name: 'Legend and keys' }).click();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('tab', { name: 'YAML' }).click();
    expect(await findings(page)).toEqual([]);
  });
});

describe.each(looks.filter(({ name }) => name !== 'narrow'))('axe finds nothing serious in what was deployed: $name', { timeout: 90_000 }, ({ options }) => {
  test('cards of every workload, the details of a pod that fits nowhere, its description, and an offer to undo', async () => {
    const { page } = await site.open({ ...options, bypassCSP: true });
    await started(page);
    await run(page, 'kubectl create job bad --image=busybox -- false');
    await run(page, 'kubectl create cronjob tick --image=busybox --schedule="* * * * *" -- date');
    const huge = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"huge"},"spec":{"containers":[{"name":"c","image":"nginx","resources":{"requests":{"cpu":"64"}}}]}}';
    await run(page, `echo '${huge}' | kubectl apply -f -`);
    await page.locator('[data-kind="deployments.apps"]').first().click();
    await page.getByRole('button', { name: 'One replica more' }).click();
    await expect(page.locator('[data-undo]')).toBeVisible();
    await pods(page, 'huge', 'pending').click();
    await expect(page.getByText('none of 4 nodes fits')).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await pods(page, 'web-', 'ready').first().click();
    await expect(page.getByRole('region', { name: 'Points of each node, plugin by plugin' })).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Describe' }).click();
    await expect(page.getByText('Node-Selectors:')).toBeVisible();
    expect(await findings(page)).toEqual([]);
  });
});

describe('for everybody', { timeout: 60_000 }, () => {
  test('one heading of the first order, landmarks, and targets of 44 pixels on a phone', async () => {
    const { page, complaints } = await site.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await started(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Podarium');
    for (const role of ['banner', 'main', 'navigation'] as const) await expect(page.getByRole(role)).toHaveCount(1);
    for (const pane of ['See', 'Explore', 'Edit', 'Console']) {
      await page.getByRole('button', { name: pane, exact: true }).click();
      const small = await page.locator('button:visible:not(.card):not(.link)')
        .evaluateAll((all) => all.filter((each) => each.getBoundingClientRect().height < 43.5).map((each) => each.textContent?.trim()));
      expect(small).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  test('who asked for less motion gets none', async () => {
    const { page, complaints } = await site.open({ reducedMotion: 'reduce' });
    await started(page);
    const terminating = glimpse(page, '[data-pod][data-name^="web-"][data-state="terminating"]');
    await page.getByRole('button', { name: 'Delete a pod' }).click();
    await terminating;
    const moving = await page.evaluate(() => document.getAnimations().filter(({ effect }) =>
      effect instanceof KeyframeEffect && effect.getComputedTiming().duration !== 0 && !effect.target?.closest('.monaco-editor')).length);
    expect(moving).toBe(0);
    await started(page);
    expect(complaints).toEqual([]);
  });

  test('a failing pod is announced once, with its reason', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await run(page, 'kubectl run sick --image=nginx:does-not-exist');
    await expect(page.locator('[data-announcer]')).toHaveText(/sick failed: (ErrImagePull|ImagePullBackOff)/, { timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  test('the theme follows the system, can be switched, and is remembered', async () => {
    const { page, complaints } = await site.open({ colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await expect.poll(ground).toBe(dark);
    expect(complaints).toEqual([]);
  });
});
