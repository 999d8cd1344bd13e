/** A JSON object that nobody changes. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Go's byte-wise order of strings; JavaScript's differs only above the basic plane, which no name uses. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sets a property of an object being made; a key such as `__proto__` becomes a property, not the prototype. */
export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** An object that is copied at the first real change, so that an unchanged one keeps its identity. */
export class Draft {
  #copy: Record<string, unknown> | undefined;
  constructor(private readonly original: JsonObject) {}

  get value(): JsonObject { return this.#copy ?? this.original; }
  has(key: string): boolean { return Object.hasOwn(this.value, key); }
  get(key: string): unknown { return this.has(key) ? this.value[key] : undefined; }

  set(key: string, value: unknown): void {
    if (this.has(key) && Object.is(this.value[key], value)) return;
    put(this.#own(), key, value);
  }

  delete(key: string): void {
    if (this.has(key)) delete this.#own()[key];
  }

  #own(): Record<string, unknown> { return (this.#copy ??= { ...this.original }); }
}

/** `like` itself where `list` has the very same items, else `list`: keeps identity where nothing changed. */
export const sameList = <T>(like: readonly T[], list: readonly T[]): readonly T[] =>
  like.length === list.length && like.every((item, at) => Object.is(item, list[at])) ? like : list;
