import { describe, expect, test } from 'vitest';
import { compileCel } from '../../src/cel/compile';
import { dynType } from '../../src/cel/types';

const run = (source: string, values: Record<string, unknown> = {}): unknown =>
  compileCel(source, { variables: Object.fromEntries(Object.keys(values).map((name) => [name, dynType])) }).evaluateToJson(values);

describe('expressions are worth what upstream says', () => {
  test.each<readonly [string, unknown]>([
    ['1 + 2 * 3 - 4 / 2 % 3', 5], ['-(3) + 5', 2], ['7.0 / 2.0', 3.5], ['1 < 2.5 && 2u > 1', true], ["'a' + 'b' == 'ab'", true], ['[1, 2] + [3]', [1, 2, 3]],
    ["{'a': 1}['a']", 1], ["'a' in {'a': 1}", true], ['2 in [1, 2]', true], ['[1, 2, 3][1]', 2], ['true ? 1 : 2', 1], ['size("héllo")', 5], ['[1,2].size()', 2],
    ['false && (1 / 0 == 1)', false], ['(1 / 0 == 1) || true', true], ['[1, 2].exists(x, 1 / (x - 1) == 1)', true],
    ['[1, 2, 3].all(x, x > 0)', true], ['[1, 2, 3].exists_one(x, x > 2)', true], ['[1, 2, 3].map(x, x * 2)', [2, 4, 6]], ['[1, 2, 3].map(x, x > 1, x * 2)', [4, 6]],
      ['[1, 2, 3].filter(x, x != 2)', [1, 3]],
    ["{'a': 1, 'b': 2}.all(k, k < 'c')", true], ['[1, 2].map(x, [3, 4].map(y, x * y))', [[3, 4], [6, 8]]],
    ['[5, 6].all(i, v, v == i + 5)', true], ['[5, 6].transformList(i, v, i > 0, v * i)', [6]], ["{'a': 1}.transformMap(k, v, v + 1)", { a: 2 }], ["['a'].transformMapEntry(i, v, {v: i})", { a: 0 }],
    ["{'a': 1}.existsOne(k, v, k == 'a' && v == 1)", true],
    ['[1, 2, 2, 3].isSorted()', true], ["['b', 'a'].isSorted()", false], ['[1, 2, 3].sum()', 6], ['[1.5, 2.5].sum()', 4],
      ["[duration('1s'), duration('1m')].sum() == duration('61s')", true], ['[3, 1, 2].min()', 1], ["['a', 'c'].max()", 'c'],
    ['[1, 2, 1].lastIndexOf(1)', 2], ['[1, 2].indexOf(3)', -1],
    ["'abc 123'.find('[0-9]+')", '123'], ["'1 2 3'.findAll('[0-9]', 2)", ['1', '2']], ["'abc'.matches('^a.c$')", true], ["'ABC'.matches('(?i)abc')", true],
    ["url('https://user@example.com:80/a%20b?q=1&q=2').getHost()", 'example.com:80'], ["url('https://[::1]:80/').getHostname()", '::1'], ["url('/a/b').getEscapedPath()", '/a/b'],
    ["url('https://x/?k=1&k=2').getQuery()", { k: ['1', '2'] }], ["isURL('../relative')", false], ["url('https://e.com:8080').getPort()", '8080'],
    ["isIP('10.0.0.1') && !isIP('10.0.0.300')", true], ["ip('::1').isLoopback()", true], ["ip('fe80::1').family()", 6], ["ip.isCanonical('2001:DB8::1')", false],
      ["string(ip('2001:0db8:0:0:0::1'))", '2001:db8::1'], ["ip('8.8.8.8').isGlobalUnicast()", true],
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3')", true], ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", true],
      ["string(cidr('10.1.2.3/8').masked())", '10.0.0.0/8'], ["cidr('::1/128').prefixLength()", 128],
    ["quantity('1Gi').isGreaterThan(quantity('500Mi'))", true], ["quantity('50k').add(20).compareTo(quantity('50020'))", 0], ["quantity('1.5').isInteger()", false],
      ["quantity('200M').asInteger()", 200_000_000], ["isQuantity('x')", false], ["quantity('50k').sub(quantity('1k')).sign()", 1],
    ["format.dns1123Label().validate('Bad').hasValue()", true], ["format.named('uuid').value().validate('x').orValue([])", ['does not match the UUID format']],
      ["!format.named('nope').hasValue()", true],
    ["semver('1.2.3').isLessThan(semver('1.10.0-rc.1'))", true], ["isSemver('v1.2')", false], ["semver('v01.2', true).minor()", 2],
    ["'TacoCat'.lowerAscii()", 'tacocat'], ["'a,b,c'.split(',', 2)", ['a', 'b,c']], ["['a', 'b'].join('-')", 'a-b'], ["'hello'.substring(1, 3)", 'el'],
      ["'hello'.charAt(4)", 'o'], ["'aXbX'.replace('X', '-', 1)", 'a-bX'], ["' x '.trim()", 'x'],
    ["'%s is %d, %.2f and %x'.format([dyn('a'), 1, 2.345, 255])", 'a is 1, 2.35 and ff'], ["'%s'.format([[dyn(1), 'x', {'a': true}]])", '[1, x, {a: true}]'],
    ['sets.contains([1, 2, 3], [2])', true], ['sets.equivalent([1, 2], [2, 1, 1])', true], ['sets.intersects([1], [2])', false], ['math.greatest(1, 5, 3)', 5], ['math.least([4, 2])', 2],
    ["duration('1h30m').getMinutes()", 90], ["timestamp('2024-02-29T12:30:00Z').getDayOfYear()", 59], ["string(timestamp('2024-01-01T00:00:00Z') + duration('36h'))", '2024-01-02T12:00:00Z'],
    ["timestamp('2024-01-01T00:00:00Z') < timestamp('2024-01-01T00:00:01Z')", true], ["int('42') + int(3.9)", 45], ['string(1.5)', '1.5'],
      ["type(1) == int && type('a') == string", true], ["base64.decode('aGk=') == b'hi'", true], ["base64.encode(b'hi')", 'aGk='],
    ["optional.of(1).optMap(x, x + 1).value()", 2], ["optional.none().orValue('d')", 'd'], ["{'a': {'b': 1}}[?'a'][?'b'].orValue(0)", 1],
      ["{?'x': optional.none(), 'y': 1}", { y: 1 }], ['[?optional.of(1), ?optional.none()]', [1]],
    ["jsonpatch.escapeKey('a/b~c')", 'a~1b~0c'], ["r'\\d' == '\\\\d'", true], ['"""a\nb""" == \'a\\nb\'', true], ['0x1F', 31], ['1e3', 1000], ['[1, 2,]', [1, 2]], ['// a comment\n1', 1],
  ])('%s', (source, value) => expect(run(source)).toEqual(value));

  test.each<readonly [string, unknown]>([
    ["object.metadata.name.startsWith('w')", true], ["has(object.spec.replicas) && object.spec.replicas <= 5", true], ["has(object.spec.nothing)", false], ["object.?spec.?nothing.orValue(7)", 7],
    ["object.spec.ports.exists(p, p.port == 80)", true], ["object.spec.ports.map(p, p.name)", ['http', 'https']], ["'app' in object.metadata.labels", true],
      ["object.metadata.labels.exists(k, object.metadata.labels[k] == 'x')", true],
    ["object.spec.ratio > 0.25", true], ["size(object.spec.ports)", 2], ["object.spec == object.spec", true], ["object.spec.ports[?5].hasValue()", false],
  ])('over JSON: %s', (source, value) => {
    const object = { metadata: { name: 'web', labels: { app: 'x' } }, spec: { replicas: 3, ratio: 0.5, ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }] } };
    expect(run(source, { object })).toEqual(value);
  });
});

