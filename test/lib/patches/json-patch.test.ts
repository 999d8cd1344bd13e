import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equal } from '../../../src/lib/equality';
import { deepFreeze } from '../../../src/lib/freeze';
import { applyJsonPatch } from '../../../src/lib/patches/json-patch';
import { applyMergePatch, createMergePatch, createThreeWayJsonMergePatch } from '../../../src/lib/patches/merge-patch';

const document = deepFreeze({ metadata: { labels: { a: '1' } }, spec: { list: ['x', 'y'], nested: { deep: true } } });
const refused = 'the server rejected our request due to an error in our request';

describe('a JSON patch', () => {
  test.each([
    [[{ op: 'add', path: '/metadata/labels/a.b~1c', value: 'd' }], { a: '1', 'a.b/c': 'd' }],
    [[{ op: 'test', path: '/metadata/labels/a', value: '1' }, { op: 'replace', path: '/metadata/labels/a', value: '2' }], { a: '2' }],
    [[{ op: 'copy', from: '/metadata/labels/a', path: '/metadata/labels/b' }], { a: '1', b: '1' }],
    [[{ op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/b' }], { b: '1' }],
    [[{ op: 'remove', path: '/metadata/labels/a' }], {}],
    [[{ op: 'test', path: '/metadata/labels/none', value: null }], { a: '1' }],
    [[], { a: '1' }],
  ])('%j', (patch, labels) => expect(applyJsonPatch(document, patch)).toMatchObject({ metadata: { labels } }));
  test.each([
    [{ op: 'add', path: '/spec/list/-', value: 'z' }, ['x', 'y', 'z']],
    [{ op: 'add', path: '/spec/list/0', value: 'w' }, ['w', 'x', 'y']],
    [{ op: 'remove', path: '/spec/list/0' }, ['y']],
    [{ op: 'replace', path: '/spec/list/1', value: 'q' }, ['x', 'q']],
  ])('in a list: %j', (operation, list) => expect(applyJsonPatch(document, [operation])).toMatchObject({ spec: { list } }));
  test('shares all that stays', () => {
    const after = applyJsonPatch(document, [{ op: 'add', path: '/metadata/labels/b', value: '2' }]) as typeof document;
    expect(after.spec).toBe(document.spec);
    expect(applyJsonPatch(document, [{ op: 'replace', path: '/metadata/labels/a', value: '1' }])).toBe(document);
  });
  test.each([
    { op: 'test', path: '/metadata/labels/a', value: 'no' }, { op: 'test', path: '/metadata/labels/none', value: 'no' }, { op: 'remove', path: '/metadata/labels/none' },
    { op: 'replace', path: '/spec/nope/x', value: 1 }, { op: 'add', path: '/metadata/nope/x', value: 1 }, { op: 'remove', path: '/spec/list/99' }, { op: 'zap', path: '/metadata' },
    { op: 'add', value: 1 }, { op: 'add', path: 'x', value: 1 }, { op: 'add', path: '/spec/list/01', value: 1 }, { op: 'add', path: '/a' },
  ])('%j is refused', (operation) => expect(() => applyJsonPatch(document, [operation])).toThrow(expect.objectContaining({ code: 422, message: refused })));
  test('must be a list', () =>
    expect(() => applyJsonPatch(document, { op: 'add' })).toThrow(expect.objectContaining({
      code: 400, message: 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    })));
  test('what is added can be removed', () => {
    fc.assert(fc.property(fc.object(), fc.string(), fc.jsonValue(), (object, key, value) => {
      if (Object.hasOwn(object, key) || key === '__proto__') return;
      const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      expect(applyJsonPatch(object, [{ op: 'add', path, value }, { op: 'remove', path }])).toEqual(object);
    }));
  });
});

describe('a merge patch', () => {
  test('merges objects, removes by null, replaces lists', () =>
    expect(applyMergePatch(document, { metadata: { labels: { a: null, b: '2' } }, spec: { list: ['z'] } }))
      .toEqual({ metadata: { labels: { b: '2' } }, spec: { list: ['z'], nested: { deep: true } } }));
  test('that changes nothing gives the same object back', () => expect(applyMergePatch(document, { metadata: { labels: { none: null, a: '1' } }, spec: { list: ['x', 'y'] } })).toBe(document));
  test.each([[[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'], [null, 'Invalid JSON Patch']])('%j is refused', (patch, message) =>
    expect(() => applyMergePatch(document, patch)).toThrow(expect.objectContaining({ code: 400, message })));

  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer()));
  const { tree } = fc.letrec<{ tree: Record<string, unknown>; node: unknown }>((tie) => ({
    tree: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('node')),
    node: fc.oneof({ maxDepth: 3 }, leaf, tie('tree')),
  }));
  test('made from two objects turns the one into the other', () => {
    fc.assert(fc.property(tree, tree, (original, modified) => { expect(equal(applyMergePatch(original, createMergePatch(original, modified)), modified)).toBe(true); }));
  });
  test('of three objects keeps what others added', () =>
    expect(createThreeWayJsonMergePatch({ a: 1, gone: 1 }, { a: 2 }, { a: 1, gone: 1, theirs: 1 })).toEqual({ a: 2, gone: null }));
});

describe('a JSON patch that would grow without bound is refused', () => {
  const refused = (patch: unknown): unknown => { try { return applyJsonPatch({ a: {} }, patch); } catch (error) { return error; } };
  test.each([
    ['by copies of copies', Array.from({ length: 40 }, (_each, index) => ({ op: 'copy', from: '/a', path: `/a/${index}` }))],
    ['by depth', [{ op: 'add', path: '/b', value: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown },
      ...Array.from({ length: 60 }, () => [{ op: 'add', path: '/c', value: {} }, { op: 'move', from: '/b', path: '/c/d' }, { op: 'move', from: '/c', path: '/b' }]).flat()]],
  ])('%s', (_what, patch) => expect(refused(patch)).toMatchObject({ code: 422 }));
  test('or has too many operations', () => expect(refused(Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: {} })))).toMatchObject({ code: 413 }));
});
