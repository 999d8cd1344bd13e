const known = new WeakMap<object, number>();
/** Below this a value is measured again faster than it is remembered. */
const worthRemembering = 1_024;

/** About how many bytes a JSON value takes as text. */
export function jsonSize(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  let size = 2;
  if (Array.isArray(value)) for (const item of value) size += jsonSize(item) + 1;
  else for (const key in value) size += key.length + 4 + jsonSize((value as Readonly<Record<string, unknown>>)[key]);
  return size;
}

/** The same, for parts that many objects share: a large one is measured once, as values do not change. */
export function knownJsonSize(value: unknown): number {
  if (typeof value !== 'object' || value === null) return jsonSize(value);
  const remembered = known.get(value);
  if (remembered !== undefined) return remembered;
  const size = jsonSize(value);
  if (size >= worthRemembering) known.set(value, size);
  return size;
}
