import { dynType, objectOf, stringType, type CelType, type ObjectType } from '../../cel/types';

/** One operation of a JSON patch, as expressions make it: `JSONPatch{op: 'add', path: '/x', value: 1}`. */
export const jsonPatchType: ObjectType = objectOf('JSONPatch', { op: stringType, path: stringType, from: stringType, value: dynType });

const objectTypes = new Map<string, ObjectType>();

/** `Object{…}` and the parts below it, `Object.spec{…}`: each field is named after its place. What the fields hold is checked when the patch is applied. */
function objectAt(path: string): ObjectType {
  const known = objectTypes.get(path);
  if (known) return known;
  const made: ObjectType = { kind: 'object', name: path, field: (name) => ({ property: unescaped(name), type: dynType }) };
  objectTypes.set(path, made);
  return made;
}

const escapes: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };

/** A property's name from its escaped form. */
export const unescaped = (name: string): string => name.replace(/__([a-z]+)__/g, (_all, word: string) => escapes[word] ?? word);

/** The types that mutations may make. */
export function patchStructs(name: string): CelType | undefined {
  if (name === 'JSONPatch') return jsonPatchType;
  return name === 'Object' || name.startsWith('Object.') ? objectAt(name) : undefined;
}
