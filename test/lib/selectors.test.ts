import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesFields, parseFieldSelector, printFieldSelector } from '../../src/lib/field-selector';
import { parseSelector } from '../../src/lib/selector-text';
import { everything, formatLabelSelector, matches, nothing, Selector, SelectorError, selectorOf, selectorOfSet, type Requirement } from '../../src/lib/selectors';

describe('a selector as text', () => {
  test.each([
    ['a=b', { a: 'b' }, true], ['a=b', {}, false], ['a!=b', {}, true], ['a==b', { a: 'b' }, true], ['a in (b,c)', { a: 'c' }, true], ['a notin (b)', { a: 'c' }, true],
    ['a notin (b)', {}, true], ['a', { a: '' }, true], ['!a', {}, true], ['!a', { a: 'x' }, false], ['n>4', { n: '5' }, true], ['n<4', { n: 'x' }, false], ['', { a: 'b' }, true],
    ['a in ()', { a: '' }, true], ['a=', { a: '' }, true], ['a=b,c', { a: 'b', c: '1' }, true], ['in in (in)', { in: 'in' }, true], ['x in (foo,,baz),y,z notin ()', { x: '', y: '1', z: '2' }, true],
  ])('%j on %j: %s', (text, labels, expected) => expect(parseSelector(text).matches(labels)).toBe(expected));

  test.each([
    ['a===b', "unable to parse requirement: found '=', expected: identifier"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['n>x', "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['-bad',
      "unable to parse requirement: <nil>: Invalid value: \"-bad\": name part " +
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
      "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"],
  ])('%j is refused: %s', (text, message) => expect(() => parseSelector(text)).toThrow(new SelectorError(message)));
});

describe('a LabelSelector', () => {
  test('absent selects nothing, empty everything', () => {
    expect(matches(undefined, { a: 'b' })).toBe(false);
    expect(matches({}, undefined)).toBe(true);
    expect(selectorOfSet(undefined)).toBe(everything);
    expect(nothing.isEverything).toBe(false);
  });
  test('is compiled once', () => {
    const selector = { matchLabels: { app: 'web' } };
    expect(selectorOf(selector)).toBe(selectorOf(selector));
  });
  test('prints as kubectl shows it', () => {
    expect(formatLabelSelector({
      matchLabels: { app: 'web' }, matchExpressions: [
        { key: 'tier', operator: 'In', values: ['b', 'a'] }, { key: 'x', operator: 'Exists' },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    })).toBe('app=web,!old,tier in (a,b),x');
    expect(formatLabelSelector({})).toBe('<none>');
    expect(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toBe('<error>');
  });
  test('names an unknown operator', () => expect(() => selectorOf({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toThrow('"Near" is not a valid label selector operator'));
  test('offers one exact label to an index', () => {
    expect(selectorOf({ matchLabels: { app: 'web' } }).exact).toEqual({ key: 'app', value: 'web' });
    expect(parseSelector('a in (b,c)').exact).toBeUndefined();
  });
  test('is not fooled by what every object has', () => {
    expect(parseSelector('constructor').matches({})).toBe(false);
    expect(parseSelector('!toString').matches({})).toBe(true);
  });
});

const key = fc.constantFrom('a', 'b', 'c');
const word = fc.constantFrom('x', 'y', 'z', 'in');
const someRequirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('in' as const, 'notin' as const), values: fc.uniqueArray(word, { minLength: 1 }).map((values) => values.sort()) }),
  fc.record({ key, operator: fc.constantFrom('=' as const, '!=' as const, '==' as const), values: word.map((value) => [value]) }),
  fc.record({ key, operator: fc.constantFrom('exists' as const, '!' as const), values: fc.constant([]) }),
);

test('a selector printed and read is the selector', () => {
  fc.assert(fc.property(fc.array(someRequirement), (requirements) => {
    const selector = new Selector(requirements);
    expect(parseSelector(selector.toString()).requirements).toEqual(selector.requirements);
  }));
});

test('in and notin are opposites where the label is present', () => {
  fc.assert(fc.property(fc.uniqueArray(word, { minLength: 1 }), word, (values, value) => {
    const text = values.join(',');
    expect(parseSelector(`a in (${text})`).matches({ a: value })).toBe(!parseSelector(`a notin (${text})`).matches({ a: value }));
  }));
});

describe('a field selector', () => {
  test('reads terms in order of their text', () => {
    expect(parseFieldSelector('spec.nodeName=x,metadata.name!=y')).toEqual([{ field: 'metadata.name', operator: '!=', value: 'y' }, { field: 'spec.nodeName', operator: '=', value: 'x' }]);
    expect(parseFieldSelector('')).toEqual([]);
  });
  test.each([
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['metadata.name in (a)', "invalid selector: 'metadata.name in (a)'; can't understand 'metadata.name in (a)'"],
  ])('%j is refused: %s', (text, message) => expect(() => parseFieldSelector(text)).toThrow(new SelectorError(message)));
  test('asks every term', () => {
    const selector = parseFieldSelector('a=1,b!=2');
    expect(matchesFields(selector, (field) => ({ a: '1', b: '3' })[field] ?? '')).toBe(true);
    expect(matchesFields(selector, () => '')).toBe(false);
  });
  test('a selector printed and read is the selector', () => {
    fc.assert(fc.property(fc.array(fc.record({ field: fc.constantFrom('a', 'b'), operator: fc.constantFrom('=' as const, '!=' as const), value: fc.string() })), (terms) => {
      const read = parseFieldSelector(printFieldSelector(terms));
      expect(new Set(read.map((term) => JSON.stringify(term)))).toEqual(new Set(terms.map((term) => JSON.stringify(term))));
    }));
  });
});
