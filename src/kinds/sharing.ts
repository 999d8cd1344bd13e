/** Functions that change a value by making a new one, and give back the very same value when nothing changes. */

/** `object` with each field of `values` that it lacks (absent, null or an empty text, as Go sees them); itself when it lacks none. */
export function fill<T extends object>(object: T, values: Partial<T>): T {
  let result: T | undefined;
  for (const key in values) {
    const present = object[key];
    if (present !== undefined && present !== null && present !== '') continue;
    result ??= { ...object };
    const value = values[key];
    if (value !== undefined) result[key] = value;
  }
  return result ?? object;
}

/** `object` with `key` set to `value`, or without `key` when `value` is undefined; itself when that is so already. */
export function set<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): T {
  if (object[key] === value) return object;
  const result = { ...object };
  if (value === undefined) delete result[key];
  else result[key] = value;
  return result;
}

/** `object` with `key` changed by `change` where it is present; itself when that changes nothing. */
export function change<T extends object, K extends keyof T>(object: T, key: K, by: (value: NonNullable<T[K]>) => T[K]): T {
  const value = object[key];
  return value === undefined || value === null ? object : set(object, key, by(value));
}

/** The list with each item mapped; itself when every item stayed the same. */
export function mapItems<T>(list: readonly T[], by: (item: T) => T): readonly T[] {
  let result: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const next = by(item);
    if (next !== item) (result ??= list.slice())[i] = next;
  }
  return result ?? list;
}

/** A function whose result is remembered by the identity of its argument; a result counts as its own result. */
export function onceEach<T extends object>(by: (value: T) => T): (value: T) => T {
  const known = new WeakMap<T, T>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const result = by(value);
    known.set(value, result).set(result, result);
    return result;
  };
}
