/** How the values below one object merge: asked field by field, so that this folder needs no schema. */
export type MergeFacts = { field(name: string): FieldMergeFacts | undefined };

/** Of one field: its strategies, the key its list items are told apart by, and the facts of its value (of its items, for a list). */
export type FieldMergeFacts = { readonly merge?: boolean; readonly replace?: boolean; readonly retainKeys?: boolean; readonly mergeKey?: string; readonly facts?: MergeFacts };

/** Facts of values about which nothing is known: objects merge, lists are replaced. */
export const noMergeFacts: MergeFacts = { field: () => undefined };

/** Words that steer a strategic merge patch. */
export const directive = '$patch';
export const retainKeys = '$retainKeys';
export const deletePrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';

/** The field that `$setElementOrder/containers` speaks of; undefined for a key without the slash. */
export const parallelField = (key: string, prefix: string): string | undefined => (key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : undefined);
