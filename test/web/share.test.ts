import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/sim/random';
import { fragmentOf, isShared, mostCharacters, sharedIn } from '../../web/lib/share';

const files = fc.dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 60 }), { maxKeys: 2, noNullPrototype: true });
const shared = fc.record({
  seed: fc.maxSafeInteger(), nodes: fc.integer({ min: 1, max: 5_000 }), text: fc.string({ unit: 'binary', maxLength: 200 }),
  commands: fc.array(fc.oneof(fc.record({ line: fc.string() }), fc.record({ line: fc.string(), files })), { maxLength: 6 }),
});

describe('links', () => {
  test('what was put into one is what comes out of it', async () => {
    await fc.assert(fc.asyncProperty(shared.filter(({ text }) => !/\p{Surrogate}/u.test(text)), async (value) => {
      const fragment = await fragmentOf(value);
      expect(fragment).toBeDefined();
      expect(isShared(fragment ?? '')).toBe(true);
      expect(await sharedIn(fragment ?? '')).toEqual(value);
    }), { numRuns: 60 });
  });

  test('too much is no link', async () => {
    const noise = new Random(1).suffix(mostCharacters * 3);
    expect(await fragmentOf({ seed: 1, nodes: 3, text: noise, commands: [] })).toBeUndefined();
  });

  test('a link that was cut or changed holds nothing', async () => {
    const fragment = await fragmentOf({ seed: 1, nodes: 3, text: 'kind: Pod', commands: [{ line: 'kubectl get pods' }] }) ?? '';
    for (const broken of [fragment.slice(0, -4), '#/s/', '#/s/%%%', '#/s/AAAA', `#/s/${btoa('[1,"x"]')}`]) expect(await sharedIn(broken)).toBeUndefined();
  });
});
