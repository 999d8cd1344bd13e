import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/api/types';
import { applied, type Applied } from '../../../src/apiserver/ownership/apply';
import { Conflicts } from '../../../src/apiserver/ownership/conflicts';
import { nobody, writeOwners, type Owners } from '../../../src/apiserver/ownership/owners';
import { oneVersion } from '../../../src/apiserver/ownership/versions';
import { shapeOfCustomResource } from '../../../src/schema/field-set/shape-of';

/** A list with keys, a set, an atomic list, a granular and an atomic map, and a field of its own. */
const shape = shapeOfCustomResource({
  type: 'object',
  properties: { spec: { type: 'object', properties: {
    size: { type: 'integer' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    selector: { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    words: { type: 'array', items: { type: 'string' } },
    parts: {
      type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', properties: { name: { type: 'string' }, value: { type: 'string' } } },
    },
  } } },
});
const versions = oneVersion(shape, 'v1');
type Spec = Readonly<Record<string, unknown>>;
type State = { readonly live: KubeObject; readonly owners: Owners };
const start: State = { live: { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } } as KubeObject, owners: nobody };

const config = (spec: Spec) => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, ...(Object.keys(spec).length > 0 && { spec }) });
function apply({ live, owners }: State, manager: string, spec: Spec, force = false): State {
  const by = { manager, operation: 'Apply', apiVersion: 'v1', subresource: '' } as const;
  const outcome: Applied = applied({ versions, live, config: config(spec), owners, by, force, time: '2026-01-01T00:00:00Z' });
  return { live: outcome.object ?? live, owners: outcome.owners };
}

const dictionary = (keys: readonly string[]) => fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('1', '2'), { minKeys: 1, maxKeys: 2 });
const parts = (names: readonly string[]) => fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom('1', '2') }), { selector: ({ name }) => name, minLength: 1 });
const tags = (names: readonly string[]) => fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });
/** Configurations that speak of these names only, and of `size` and the whole values if they may. */
const specOf = (names: readonly string[], whole: boolean): fc.Arbitrary<Spec> => fc.record({
  labels: dictionary(names), tags: tags(names), parts: parts(names),
  ...(whole && { size: fc.nat(2), selector: dictionary(names), words: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 2 }) }),
}, { requiredKeys: [] });
const anySpec = specOf(['a', 'b', 'c'], true);

/** What an object says, without the order of lists whose order nobody owns, and without what is empty. */
function essence({ live }: State): unknown {
  const { spec } = live as KubeObject & { readonly spec?: Spec | null };
  const said = Object.entries(spec ?? {}).filter(([, value]) => value !== null && value !== undefined && JSON.stringify(value) !== '[]' && JSON.stringify(value) !== '{}');
  const settled = (name: string, value: unknown): unknown => ((name === 'tags' || name === 'parts') && Array.isArray(value)
    ? value.map((each: unknown) => JSON.stringify(each)).sort() : value);
  return Object.fromEntries(said.map(([name, value]) => [name, settled(name, value)]));
}
const ownersText = ({ owners }: State): string => JSON.stringify(writeOwners(owners));

describe('server-side apply', () => {
  test('the same configuration a second time changes nothing', () => {
    fc.assert(fc.property(anySpec, anySpec, (other, mine) => {
      const once = apply(apply(start, 'other', other), 'me', mine, true);
      const twice = apply(once, 'me', mine);
      expect(twice.live).toBe(once.live);
      expect(ownersText(twice)).toBe(ownersText(once));
    }));
  });

  test('appliers of different fields come to the same in any order', () => {
    fc.assert(fc.property(specOf(['a', 'b'], true), specOf(['y', 'z'], false), (left, right) => {
      const oneWay = apply(apply(start, 'left', left), 'right', right);
      const otherWay = apply(apply(start, 'right', right), 'left', left);
      expect(essence(oneWay)).toEqual(essence(otherWay));
      expect(ownersText(oneWay)).toBe(ownersText(otherWay));
    }));
  });

  test('by force the last one gets what it says, and it alone owns what others wanted otherwise', () => {
    fc.assert(fc.property(anySpec, anySpec, (first, last) => {
      const forced = apply(apply(start, 'first', first), 'last', last, true);
      // What is said is there: to say it again is no conflict and changes nothing.
      expect(apply(forced, 'last', last).live).toBe(forced.live);
      expect(essence(apply(forced, 'third', last))).toEqual(essence(forced));
    }));
  });

  test('without force it is a conflict exactly where force would take something', () => {
    fc.assert(fc.property(anySpec, anySpec, (first, last) => {
      const before = apply(start, 'first', first);
      const owned = ({ owners }: State) => JSON.stringify(writeOwners(new Map([...owners].filter(([, { manager }]) => manager === 'first'))));
      const forced = apply(before, 'last', last, true);
      const attempt = () => apply(before, 'last', last);
      if (owned(forced) === owned(before)) expect(essence(attempt())).toEqual(essence(forced));
      else expect(attempt).toThrow(Conflicts);
    }));
  });

  test('what is applied no longer goes, and nothing else', () => {
    fc.assert(fc.property(specOf(['a', 'b'], true), specOf(['y', 'z'], false), specOf(['a', 'b'], true), (mine, other, next) => {
      const before = apply(apply(start, 'me', mine), 'other', other);
      expect(essence(apply(before, 'me', {}))).toEqual(essence(apply(start, 'other', other)));
      expect(essence(apply(before, 'me', next))).toEqual(essence(apply(apply(start, 'other', other), 'me', next)));
    }));
  });

  test('what two own stays until both have let go of it', () => {
    fc.assert(fc.property(anySpec, (spec) => {
      const shared = apply(apply(start, 'one', spec), 'two', spec);
      const left = apply(shared, 'one', {});
      expect(essence(left)).toEqual(essence(shared));
      expect(essence(apply(left, 'two', {}))).toEqual(essence(start));
    }));
  });

  test('alone it is a plain replacement of what it said before', () => {
    fc.assert(fc.property(fc.array(anySpec, { minLength: 1, maxLength: 5 }), (specs) => {
      const last = specs.reduce<State>((state, spec) => apply(state, 'me', spec), start);
      expect(essence(last)).toEqual(essence(apply(start, 'me', specs.at(-1) ?? {})));
    }));
  });

  test('lists with keys take the order of what is applied; what is live alone keeps its place', () => {
    const part = (name: string) => ({ name, value: '1' });
    const live = apply(start, 'one', { parts: ['a', 'x', 'b'].map(part) });
    expect((apply(live, 'two', { parts: ['b', 'n', 'a'].map(part) }).live as KubeObject & { readonly spec: Spec }).spec['parts']).toEqual(['x', 'b', 'n', 'a'].map(part));
  });
});
