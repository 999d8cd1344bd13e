import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../../src/lib/freeze';
import { PatchError } from '../../../src/lib/patches/patch-error';
import { createThreeWayMergePatch, createTwoWayMergePatch } from '../../../src/lib/patches/strategic-diff';
import { applyStrategicMergePatch } from '../../../src/lib/patches/strategic-merge-patch';
import { someFacts } from './facts';

const apply = (document: Record<string, unknown>, patch: unknown) => applyStrategicMergePatch(deepFreeze(document), deepFreeze(patch), someFacts);
const two = () => ({ containers: [{ name: 'a', image: '1', env: [{ name: 'X', value: '1' }] }, { name: 'b', image: '1' }], finalizers: ['f', 'g'], labels: { l: '1' } });

describe('a strategic merge patch', () => {
  test('merges list items by their key and leaves the others the same objects', () => {
    const before = two();
    const after = apply(before, { containers: [{ name: 'b', image: '2' }] });
    expect(after['containers']).toEqual([before.containers[0], { name: 'b', image: '2' }]);
    expect((after['containers'] as unknown[])[0]).toBe(before.containers[0]);
    expect(after['labels']).toBe(before.labels);
  });
  test('that changes nothing gives the same object back', () => {
    const before = two();
    expect(apply(before, { containers: [{ name: 'a', image: '1' }], labels: { l: '1', none: null }, finalizers: ['g'] })).toBe(before);
    expect(apply(before, {})).toBe(before);
  });
  test('obeys $patch: delete and $patch: replace in lists', () => {
    expect(apply(two(), { containers: [{ name: 'a', $patch: 'delete' }] })['containers']).toEqual([{ name: 'b', image: '1' }]);
    expect(apply(two(), { containers: [{ $patch: 'replace' }, { name: 'c' }] })['containers']).toEqual([{ name: 'c' }]);
  });
  test('obeys $patch of a map that is there, and drops one that is not', () => {
    expect(apply(two(), { labels: { $patch: 'replace', m: '2' } })['labels']).toEqual({ m: '2' });
    expect(apply(two(), { labels: { $patch: 'delete' } })['labels']).toEqual({});
    expect(apply(two(), { annotations: { $patch: 'merge', m: '2' } })).not.toHaveProperty('annotations');
  });
  test('obeys $retainKeys', () => {
    expect(apply({ strategy: { type: 'RollingUpdate', rollingUpdate: {} } }, { strategy: { $retainKeys: ['type'], type: 'Recreate' } })).toEqual({ strategy: { type: 'Recreate' } });
  });
  test('obeys $setElementOrder, with and without changes', () => {
    const names = (patch: unknown) => (apply({ containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, patch)['containers'] as { name: string }[]).map(({ name }) => name);
    expect(names({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] })).toEqual(['b', 'c', 'a']);
    expect(names({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'd' }, { name: 'a' }], containers: [{ name: 'd' }] })).toEqual(['b', 'c', 'd', 'a']);
  });
  test('adds to and deletes from lists of scalars', () => {
    expect(apply(two(), { finalizers: ['h'] })['finalizers']).toEqual(['h', 'f', 'g']);   // what the list does not have yet goes first
    expect(apply(two(), { '$deleteFromPrimitiveList/finalizers': ['f'] })['finalizers']).toEqual(['g']);
  });
  test('drops nulls below what is new', () => expect(apply({}, { spec: { a: null, b: [{ c: null, d: 1 }] } })).toEqual({ spec: { b: [{ d: 1 }] } }));

  test.each([
    [{ containers: [{ name: 'a', $patch: 'explode' }] }, 500, 'unknown patch type: explode in map: map[$patch:explode name:a]'],
    [{ containers: [{ image: 'x' }] }, 500, 'map: map[image:x] does not contain declared merge key: name'],
    [{ '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a', image: 'nginx:3' }] }, 500,
      "The order in patch list:\n[map[image:nginx:3 name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n"],
    [{ labels: { $retainKeys: ['a'], b: '1' } }, 400, 'invalid patch format of retainKeys'],
    [[], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ])('%j is refused', (patch, code, message) => {
    try {
      apply(two(), patch);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PatchError);
      expect(error).toMatchObject({ code, message });
    }
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const text = fc.constantFrom('1', '2');
const byName = <T>(item: fc.Arbitrary<T & { name: string }>) => fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 4 });
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });
const container = fc.tuple(name, some({ image: text, args: fc.array(text), env: byName(fc.record({ name, value: text })) })).map(([name, rest]) => ({ name, ...rest }));
const thing = some({
  containers: byName(container),
  volumes: byName(fc.oneof(fc.record({ name, emptyDir: fc.constant({}) }), fc.record({ name, configMap: fc.record({ name: text }) }))),
  strategy: fc.oneof(fc.constant({ type: 'Recreate' }), fc.record({ type: fc.constant('RollingUpdate'), rollingUpdate: some({ maxSurge: text }) })),
  finalizers: fc.uniqueArray(text),
  labels: fc.dictionary(name, text),
  whole: fc.record({ x: text }),
  count: fc.nat(3),
}).map((object): Record<string, unknown> => object);