describe('what fails while it runs says so as upstream does', () => {
  test.each([
    ["{'a': 1}.b", 'no such key: b'], ['1 / 0', 'division by zero'], ['1 % 0', 'modulus by zero'], ['[1][3]', 'index out of bounds: 3'], ['9223372036854775807 + 1', 'integer overflow'],
    ["dyn('a') + dyn(1)", 'no such overload'], ["int('x')", 'strconv.ParseInt: parsing "x": invalid syntax'],
      ['[1].filter(x, x > 2).min()', 'min called on empty list'], ["quantity('x')", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['optional.none().value()', 'optional.none() dereference'], ["'a'.matches('(')", 'error parsing regexp: missing closing ): `(`'],
  ])('%s', (source, message) => expect(() => run(source)).toThrow(message));

  test('what costs too much is stopped', () => {
    const many = Array.from({ length: 2_000 }, (_each, i) => i);
    expect(() => run('many.all(a, many.all(b, many.all(c, a + b + c >= 0)))', { many })).toThrow('operation cancelled: actual cost limit exceeded');
  });
});

describe('what does not compile is shown with its place', () => {
  test.each([
    ['object.', "ERROR: <input>:1:8: Syntax error: no viable alternative at input '.'\n | object.\n | .......^"],
    ['x + 1', "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x + 1\n | ^"],
    ["1 + 'a'", "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | ..^"],
    ["'a'.foo()", "ERROR: <input>:1:8: undeclared reference to 'foo' (in container '')\n | 'a'.foo()\n | .......^"],
    ["1.0.startsWith('x')", "ERROR: <input>:1:15: found no matching overload for 'startsWith' applied to 'double.(string)'\n | 1.0.startsWith('x')\n | ..............^"],
    ["'a'.b", "ERROR: <input>:1:4: type 'string' does not support field selection\n | 'a'.b\n | ...^"],
    ['[1, "a"]', "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, \"a\"]\n | ....^"],
    ['1.all(x, x)', "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | 1.all(x, x)\n | ^"],
    ['x &&\ny', "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x &&\n | ^\nERROR: <input>:2:1: undeclared reference to 'y' (in container '')\n | y\n | ^"],
    [`${'!'.repeat(100_000)}true`, 'expression recursion limit exceeded: 250'],
    [`${'('.repeat(100_000)}`, 'expression recursion limit exceeded: 250'],
    [`${'1 + '.repeat(20_000)}1`, 'expression recursion limit exceeded: 500'],
    [`object${'.a'.repeat(20_000)}`, 'expression recursion limit exceeded: 500'],
    ['has(1)', 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(1)\n | ....^'],
  ])('%.60s', (source, message) => expect(() => compileCel(source, { variables: { object: dynType } })).toThrow(message));
});
