import { expect, test } from 'vitest';
import { forEach } from '../../src/kubectl/each';
import { Failures } from '../../src/kubectl/errors';
import type { Run } from '../../src/kubectl/verb';

/** What came out, and what it ended with. */
async function outcome(run: Run): Promise<{ readonly out: readonly unknown[]; readonly error?: unknown }> {
  const out: unknown[] = [];
  try { for await (const piece of run) out.push(piece); } catch (error) { return { out, error }; }
  return { out };
}
const missing = new Error('missing');
const broken = new Error('broken');
const act = async function* (name: string): Run {
  if (name === 'bad') throw broken;
  yield name;
};

test('what fails keeps no other from its turn', async () => expect(await outcome(forEach(['a', 'bad', 'b'], [], act))).toEqual({ out: ['a', 'b'], error: broken }));
test('the errors there were before come first', async () => {
  const { out, error } = await outcome(forEach(['bad', 'a'], [missing], act));
  expect(out).toEqual(['a']);
  expect(error instanceof Failures && error.errors).toEqual([missing, broken]);
});
test('nothing wrong, nothing thrown', async () => expect(await outcome(forEach(['a'], [], act))).toEqual({ out: ['a'] }));
