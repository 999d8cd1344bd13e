import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonSyntaxError, parseJsonText } from '../../src/schema/json-text';

describe('text that is no JSON is refused in Go\'s words', () => {
  test.each([
    ['', 'unexpected end of JSON input'], ['{"apiVersion":"v1",', 'unexpected end of JSON input'], ['[', 'unexpected end of JSON input'],
    ['{x', "invalid character 'x' looking for beginning of object key string"], ['{}x', "invalid character 'x' after top-level value"],
    ['apiVersion: v1', "invalid character 'a' looking for beginning of value"],
    ['{"a" 1}', "invalid character '1' after object key"], ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"], ['[1 2]', "invalid character '2' after array element"],
    ['nulx', "invalid character 'x' in literal null (expecting 'l')"], ['-x', "invalid character 'x' in numeric literal"], ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"], ['"a\nb"', "invalid character '\\n' in string literal"], ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"], ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['01', "invalid character '1' after top-level value"],
    ['[1,]', "invalid character ']' looking for beginning of value"], ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ])('%j: %s', (text, message) => expect(() => parseJsonText(text)).toThrow(new JsonSyntaxError(message)));
});

test('fields given twice are reported with their path, and the last one counts', () =>
  expect(parseJsonText('{"metadata":{"name":"x","name":"y"},"list":[0,{"a":1,"a":2}]}')).toEqual({
    value: { metadata: { name: 'y' }, list: [0, { a: 2 }] }, duplicates: ['duplicate field "metadata.name"', 'duplicate field "list[1].a"'],
    places: new Map([['metadata', 12], ['metadata.name', 31], ['list', 43], ['list[1].a', 57]]),
  }));

test('a key that means something to JavaScript is but a key', () => expect(Object.keys(parseJsonText('{"__proto__":{"a":1}}').value as object)).toEqual(['__proto__']));

test('all JSON is read as JSON.parse reads it', () => {
  fc.assert(fc.property(fc.json(), fc.constantFrom(undefined, 2), (json, indent) => {
    const text = JSON.stringify(JSON.parse(json), null, indent);
    expect(parseJsonText(text).value).toEqual(JSON.parse(text));
  }));
});
test('all text is read or refused as JSON.parse does', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', '.', 'e', 'n', 'u', 'l', ' ', '\\', '0') }), (text) => {
    const accepts = (parse: (text: string) => unknown): boolean => { try { parse(text); return true; } catch { return false; } };
    expect(accepts(parseJsonText)).toBe(accepts(JSON.parse));
  }), { numRuns: 1000 });
});
