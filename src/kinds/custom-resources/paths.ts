import { isObject, put, type JsonObject } from '../../lib/json';

/** `.spec.replicas` as its steps. */
export const stepsOf = (path: string): readonly string[] => path.replace(/^\./, '').split('.');

/** What stands at a path of plain field names; undefined when nothing does. */
export const valueAt = (object: JsonObject, path: string): unknown =>
  stepsOf(path).reduce<unknown>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), object);

/** The object with another value at a path; what is missing on the way is made. */
export function withValueAt(object: JsonObject, steps: readonly string[], value: unknown): JsonObject {
  const [step, ...rest] = steps;
  if (step === undefined) return object;
  const child = Object.hasOwn(object, step) ? object[step] : undefined;
  const copy: Record<string, unknown> = { ...object };
  put(copy, step, rest.length === 0 ? value : withValueAt(isObject(child) ? child : {}, rest, value));
  return copy;
}
