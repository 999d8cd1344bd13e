import { expect } from 'playwright/test';
import type { Locator, Page } from 'playwright';

/** The pods in the picture whose names begin with `prefix`, in a state if one is named. */
export const pods = (page: Page, prefix: string, state?: string): Locator => page.locator(`[data-pod][data-name^="${prefix}"]${state ? `[data-state="${state}"]` : ''}`);

export const names = (page: Page, prefix: string): Promise<string[]> =>
  pods(page, prefix).evaluateAll((found) => found.map((each) => each.getAttribute('data-name') ?? '').sort());

/** Waits until the cluster that the page opens with is up and drawn. */
export async function started(page: Page): Promise<void> {
  await expect(pods(page, 'web-', 'ready')).toHaveCount(3, { timeout: 15_000 });
}

/** Waits, from now on, for something that may be there for a few frames only. */
export const glimpse = (page: Page, selector: string): Promise<unknown> =>
  page.evaluate((wanted) => new Promise<void>((resolve) => {
    const look = () => (document.querySelector(wanted) ? resolve() : requestAnimationFrame(look));
    look();
  }), selector);

/** Types a command and waits for its end; gives what it printed. */
export async function run(page: Page, line: string): Promise<string> {
  const log = page.getByRole('log', { name: 'Console output' });
  const input = page.locator('[data-console-input]');
  const before = await log.locator('pre.command').count();
  await input.fill(line);
  await input.press('Enter');
  await expect(log.locator('pre.command')).toHaveCount(before + 1);
  await expect(page.locator('[data-console-busy]')).toHaveCount(0, { timeout: 30_000 });
  return log.evaluate((element, index) => {
    const command = element.querySelectorAll('pre.command')[index];
    let text = '';
    for (let next = command?.nextElementSibling; next && !next.classList.contains('command'); next = next.nextElementSibling) text += `${next.textContent}\n`;
    return text;
  }, before);
}

/** The text area until Monaco is there, then Monaco: replaces all of the text. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator('[data-editor="monaco"] .monaco-editor').waitFor();
  await page.locator('[data-editor="monaco"] .view-lines').click();
  await page.keyboard.press('Control+a');
  await page.evaluate((content) => navigator.clipboard.writeText(content), text);
  await page.keyboard.press('Control+v');
}

/** Waits until no pod is growing into its place or fading out of it. */
export const still = (page: Page): Promise<unknown> => page.evaluate(() => Promise.allSettled(
  document.getAnimations().filter(({ effect }) => effect instanceof KeyframeEffect && effect.target?.closest('[data-pod]')).map(({ finished }) => finished),
));

/** Real time passes as frames do, so that what should stand still has had its chance to move. */
export const frames = (page: Page, count: number): Promise<void> =>
  page.evaluate(async (left) => { for (let i = 0; i < left; i++) await new Promise(requestAnimationFrame); }, count);

export const simulatedTime = (page: Page): Promise<number> => page.locator('[data-now]').getAttribute('data-now').then(Number);
export const revision = (page: Page): Promise<number> => page.locator('[data-revision]').getAttribute('data-revision').then(Number);
