import { describe, expect, test } from 'vitest';
import { Fuzzer } from './fuzz/fuzzer';

/** `FUZZ_SEED=n`, or `n-m`, plays other seeds; `npm run bench -- --only fuzz` plays ten times as many. */
const [first = 1, last = first] = (process.env['FUZZ_SEED'] ?? '1-20').split('-').map(Number);
const requestsPerSeed = 1_000;

describe('requests that are made wrong', () => {
  test.each(Array.from({ length: last - first + 1 }, (_each, index) => first + index))('of seed %i are all answered well, and change nothing where they fail', (seed) => {
    const lines = [...new Fuzzer(seed).run(requestsPerSeed)].map(({ line }) => line);
    expect(lines.join('\n')).toBe('');
  });
});
