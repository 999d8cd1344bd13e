import { toNative } from '../../../cel/native';
import { CelMap, isListValue, LiteralMap, type Value } from '../../../cel/values';
import { unescaped } from '../../../kinds/admissionregistration/patch-types';
import { isObject, type JsonObject } from '../../../lib/json';

/** The operations that an expression of JSONPatch values gave. */
export function operationsOf(value: Value): readonly JsonObject[] {
  if (!isListValue(value)) return [];
  return value.map((each) => {
    if (!(each instanceof CelMap)) return {};
    return Object.fromEntries(['op', 'path', 'from', 'value'].flatMap((field) => {
      const found = each.get(field);
      return found === undefined ? [] : [[field, plain(found)]];
    }));
  });
}

/** The configuration that an expression of `Object{…}` gave; names of fields are unescaped. */
export function objectOf(value: Value): JsonObject {
  const made = plain(value);
  return isObject(made) ? made : {};
}

/** As plain JSON; structs have escaped names, maps have theirs. */
function plain(value: Value): unknown {
  if (isListValue(value)) return value.map(plain);
  if (!(value instanceof LiteralMap)) return toNative(value);
  const isStruct = value.typeName.startsWith('Object');
  return Object.fromEntries(value.keys().flatMap((key) => {
    const found = value.get(key);
    if (found === undefined) return [];
    const name = typeof key === 'string' ? key : String(toNative(key));
    return [[isStruct ? unescaped(name) : name, plain(found)]];
  }));
}
