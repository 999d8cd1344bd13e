import { readFileSync } from 'node:fs';
import { expect } from 'playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { pods, run, started, write } from './reading';
import { openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
const hello = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  replicas: 3
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
        - name: nginx
          image: nginx:1.27
`;

describe('a manifest', { timeout: 60_000 }, () => {
  test('pasted and applied with Ctrl+Enter becomes three ready pods; with Ctrl+S it changes, and no save dialog opens', async () => {
    const { page, complaints } = await site.open(clipboard);
    await started(page);
    await write(page, hello);
    await expect(page.getByText('The server would accept deployment/hello')).toBeVisible({ timeout: 10_000 });
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('deployment.apps/hello created');
    await expect(pods(page, 'hello-', 'ready')).toHaveCount(3, { timeout: 20_000 });
    const listed = (await run(page, 'kubectl get pods -l app=hello --no-headers')).trim().split('\n');
    expect(listed.map((line) => line.split(/\s+/).slice(1, 3))).toEqual([['1/1', 'Running'], ['1/1', 'Running'], ['1/1', 'Running']]);

    await write(page, hello.replace('replicas: 3', 'replicas: 2'));
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('deployment.apps/hello configured');
    await expect(pods(page, 'hello-')).toHaveCount(2, { timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  test('mistakes are marked on their lines in the server’s words, and nothing is applied', async () => {
    const { page, complaints } = await site.open(clipboard);
    await started(page);
    await write(page, hello.replace('  replicas: 3', '  replicas: three'));
    await expect(page.locator('[data-panel="edit"]').getByRole('button', { name: 'Line 6' })).toBeVisible({ timeout: 10_000 });
    await expect(page.locator('[data-panel="edit"] .squiggly-error')).not.toHaveCount(0);
    await expect(page.locator('[data-panel="edit"] code.error')).toContainText('cannot unmarshal string into Go struct field');

    await write(page, hello.replace('          image', '          imagee'));
    await expect(page.locator('[data-panel="edit"] code.error').first()).toContainText('unknown field "spec.template.spec.containers[0].imagee"', { timeout: 10_000 });
    await expect(page.locator('[data-panel="edit"]').getByRole('button', { name: 'Line 17' }).first()).toBeVisible();

    await write(page, hello.replace('        app: hello\n    spec', '        app: other\n    spec'));
    await expect(page.locator('[data-panel="edit"] code.error')).toContainText('`selector` does not match template `labels`', { timeout: 10_000 });

    await write(page, 'kind: [');
    await expect(page.locator('[data-panel="edit"]').getByRole('button', { name: /Line 1/ })).toBeVisible({ timeout: 10_000 });
    expect(await run(page, 'kubectl get deployment hello')).toContain('Error from server (NotFound): deployments.apps "hello" not found');
    expect(complaints).toEqual([]);
  });

  test('completion and hover know the kind’s fields', async () => {
    const { page, complaints } = await site.open(clipboard);
    await started(page);
    await write(page, hello.replace('  replicas: 3\n', '  \n'));
    await page.locator('[data-editor="monaco"] .view-line', { hasText: /^spec:$/ }).first().click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Control+Space');
    await expect(page.locator('.suggest-widget .monaco-list-row', { hasText: 'strategy' })).toBeVisible({ timeout: 15_000 });
    await page.keyboard.press('Escape');
    await page.locator('[data-editor="monaco"] .view-line', { hasText: 'matchLabels' }).locator('span span').last().hover();
    await expect(page.locator('.monaco-hover-content').first()).toContainText('matchLabels', { timeout: 15_000 });
    expect(complaints).toEqual([]);
  });

  test('kubectl edit lends the text to the editor, and takes it back', async () => {
    const { page, complaints } = await site.open(clipboard);
    await started(page);
    await page.locator('[data-editor="monaco"] .monaco-editor').waitFor({ timeout: 15_000 });
    await page.locator('[data-console-input]').fill('kubectl edit deployment web');
    await page.locator('[data-console-input]').press('Enter');
    await expect(page.getByText('kubectl edit waits for this text')).toBeVisible({ timeout: 10_000 });
    await page.locator('[data-editor="monaco"] .view-line', { hasText: 'replicas: 3' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('4');
    await page.locator('[data-apply]').click();
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('deployment.apps/web edited');
    await expect(pods(page, 'web-', 'ready')).toHaveCount(4, { timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  test('an example of the menu runs: the guestbook, typed step by step', async () => {
    const { page, complaints } = await site.open(clipboard);
    await started(page);
    await page.getByLabel('Load an example into the editor').selectOption('guestbook/guestbook');
    await expect(page.getByText(/The server would accept .*service\/frontend/)).toBeVisible({ timeout: 10_000 });
    await page.locator('[data-apply]').click();
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('service/frontend created');
    await page.getByLabel('Speed').selectOption('16');
    const lines = (name: string) => readFileSync(`examples/guestbook/${name}.sh`, 'utf8').split('\n').filter((line) => line && !/^(#|set -e|kubectl apply)/.test(line));
    for (const line of lines('steps')) await run(page, line);
    for (const line of lines('check')) expect(await run(page, `${line} && echo so it is`)).toContain('so it is');
    expect(complaints).toEqual([]);
  });
});
