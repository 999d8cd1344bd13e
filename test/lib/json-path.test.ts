import { describe, expect, test } from 'vitest';
import { findJsonPath, JsonPathError, printJsonPath, relaxedJsonPath } from '../../src/lib/json-path';

const list = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { 'x.io/y': '1' } }, spec: { containers: [{ name: 'c', image: 'i:1' }, { name: 'd', image: 'i:2' }] }, status: { ready: true, count: 2 } },
    { metadata: { name: 'b' }, spec: { containers: [{ name: 'e', image: 'i:3' }] }, status: { ready: false, count: 5 } },
  ],
};

describe('a template', () => {
  test.each([
    ['{.items[*].metadata.name}', 'a b'],
    ['{.kind} is {.items[0].metadata.name}', 'List is a'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.containers[*].image}{"\\n"}{end}', 'a\ti:1 i:2\nb\ti:3\n'],
    ['{range .items[*]}[{range .spec.containers[*]}{.name},{end}]{end}.', '[c,d,][e,].'],
    ['{range .none[*]}{.name}{end}done', 'done'],
    ['{.items[?(@.metadata.name=="b")].spec.containers[0].name}', 'e'],
    ['{.items[?(@.status.count>2)].metadata.name}', 'b'],
    ['{.items[?(@.status.ready==true)].metadata.name}', 'a'],
    ["{.items[?(@.metadata.labels)].metadata.name}", 'a'],
    ['{.items[-1].metadata.name}', 'b'],
    ['{.items[0:2].metadata.name}', 'a b'],
    ['{.items[0].spec.containers[0,1].name}', 'c d'],
    ["{.items[*]['metadata.name', 'status.count']}", 'a b 2 5'],
    ['{..name}', 'a c d b e'],
    ['{.items[0].metadata.labels.x\\.io/y}', '1'],
    ['{.items[0].metadata.labels}', '{"x.io/y":"1"}'],
    ['{.items[0].status.*}', '2 true'],
    ['{.none.at.all}', ''],
    ['{$.kind}{@.kind}', 'ListList'],
    ["{'quoted'}", 'quoted'],
    ['no action', 'no action'],
  ])('%s', (template, text) => expect(printJsonPath(template, list)).toBe(text));

  test.each([
    ['{.items', 'unclosed action'], ['{.items[0}', 'unterminated array'],
    ['{.items[x]}', 'invalid array index x'], ['{"a}', 'unterminated quoted string'],
    ['{.items[?(@.a==1}', 'unterminated filter'],
    ['{.items[?(@.a==1)}', 'unclosed array expect ]'],
    ['{....}', 'invalid multiple recursive descent'], ['{foo}', 'unrecognized identifier foo'],
    ['{end}', 'not in range, nothing to end'], ['{|}', "unrecognized character in action: U+007C '|'"],
    ['{.items[5]}', 'array index out of bounds: index 5, length 2'], ['{.kind[0]}', 'string is not array or slice'], ['{.items[?(@.metadata.name>1)]}', 'incompatible types for comparison'],
  ])('%s is refused: %s', (template, message) => expect(() => printJsonPath(template, list)).toThrow(new JsonPathError(message)));

  test('may insist on its fields', () => expect(() => findJsonPath('{.nope}', list, { allowMissingKeys: false })).toThrow('nope is not found'));
});

describe('the relaxed form', () => {
  test.each(['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}'])('%s', (path) => expect(relaxedJsonPath(path)).toBe('{.metadata.name}'));
  test('refuses two actions', () => expect(() => relaxedJsonPath('{.a}{.b}')).toThrow("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"));
});
