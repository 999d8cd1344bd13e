import { describe, expect, test } from 'vitest';
import { compileCel } from '../../src/cel/compile';
import { escapeProperty } from '../../src/cel/escape';
import { celTypeOf, celTypeOfDefinition, type TypeSchema } from '../../src/cel/schema-type';
import { optionalOf } from '../../src/cel/types';
import { Optional } from '../../src/cel/values';

const schema: TypeSchema = {
  type: 'object',
  properties: {
    size: { type: 'integer' }, ratio: { type: 'number' }, port: { 'x-kubernetes-int-or-string': true }, when: { type: 'string', format: 'date-time' }, wait: { type: 'string', format: 'duration' },
    namespace: { type: 'string' }, 'a-b': { type: 'string' }, items: { type: 'array', items: { type: 'object', properties: { k: { type: 'string' } } } },
      map: { type: 'object', additionalProperties: { type: 'integer' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const self = celTypeOf(schema, true);
const value = { apiVersion: 'a/v1', kind: 'A', metadata: { name: 'x', labels: {} }, size: 2, ratio: 1, port: 'http', when: '2024-01-01T00:00:00Z', wait: '90s',
  namespace: 'n', 'a-b': 'c', items: [{ k: 'y' }], map: { one: 1 }, free: { deep: [1] } };
const run = (source: string): unknown => compileCel(source, { variables: { self } }).evaluateToJson({ self: value });

describe('a custom resource through its schema', () => {
  test.each<readonly [string, unknown]>([
    ['self.size + 1', 3], ['self.ratio + 0.5', 1.5], ["self.port == 'http'", true], ['self.port == 5', false],
      ["self.when > timestamp('2023-01-01T00:00:00Z')", true], ["self.wait == duration('1m30s')", true],
    ['self.__namespace__', 'n'], ['self.a__dash__b', 'c'], ['self.`a-b`', 'c'], ["self.items.all(i, i.k == 'y')", true], ["self.map['one'] + 1", 2],
      ['self.map.exists(k, self.map[k] > 0)', true], ['self.free.deep[0]', 1],
    ['self.metadata.name', 'x'], ['has(self.size)', true],
  ])('%s', (source, result) => expect(run(source)).toEqual(result));

  test.each([
    ['self.nope', "undefined field 'nope'"], ["self.size == 'a'", "found no matching overload for '_==_' applied to '(int, string)'"],
      ['self.metadata.labels', "undefined field 'labels'"], ["self.items == 1", "'(list(object), int)'"],
  ])('%s does not compile', (source, message) => expect(() => run(source)).toThrow(message));

  test('an optional old value', () => {
    const program = compileCel('oldSelf.optMap(o, o.size <= self.size).orValue(true)', { variables: { self, oldSelf: optionalOf(self) } });
    expect(program.evaluate({ self: value, oldSelf: Optional.none })).toBe(true);
  });

  test('names are escaped as upstream does', () => {
    expect(['namespace', 'a.b', 'a-b', 'a/b', 'a__b', 'a b', 'x'].map(escapeProperty)).toEqual(['__namespace__', 'a__dot__b', 'a__dash__b', 'a__slash__b', 'a__underscores__b', undefined, 'x']);
  });
});

test('a built-in kind through its definition, which may refer to itself', () => {
  const pod = celTypeOfDefinition('io.k8s.api.core.v1.Pod');
  expect(compileCel('object.spec.containers.all(c, has(c.image))', { variables: { object: pod } }).type).toEqual({ kind: 'bool' });
  expect(() => compileCel('object.spec.container', { variables: { object: pod } })).toThrow("undefined field 'container'");
  const schemaProps = celTypeOfDefinition('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  expect(compileCel('s.properties.all(k, s.properties[k].type == "x")', { variables: { s: schemaProps } }).type).toEqual({ kind: 'bool' });
});
