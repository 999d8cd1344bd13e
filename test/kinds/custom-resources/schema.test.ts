import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coerced } from '../../../src/kinds/custom-resources/coerce';
import { withDefaults } from '../../../src/kinds/custom-resources/defaults';
import { convertNone } from '../../../src/kinds/custom-resources/kinds';
import { prune } from '../../../src/kinds/custom-resources/prune';
import { valueRules } from '../../../src/kinds/custom-resources/value-rules';
import type { JsonSchema } from '../../../src/kinds/custom-resources/schema';
import type { KubeObject } from '../../../src/api/types';
import { fieldErrorMessage } from '../../../src/api/status';
import type { JsonObject } from '../../../src/lib/json';

const names = fc.constantFrom('a', 'b', 'c', 'd', 'spec');
const leaf: fc.Arbitrary<unknown> = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('x', 'y', ''), fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(names, tie('value'), { maxKeys: 4 })),
})).value;
const objects: fc.Arbitrary<JsonObject> = fc.dictionary(names, value, { maxKeys: 4 });

const schemas: fc.Arbitrary<JsonSchema> = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.record({ type: fc.constantFrom('string', 'integer', 'boolean'), nullable: fc.boolean() }),
    fc.record({ type: fc.constant('string'), default: fc.constant('x') }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(names, tie('schema'), { maxKeys: 3 }) }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(names, tie('schema'), { maxKeys: 2 }), default: fc.constant({}) }),
    fc.record({ type: fc.constant('object'), 'x-kubernetes-preserve-unknown-fields': fc.constant(true) }),
  ),
})).schema;
const roots = fc.dictionary(names, schemas, { maxKeys: 4 }).map((properties): JsonSchema => ({ type: 'object', properties }));

describe('a structural schema', () => {
  test('prunes once and for all, and keeps what needs no pruning as it is', () => {
    fc.assert(fc.property(objects, roots, (object, schema) => {
      const { value: once } = prune(object, schema);
      const again = prune(once, schema);
      expect(again.unknown).toEqual([]);
      expect(again.value).toBe(once);
    }));
  });

  test('fills in its defaults once and for all', () => {
    fc.assert(fc.property(objects, roots, (object, schema) => {
      const once = withDefaults(object, schema);
      expect(withDefaults(once, schema)).toBe(once);
    }));
  });

  test('takes back what it gave', () => {
    fc.assert(fc.property(objects, roots, (object, schema) => {
      const once = withDefaults(coerced(object, schema).value, schema);
      const again = coerced(once, schema);
      expect(again.problems).toEqual([]);
      expect(withDefaults(again.value, schema)).toEqual(once);
    }));
  });

  test('finds nothing wrong with what did not change', () => {
    fc.assert(fc.property(objects, roots, (object, schema) => { expect(valueRules(object, schema, object)).toEqual([]); }));
  });
});

test('None conversion is undone by itself', () => {
  fc.assert(fc.property(objects, (spec) => {
    const object = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'a' }, spec } as unknown as KubeObject; // as much of an object as conversion looks at
    expect(convertNone(convertNone(object, 'example.org/v2'), 'example.org/v1')).toEqual(object);
    expect(convertNone(object, 'example.org/v1')).toBe(object);
  }));
});

describe('values are judged in upstream\'s words', () => {
  const found = (schema: JsonSchema, spec: unknown): readonly string[] =>
    valueRules({ spec }, { type: 'object', properties: { spec: schema } }).map((error) => `${error.field}: ${fieldErrorMessage(error)}`);
  test.each<[string, JsonSchema, unknown, readonly string[]]>([
    ['exclusive bounds', { type: 'integer', minimum: 1, exclusiveMinimum: true }, 1, ['spec: Invalid value: 1: spec in body should be greater than 1']],
    ['multiples', { type: 'number', multipleOf: 0.5 }, 0.7, ['spec: Invalid value: 0.7: spec in body should be a multiple of 0.5']],
    ['multiples of fractions', { type: 'number', multipleOf: 0.01 }, 4.35, []],
    ['too few items', { type: 'array', items: { type: 'string' }, minItems: 1 }, [], ['spec: Invalid value: 0: spec in body should have at least 1 items']],
    ['too few properties', { type: 'object', minProperties: 1 }, {}, ['spec: Invalid value: 0: spec in body should have at least 1 properties']],
    ['one of', { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] }, {},
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid', 'spec.a: Required value']],
    ['two of one', { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1, b: 1 },
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives']],
    ['any of', { type: 'object', anyOf: [{ required: ['a'] }] }, {}, ['<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', 'spec.a: Required value']],
    ['not', { type: 'object', not: { required: ['a'] } }, { a: 1 }, ['<nil>: Invalid value: "": "spec" must not validate the schema (not)']],
    ['a null', { type: 'string' }, null, ['spec: Invalid value: "null": spec in body must be of type string: "null"']],
    ['an allowed null', { type: 'string', nullable: true }, null, []],
    ['an address', { type: 'string', format: 'ipv4' }, '1.2.3', ['spec: Invalid value: "1.2.3": spec in body must be of type ipv4: "1.2.3"']],
    ['a format nobody knows', { type: 'string', format: 'colour' }, 'x', []],
    ['a large integer', { type: 'integer', format: 'int32' }, 2 ** 31, ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec']],
  ])('%s', (_, schema, spec, errors) => { expect(found(schema, spec)).toEqual(errors); });
});