describe('a patch made from two objects', () => {
  test('turns the one into the other', () => {
    fc.assert(fc.property(thing, thing, (original, modified) => {
      const patch = createTwoWayMergePatch(deepFreeze(original), deepFreeze(modified), someFacts);
      expect(apply(original, patch)).toEqual(modified);
    }), { numRuns: 200 });
  });
  test('is empty between equals', () => {
    fc.assert(fc.property(thing, (object) => { expect(createTwoWayMergePatch(object, structuredClone(object), someFacts)).toEqual({}); }));
  });
  test('says the new order, deletes by key and names what stays', () => {
    const original = { containers: [{ name: 'a', image: '1' }, { name: 'b' }], strategy: { type: 'RollingUpdate', rollingUpdate: {} }, finalizers: ['f', 'g'] };
    const modified = { containers: [{ name: 'c' }, { name: 'a', image: '2' }], strategy: { type: 'Recreate' }, finalizers: ['g'] };
    expect(createTwoWayMergePatch(original, modified, someFacts)).toEqual({
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
      containers: [{ name: 'c' }, { name: 'a', image: '2' }, { $patch: 'delete', name: 'b' }],
      strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null },
      '$deleteFromPrimitiveList/finalizers': ['f'], '$setElementOrder/finalizers': ['g'],
    });
  });
});

describe('objects merged as patches', () => {
  test('a second time change nothing', () => {
    fc.assert(fc.property(thing, thing, (document, patch) => {
      const once = apply(document, patch);
      expect(apply(once, patch)).toEqual(once);
    }), { numRuns: 200 });
  });
  test('of different fields come to the same in any order', () => {
    const labels = some({ labels: fc.dictionary(name, text), count: fc.nat(3) });
    const others = some({ containers: byName(container), whole: fc.record({ x: text }) });
    fc.assert(fc.property(thing, labels, others, (document, one, other) => {
      expect(apply(apply(document, one), other)).toEqual(apply(apply(document, other), one));
    }), { numRuns: 200 });
  });
});

describe('what kubectl apply sends', () => {
  test('is the two-way patch when nobody else wrote', () => {
    fc.assert(fc.property(thing, thing, (original, modified) => {
      expect(apply(original, createThreeWayMergePatch(original, modified, original, someFacts))).toEqual(modified);
    }), { numRuns: 200 });
  });
  test('keeps what others added and removes what was applied before', () => {
    const original = { labels: { mine: '1', old: '1' }, containers: [{ name: 'a' }, { name: 'gone' }] };
    const current = { labels: { mine: '1', old: '1', theirs: '1' }, containers: [{ name: 'a', added: 'x' }, { name: 'gone' }, { name: 'sidecar' }], status: 'ok' };
    const modified = { labels: { mine: '2' }, containers: [{ name: 'a' }] };
    const patch = createThreeWayMergePatch(original, modified, current, someFacts);
    expect(patch).toEqual({ labels: { mine: '2', old: null }, containers: [{ $patch: 'delete', name: 'gone' }], '$setElementOrder/containers': [{ name: 'a' }] });
    expect(apply(current, patch)).toEqual({ labels: { mine: '2', theirs: '1' }, containers: [{ name: 'a', added: 'x' }, { name: 'sidecar' }], status: 'ok' });
  });
});
