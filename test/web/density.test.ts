import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binAt, binBeside, boxOf, gridFor, isCrowded, podBox } from '../../web/lib/density';

const cases = fc.record({ bins: fc.integer({ min: 1, max: 5_000 }), pods: fc.integer({ min: 1, max: 250 }), width: fc.integer({ min: 120, max: 2_000 }), height: fc.integer({ min: 60, max: 1_500 }) });

describe('bins on a canvas', () => {
  test('each bin is found at its own place, within the width, and none overlaps another', () => {
    fc.assert(fc.property(cases, fc.nat(), ({ bins, pods, ...space }, pick) => {
      const grid = gridFor(bins, pods, space);
      const index = pick % bins;
      const { x, y, width, height } = boxOf(grid, index);
      expect(width).toBeGreaterThan(0);
      expect(x + width).toBeLessThanOrEqual(space.width);
      expect(y + height).toBeLessThanOrEqual(grid.rows * grid.height);
      for (const [across, down] of [[x + 0.1, y + 0.1], [x + width - 0.1, y + height - 0.1]] as const) expect(binAt(grid, bins, across, down)).toBe(index);
    }));
  });

  test('where pods are drawn one by one, each of them is inside its bin', () => {
    fc.assert(fc.property(cases, ({ bins, pods, ...space }) => {
      const grid = gridFor(bins, pods, space);
      const { pitch } = grid;
      fc.pre(pitch !== undefined);
      const bin = boxOf(grid, bins - 1);
      const last = podBox({ ...grid, pitch: pitch ?? 0 }, bin, pods - 1);
      expect(last.x + last.width).toBeLessThanOrEqual(bin.x + bin.width);
      expect(last.y + last.height).toBeLessThanOrEqual(bin.y + bin.height);
    }));
  });

  test('a hundred nodes of thirty pods show each pod; a thousand are heat tiles that fit', () => {
    expect(gridFor(100, 31, { width: 600, height: 440 }).pitch).toBeGreaterThanOrEqual(6);
    const thousand = gridFor(1_001, 31, { width: 600, height: 440 });
    expect(thousand.pitch).toBeUndefined();
    expect(gridFor(1_001, 31, { width: 1_200, height: 900 }).rows * gridFor(1_001, 31, { width: 1_200, height: 900 }).height).toBeLessThanOrEqual(900);
  });

  test('arrows lead to the neighbour, and nowhere from the edge', () => {
    const grid = gridFor(1_000, 30, { width: 600, height: 440 });
    expect(binBeside(grid, 1_000, 0, 'ArrowRight')).toBe(1);
    expect(binBeside(grid, 1_000, 5, 'ArrowDown')).toBe(5 + grid.columns);
    expect(binBeside(grid, 1_000, 0, 'ArrowUp')).toBeUndefined();
    expect(binBeside(grid, 1_000, 3, 'End')).toBe(999);
    expect(binBeside(grid, 1_000, 3, 'x')).toBeUndefined();
  });

  test('the manner of drawing does not flicker at its edge', () => {
    expect(isCrowded(600, 10, false)).toBe(false);
    expect(isCrowded(601, 10, false)).toBe(true);
    expect(isCrowded(590, 10, true)).toBe(true);
    expect(isCrowded(400, 10, true)).toBe(false);
    expect(isCrowded(10, 100, false)).toBe(true);
  });
});
