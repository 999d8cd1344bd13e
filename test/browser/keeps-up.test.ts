import { expect } from 'playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { pods, run, started, write } from './reading';
import { openSite, type Site } from './site';

let site: Site;
beforeAll(async () => { site = await openSite(); }, 120_000);
afterAll(() => site.close());

const schema = '{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}';
const definition = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced",`
  + `"names":{"plural":"widgets","singular":"widget","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":${schema}}}]}}`;
const widget = '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"mine"},"spec":{"size":2}}';

describe('the page keeps up with the server', { timeout: 90_000 }, () => {
  test('custom resources come with their definition, are looked at like any other, and go with it', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await run(page, `echo '${definition}' | kubectl apply -f -`);
    const chip = page.getByRole('group', { name: 'Custom resources' }).getByRole('button', { name: /^Widgets/ });
    await expect(chip).toBeVisible();
    await run(page, `echo '${widget}' | kubectl apply -f -`);
    await chip.click();
    await page.locator('[data-row="mine"] button').click();
    await page.getByRole('tab', { name: 'YAML' }).click();
    await expect(page.getByText('size: 2')).toBeVisible();
    await page.getByLabel('Managed fields').check();
    await expect(page.getByText(/kubectl-client-side-apply.*fields/)).toBeVisible();
    await run(page, 'kubectl delete crd widgets.example.com');
    await expect(chip).toHaveCount(0);
    await expect(page.locator('[data-panel="explore"] h3')).toHaveCount(0);
    expect(complaints).toEqual([]);
  });

  test('the editor judges a custom resource by its schema', async () => {
    const { page, complaints } = await site.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await started(page);
    await run(page, `echo '${definition}' | kubectl apply -f -`);
    await expect(page.getByRole('group', { name: 'Custom resources' })).toBeVisible();
    await write(page, widget.replace('2}', '"much"}'));
    await expect(page.locator('.verdict')).toContainText('spec.size: Invalid value: "string": spec.size in body must be of type integer', { timeout: 10_000 });
    expect(complaints).toEqual([]);
  });

  test('a deed of the page is taken back by the command that undoes it', async () => {
    const { page, complaints } = await site.open();
    await started(page);
    await page.locator('[data-kind="services"]').first().click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.locator('[data-kind="services"]')).toHaveCount(0);
    await page.locator('[data-undo]').getByRole('button', { name: /^Undo/ }).click();
    await expect(page.locator('[data-kind="services"]')).toHaveCount(1);
    await expect(page.getByRole('log', { name: 'Console output' })).toContainText('kubectl create -f before.yaml');
    expect(complaints).toEqual([]);
  });

  test('a link builds the same cluster elsewhere; a broken one says so', async () => {
    const first = await site.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await started(first.page);
    await run(first.page, 'kubectl create deployment shop --image=nginx --replicas=2');
    await first.page.getByRole('button', { name: 'Share' }).click();
    await expect.poll(() => first.page.evaluate(() => location.hash)).toContain('#/s/');
    const link = await first.page.evaluate(() => location.href);
    const second = await site.open();
    await second.page.goto('about:blank');
    await second.page.goto(link);
    await expect(pods(second.page, 'shop-', 'ready')).toHaveCount(2, { timeout: 30_000 });
    await second.page.goto('about:blank');
    await second.page.goto(link.slice(0, -6));
    await expect(second.page.getByRole('alert')).toContainText('This link holds no cluster');
    expect(second.complaints).toEqual([]);
  });
});
