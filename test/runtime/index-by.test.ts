import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Index, type IndexBy } from '../../src/runtime/index-by';

type Thing = { readonly node: string | undefined };
const byNode: IndexBy<Thing> = { name: 'node', of: ({ node }) => node };
const content = (index: Index<Thing>) => new Map([...index.values].map((value) => [value, new Map(index.get(value))]));

const change = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  next: fc.option(fc.record({ node: fc.constantFrom('n1', 'n2', undefined) }), { nil: undefined }),
});

test('an index kept up change by change is the index built from scratch', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const things = new Map<string, Thing>();
      const kept = new Index(byNode);
      for (const { key, next } of changes) {
        kept.update(key, things.get(key), next);
        if (next) things.set(key, next);
        else things.delete(key);
      }
      const rebuilt = new Index(byNode);
      for (const [key, thing] of things) rebuilt.update(key, undefined, thing);
      expect(content(kept)).toEqual(content(rebuilt));
    }),
  );
});

test('a group that is empty is forgotten', () => {
  const index = new Index(byNode);
  index.update('a', undefined, { node: 'n1' });
  index.update('a', { node: 'n1' }, undefined);
  expect([...index.values]).toEqual([]);
});
