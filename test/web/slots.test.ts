import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignSlots } from '../../web/lib/slots';

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'));

describe('slots', () => {
  test('whoever stays keeps the slot, and no two share one', () => {
    fc.assert(fc.property(fc.array(ids), (steps) => {
      let slots: ReadonlyMap<string, number> = new Map();
      for (const present of steps) {
        const next = assignSlots(slots, present);
        expect(new Set(next.keys())).toEqual(new Set(present));
        expect(new Set(next.values()).size).toBe(present.length);
        for (const id of present) if (slots.has(id)) expect(next.get(id)).toBe(slots.get(id));
        slots = next;
      }
    }));
  });

  test('a new one takes the lowest slot that is free', () => {
    const three = assignSlots(new Map(), ['a', 'b', 'c']);
    const gap = assignSlots(three, ['a', 'c']);
    expect(assignSlots(gap, ['a', 'c', 'd', 'e'])).toEqual(new Map([['a', 0], ['c', 2], ['d', 1], ['e', 3]]));
  });
});
