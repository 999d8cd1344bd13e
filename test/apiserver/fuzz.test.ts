import { describe, expect, test } from 'vitest';
import { Fuzzer } from './fuzz/fuzzer';

/** `FUZZ_SEED=n` plays one seed again; `npm run bench -- --only fuzz` plays ten times as many. */
const only = process.env['FUZZ_SEED'];
const seeds = only === undefined ? Array.from({ length: 20 }, (_each, index) => index + 1) : [Number(only)];
const requestsPerSeed = 1_000;

describe('requests that are made wrong', () => {
  test.each(seeds)('of seed %i are all answered well, and change nothing where they fail', (seed) => {
    const lines = [...new Fuzzer(seed).run(requestsPerSeed)].map(({ line }) => line);
    expect(lines.join('\n')).toBe('');
  });
});
