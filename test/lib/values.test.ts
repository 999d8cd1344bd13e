import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64ErrorAt } from '../../src/lib/base64';
import { addressIndex, cidrContains, cidrSize, formatIPv4, isIPv4, isIPv6, nthAddress, nthSubnet, parseCidr, parseIPv4 } from '../../src/lib/cidr';
import { equal, semanticallyEqual } from '../../src/lib/equality';
import { deepFreeze } from '../../src/lib/freeze';
import { formatGo, quoteGo } from '../../src/lib/go-format';
import { scaledValue } from '../../src/lib/int-or-string';

describe('equality', () => {
  test('a copy is equal, and a change is seen', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(equal(a, structuredClone(a))).toBe(true);
      expect(equal(a, b)).toBe(equal(b, a));
      expect(equal([a], [b])).toBe(equal(a, b));
      if (equal(a, b)) expect(semanticallyEqual(a, b)).toBe(true);
    }));
  });
  test('undefined is absent, null is not', () => {
    expect(equal({ a: undefined }, {})).toBe(true);
    expect(equal({ a: null }, {})).toBe(false);
    expect(equal({ a: 1, b: undefined }, { a: 1, c: 2 })).toBe(false);
  });
  test('semantically, empty and absent are the same', () => {
    expect(semanticallyEqual({ a: [], b: { c: null } }, {})).toBe(false);
    expect(semanticallyEqual({ a: [], b: null }, { c: {} })).toBe(true);
  });
});

test('deeply frozen', () => {
  const value = deepFreeze({ a: [{ b: 1 }] });
  expect(Object.isFrozen(value.a[0])).toBe(true);
});

test.each([
  [{ b: 1, a: ['x', null], c: { d: 1.5 } }, 'map[a:[x <nil>] b:1 c:map[d:1.5]]'], [1e21, '1e+21'], [0.00001, '1e-05'], [true, 'true'],
])('Go prints %j as %s', (value, text) => expect(formatGo(value)).toBe(text));
test('Go quotes', () => expect(quoteGo('a"b\n\x01')).toBe('"a\\"b\\n\\x01"'));

test.each([
  ['25%', 10, 'up', 3], ['25%', 10, 'down', 2], [4, 10, 'up', 4], ['100%', 3, 'down', 3], ['0%', 3, 'up', 0], ['29%', 100, 'up', 29],
] as const)('%s of %i, rounded %s, is %i', (value, total, rounding, result) => expect(scaledValue(value, total, rounding)).toBe(result));
test('a text that is no percentage', () => expect(() => scaledValue('five', 10, 'up')).toThrow('invalid value for IntOrString: invalid type: string is not a percentage'));

describe('addresses', () => {
  const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  test('printed and read', () => { fc.assert(fc.property(address, (number) => { expect(parseIPv4(formatIPv4(number))).toBe(number); })); });
  test('a network holds exactly its addresses', () => {
    fc.assert(fc.property(address, fc.integer({ min: 0, max: 32 }), address, (base, bits, other) => {
      const cidr = parseCidr(`${formatIPv4(base)}/${bits}`);
      if (!cidr) throw new Error('a network');
      const text = formatIPv4(other);
      const index = addressIndex(cidr, text);
      expect(cidrContains(cidr, text)).toBe(index !== undefined);
      if (index !== undefined) expect(nthAddress(cidr, index)).toBe(text);
      expect(nthAddress(cidr, cidrSize(cidr))).toBeUndefined();
    }));
  });
  test('subnets follow one another', () => {
    const cluster = parseCidr('10.244.0.0/16');
    if (!cluster) throw new Error('a network');
    expect(nthSubnet(cluster, 24, 3)).toEqual(parseCidr('10.244.3.0/24'));
    expect(nthSubnet(cluster, 24, 256)).toBeUndefined();
  });
  test.each([['1.2.3.4', true], ['1.2.3', false], ['01.2.3.4', false], ['1.2.3.256', false]])('IPv4 %s: %s', (text, valid) => expect(isIPv4(text)).toBe(valid));
  test.each([
    ['::', true], ['2001:db8::ffff', true], ['::ffff:1.2.3.4', true], ['1:2:3:4:5:6:7:8', true],
    ['1::2::3', false], ['1:2:3', false], ['12345::', false], ['1.2.3.4', false],
  ])('IPv6 %s: %s', (text, valid) => expect(isIPv6(text)).toBe(valid));
});

describe('base64', () => {
  test.each([
    ['!!', 0], ['YQ', 0], ['YQ==', undefined], ['YWJj', undefined], ['YWJjYQ', 4], ['Y\nQ=\n=', undefined], ['YQ==x', 4], ['YW!j', 2], ['', undefined],
  ])('%j is wrong at %s', (text, at) => expect(base64ErrorAt(text)).toBe(at));
  test('what was encoded is valid', () => { fc.assert(fc.property(fc.uint8Array(), (bytes) => { expect(base64ErrorAt(Buffer.from(bytes).toString('base64'))).toBeUndefined(); })); });
});
