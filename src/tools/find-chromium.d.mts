/** The path of a Chromium: CHROME_PATH, an installed one, or Playwright's own; undefined when there is none. */
export function findChromium(): string | undefined;
/** As findChromium, installing one where there is none. Throws when nothing helps. */
export function ensureChromium(): string;
