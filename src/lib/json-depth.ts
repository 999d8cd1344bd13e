/** The most levels of maps and lists within each other that anything takes: what walks them goes down by calls, and a stack ends. Upstream goes deeper. */
export const mostDepth = 250;

const known = new WeakMap<object, number>();

/** How many maps and lists are within each other. Each is looked at once: values do not change. */
export function jsonDepth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const remembered = known.get(value);
  if (remembered !== undefined) return remembered;
  let depth = 0;
  for (const inner of Object.values(value)) depth = Math.max(depth, jsonDepth(inner));
  known.set(value, depth + 1);
  return depth + 1;
}
