import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldElement, indexElement, keyElement, parseElement, printElement, valueElement } from '../../../src/schema/field-set/element';
import { fromFieldsV1, toFieldsV1 } from '../../../src/schema/field-set/fields-v1';
import { difference, fieldSet, has, intersection, noFields, paths, printPath, recursiveDifference, sameFields, union, type FieldSet, type Path } from '../../../src/schema/field-set/set';

const element = fc.oneof(
  fc.constantFrom('a', 'b', 'spec').map(fieldElement),
  fc.constantFrom('x', 'y"z', 1).map(valueElement),
  fc.record({ name: fc.constantFrom('n', 'm'), port: fc.integer({ min: 1, max: 200 }) }).map(keyElement),
  fc.nat(3).map(indexElement),
);
const path: fc.Arbitrary<Path> = fc.array(element, { minLength: 1, maxLength: 4 });
const someSet: fc.Arbitrary<FieldSet> = fc.array(path, { maxLength: 12 }).map((all) => fieldSet(...all));
const texts = (set: FieldSet): Set<string> => new Set([...paths(set)].map((each) => JSON.stringify(each)));
const listed = (all: Iterable<string>): string[] => [...all].sort();

describe('field sets are sets of paths', () => {
  test('union, intersection and difference are those of the paths', () => {
    fc.assert(fc.property(someSet, someSet, (a, b) => {
      const [left, right] = [texts(a), texts(b)];
      expect(listed(texts(union(a, b)))).toEqual(listed(new Set([...left, ...right])));
      expect(listed(texts(intersection(a, b)))).toEqual(listed([...left].filter((each) => right.has(each))));
      expect(listed(texts(difference(a, b)))).toEqual(listed([...left].filter((each) => !right.has(each))));
    }));
  });

  test('a recursive difference takes what is below as well', () => {
    fc.assert(fc.property(someSet, someSet, (a, b) => {
      const gone = [...paths(b)];
      const isBelow = (each: Path): boolean => gone.some((above) => above.every((step, at) => each[at] === step));
      expect(listed(texts(recursiveDifference(a, b)))).toEqual(listed([...paths(a)].filter((each) => !isBelow(each)).map((each) => JSON.stringify(each))));
    }));
  });

  test('the usual laws hold', () => {
    fc.assert(fc.property(someSet, someSet, someSet, (a, b, c) => {
      expect(sameFields(union(a, b), union(b, a))).toBe(true);
      expect(sameFields(union(a, union(b, c)), union(union(a, b), c))).toBe(true);
      expect(sameFields(intersection(a, union(b, c)), union(intersection(a, b), intersection(a, c)))).toBe(true);
      expect(sameFields(union(difference(a, b), intersection(a, b)), a)).toBe(true);
      expect(union(a, noFields)).toBe(a);
      expect(difference(a, a).size).toBe(0);
    }));
  });

  test('every path of a set is in it', () => {
    fc.assert(fc.property(someSet, path, (set, other) => {
      for (const each of paths(set)) expect(has(set, each)).toBe(true);
      expect(has(set, other)).toBe(texts(set).has(JSON.stringify(other)));
    }));
  });
});

describe('fieldsV1', () => {
  test('reading gives back what was written, in the same order', () => {
    fc.assert(fc.property(someSet, (set) => {
      const written = toFieldsV1(set);
      const read = fromFieldsV1(JSON.parse(JSON.stringify(written)));
      expect(sameFields(read, set)).toBe(true);
      expect(JSON.stringify(toFieldsV1(read))).toBe(JSON.stringify(written));
    }));
  });

  test('has fields before items, items by their keys as values, and a dot for what is owned itself and in part', () => {
    const port = (containerPort: number, ...rest: string[]): Path => ['f:ports', keyElement({ protocol: 'TCP', containerPort }), ...rest];
    expect(JSON.stringify(toFieldsV1(fieldSet(port(443), port(80), port(80, 'f:name'), ['f:args'], ['f:ports', 'v:"x"'])))).toBe(
      '{"f:args":{},"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{}},"k:{\\"containerPort\\":443,\\"protocol\\":\\"TCP\\"}":{},"v:\\"x\\"":{}}}');
  });

  test('elements of an unknown kind are passed over', () => {
    expect(toFieldsV1(fromFieldsV1({ 'q:x': {}, 'f:a': {}, 'k:[': {}, 'i:x': {} }))).toEqual({ 'f:a': {} });
  });
});

test('paths are printed as conflicts show them', () => {
  expect(printPath(['f:spec', 'f:containers', keyElement({ name: 'c' }), 'f:image'])).toBe('.spec.containers[name="c"].image');
  expect([printElement('v:"x"'), printElement('i:2'), printElement(keyElement({ b: 1, a: true }))]).toEqual(['[="x"]', '[2]', '[a=true,b=1]']);
});

test('any spelling of keys is one element', () => {
  expect(parseElement('k:{"protocol": "TCP","containerPort":80}')).toBe(keyElement({ containerPort: 80, protocol: 'TCP' }));
});
