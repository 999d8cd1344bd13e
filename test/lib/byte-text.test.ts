import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteTextDecoder, bytesFromText, textFromBytes } from '../../src/lib/byte-text';

test('any bytes come back from their text', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => { expect([...bytesFromText(textFromBytes(bytes))]).toEqual([...bytes]); }));
});

test('UTF-8 is the text it encodes', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    const bytes = new TextEncoder().encode(text);
    expect(textFromBytes(bytes)).toBe(text);
    expect([...bytesFromText(text)]).toEqual([...bytes]);
  }));
});

test('where bytes are cut makes no difference to the bytes, nor to UTF-8 text', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text))), fc.array(fc.nat(20)), (bytes, cuts) => {
    const decoder = new ByteTextDecoder();
    let text = '';
    let at = 0;
    for (const cut of cuts) { text += decoder.decode(bytes.subarray(at, at + cut)); at += cut; }
    text += decoder.decode(bytes.subarray(at)) + decoder.end();
    expect([...bytesFromText(text)]).toEqual([...bytes]);
    if (!/[\udc80-\udcff]/.test(textFromBytes(bytes))) expect(text).toBe(textFromBytes(bytes));
  }));
});

test('a byte that is no UTF-8 is an escape, beside whatever text', () => {
  expect(textFromBytes(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9))).toBe('a\udcff\u00e9');
});
