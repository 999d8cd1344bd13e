import { expect } from 'playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { glimpse, run, simulatedTime, started } from './reading';
import { openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

describe('with the keyboard alone', { timeout: 60_000 }, () => {
  test('splitters move by arrow keys, a double click puts them back, and sizes outlive a reload', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    const editor = page.locator('[data-panel="edit"]');
    const width = async () => Math.round((await editor.boundingBox())?.width ?? 0);
    const before = await width();
    const splitter = page.getByRole('separator', { name: 'Editor width' });
    await splitter.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
    await expect.poll(width).toBeGreaterThan(before + 80);
    const wide = await width();
    await page.reload();
    await started(page);
    await expect.poll(width).toBe(wide);
    await splitter.dblclick({ position: { x: 0, y: 200 } });
    await expect.poll(width).toBe(before);
    expect(complaints).toEqual([]);
  });

  test('the picture is a tree: arrows walk it, Enter opens, Escape goes back', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    const tree = page.getByRole('tree', { name: 'Nodes and their pods' });
    await tree.locator('[tabindex="0"]').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await expect(tree.locator('[data-node="control-plane"]')).toBeFocused();
    await tree.locator('[data-node="node-1"]').focus();
    await page.keyboard.press('ArrowDown');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('data-name'));
    expect(name).toMatch(/^web-/);
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-panel="explore"] h3')).toHaveText(name ?? '');
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-panel="explore"] h3')).toHaveCount(0);
    expect(complaints).toEqual([]);
  });

  test('F6 walks the panes, keys act on the page, and letters typed into the console stay letters', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.keyboard.press('F6');
    await expect(page.locator('[data-panel]:focus')).toHaveCount(1);
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    const paused = await simulatedTime(page);
    await page.keyboard.press('.');
    await expect.poll(() => simulatedTime(page)).toBeGreaterThanOrEqual(paused);
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('region', { name: 'Legend and keys' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('region', { name: 'Legend and keys' })).toHaveCount(0);
    await page.keyboard.press(':');
    await expect(page.locator('[data-console-input]')).toBeFocused();
    await page.keyboard.type('t.? ');
    await expect(page.locator('[data-console-input]')).toHaveValue('t.? ');
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    expect(complaints).toEqual([]);
  });

  test('Tab leaves the editor after Ctrl+M, and the page says how it stands', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.locator('[data-editor="monaco"] .view-lines').click({ timeout: 15_000 });
    await expect(page.getByText('Tab indents')).toBeVisible();
    await page.keyboard.press('Control+m');
    await expect(page.getByText('Tab moves on')).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(page.locator('.monaco-editor :focus')).toHaveCount(0);
    expect(complaints).toEqual([]);
  });
});

describe('the console', { timeout: 60_000 }, () => {
  test('remembers lines, completes words, stops a watch on Ctrl+C and clears on Ctrl+L', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    const input = page.locator('[data-console-input]');
    await run(page, 'kubectl get nodes');
    await run(page, 'kubectl get svc');
    await input.press('ArrowUp');
    await input.press('ArrowUp');
    await expect(input).toHaveValue('kubectl get nodes');
    await input.fill('kubectl get deploym');
    await input.press('Tab');
    await expect(input).toHaveValue(/^kubectl get deployments/);
    await input.fill('kubectl get pods -w');
    await input.press('Enter');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('AGE');
    await input.press('Control+c');
    await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('^C');
    await input.press('Control+l');
    await expect(page.locator('pre.command')).toHaveCount(0);
    expect(complaints).toEqual([]);
  });

  test('an open loop waits for its end, and a shell in a container takes lines', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    const input = page.locator('[data-console-input]');
    const log = page.getByRole('log', { name: 'Console output' });
    await input.fill('for i in 1 2; do');
    await input.press('Enter');
    await expect(input).toHaveValue('for i in 1 2; do\n');
    await input.pressSequentially('echo round $i; done');
    await input.press('Enter');
    await expect(log).toContainText('round 2');
    await input.fill('kubectl exec -it deployment/web -- sh');
    await input.press('Enter');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
    await input.fill('echo in $HOSTNAME');
    await input.press('Enter');
    await expect(log).toContainText(/in web-/);
    await input.fill('exit');
    await input.press('Enter');
    await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
    expect(complaints).toEqual([]);
  });

  test('runs several pasted lines, and keeps errors apart from output', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await run(page, 'kubectl create configmap a --from-literal=x=1\nkubectl create configmap b --from-literal=x=2');
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('configmap/b created');
    await run(page, 'kubectl get pod nobody');
    await expect(page.locator('pre.stderr')).toContainText('Error from server (NotFound): pods "nobody" not found');
    expect(complaints).toEqual([]);
  });

  test('a button’s command is the console’s: deleting from the explorer asks first', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.locator('[data-row^="web-"] button').first().click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await expect(page.getByText('Its owner will make another.')).toBeVisible();
    const terminating = glimpse(page, '[data-pod][data-name^="web-"][data-state="terminating"]');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.locator('pre.command')).toContainText('kubectl delete pod web-');
    await terminating;
    expect(complaints).toEqual([]);
  });
});
