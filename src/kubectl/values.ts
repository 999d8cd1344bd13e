export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value below `path`; undefined where the way ends. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, step) => (Array.isArray(inner) ? inner[Number(step)] : isRecord(inner) ? inner[step] : undefined), value);

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
};
export const numberAt = (value: unknown, ...path: readonly (string | number)[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
};
export const recordAt = (value: unknown, ...path: readonly (string | number)[]): JsonRecord => {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
};
export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};
/** A map of texts, such as labels. */
export const textsAt = (value: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(recordAt(value, ...path)).map(([key, text]) => [key, String(text)]));

/** The value with `child` at `path`; records on the way are made where missing. `undefined` removes. */
export function withAt(value: unknown, path: readonly string[], child: unknown): JsonRecord {
  const [step, ...rest] = path;
  const record = isRecord(value) ? value : {};
  if (step === undefined) return record;
  const next = rest.length > 0 ? withAt(record[step], rest, child) : child;
  if (next !== undefined) return { ...record, [step]: next };
  const { [step]: _, ...others } = record;
  return others;
}
