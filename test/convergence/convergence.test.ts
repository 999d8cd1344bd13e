import { describe, expect, test } from 'vitest';
import { play, planned } from './play';
import { shrunk } from './shrink';
import type { Start } from './world';

/** `SEED=n`, or `n-m`, plays other seeds; with `SHRINK=1` what fails is made as short as can be. `npm run bench -- --only convergence` plays thousands. */
const [first = 1, last = first] = (process.env['SEED'] ?? '1-200').split('-').map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_each, index) => first + index);
const wantsShrinking = process.env['SHRINK'] !== undefined || (process.env['SEED'] !== undefined && seeds.length === 1);
/** Every fourth life has late caches. */
const startOf = (seed: number): Start => ({ seed, stale: seed % 4 === 0 });

/** Making a life short takes many lives. */
const mostMs = 600_000;

/** How to see it again, what was wrong, and the operations that lead to it. */
function report(start: Start, violations: readonly string[]): string {
  if (violations.length === 0) return '';
  const lines = [`SEED=${start.seed} npx vitest run test/convergence  # ${violations[0]}`, ...violations.slice(0, 12)];
  if (wantsShrinking) lines.push('operations:', ...shrunk(start, planned(start.seed), violations[0] ?? '').map(({ text }) => `  ${text}`));
  return lines.join('\n');
}

describe('whatever is done to a cluster, it converges', () => {
  test.each(seeds)('seed %i', (seed) => {
    const start = startOf(seed);
    expect(report(start, play(start).violations)).toBe('');
  }, mostMs);
});

describe.runIf(process.env['SEED'] === undefined)('a life', () => {
  test('is the same for the same seed', () => {
    for (const start of [startOf(1_001), startOf(1_004)]) expect(play(start).log() === play(start).log()).toBe(true);
  });
});
