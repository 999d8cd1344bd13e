import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equal } from '../../src/lib/equality';
import { byNaturalOrder, parseYaml, parseYamlDocuments, printYaml } from '../../src/lib/yaml';

describe('reading', () => {
  test('follows YAML 1.1, but keeps dates and base 60 numbers as texts', () =>
    expect(parseYaml('a: yes\nb: 2024-01-01\nc: 1:30\nd: "yes"\ne: 0777\n').value).toEqual({ a: true, b: '2024-01-01', c: '1:30', d: 'yes', e: 511 }));
  test('several documents know their line, empty ones are left out', () =>
    expect(parseYamlDocuments('a: 1\n---\n---\nb: 2\n').map(({ line, value }) => ({ line, value }))).toEqual([{ line: 1, value: { a: 1 } }, { line: 4, value: { b: 2 } }]));
  test('a broken document is named with its line', () => {
    expect(parseYaml('a: [').error).toBe('yaml: line 1: did not find expected node content');
    expect(parseYaml('a: b: c').error).toBe('yaml: line 1: mapping values are not allowed in this context');
    expect(parseYaml('a:\n\t- b').error).toBe('yaml: line 2: found character that cannot start any token');
  });
  test('a key set twice is reported, and the last one counts', () =>
    expect(parseYaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: "1", a: "2"}\n'))
      .toMatchObject({ value: { data: { a: '2' } }, duplicates: ['yaml: unmarshal errors:\n  line 4: key "a" already set in map'] }));
  test('anchors and merge keys work', () => expect(parseYaml('a: &x {b: 1}\nc: {<<: *x, d: 2}').value).toEqual({ a: { b: 1 }, c: { b: 1, d: 2 } }));
});

describe('printing', () => {
  test('looks as kubectl prints it', () =>
    expect(printYaml({ b: ['x', { c: 1, a: [] }], a10: 'yes', a2: '', multi: 'one\ntwo\n', z: null, t: '8080' })).toBe(
      'a2: ""\na10: "yes"\nb:\n- x\n- a: []\n  c: 1\nmulti: |\n  one\n  two\nt: "8080"\nz: null\n'));
  test('what was printed reads back', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', "'", '"', '1', '\t') }));
    const { tree } = fc.letrec<{ node: unknown; tree: unknown }>((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('tree')),
      tree: fc.oneof(fc.array(tie('node')), fc.dictionary(text.filter((key) => key !== '__proto__' && key !== '<<'), tie('node'))),
    }));
    fc.assert(fc.property(tree, (value) => { expect(equal(parseYaml(printYaml(value)).value, value)).toBe(true); }), { numRuns: 300 });
  });
  test('keys come in natural order', () => expect(['a10', 'a2', 'B', 'a', '1'].sort(byNaturalOrder)).toEqual(['1', 'B', 'a', 'a2', 'a10']));
});

describe('YAML that would not end', () => {
  test.each([
    ['lists within lists', '['.repeat(20_000), 'yaml: line 1: exceeded max depth of 250'],
    ['lists on one line', '- '.repeat(5_000), 'yaml: line 1: exceeded max depth of 250'],
    ['an anchor in itself', 'a: &a\n  b: *a\n', "yaml: line 1: anchor 'a' value contains itself"],
    ['aliases of aliases', Array.from({ length: 900 }, (_each, index) => (index === 0 ? 'a0: &a0 [x]' : `a${index}: &a${index} [*a${index - 1}]`)).join('\n'),
      'yaml: line 1: document contains excessive aliasing'],
  ])('%s are refused', (_what, text, error) => expect(parseYaml(text).error).toBe(error));
});
