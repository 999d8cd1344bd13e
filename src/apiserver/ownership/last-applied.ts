import type { KubeObject } from '../../api/types';
import { annotations as wellKnown } from '../../kinds/core/well-known';
import { byText, isList, isObject, type JsonObject } from '../../lib/json';
import { compare } from '../../schema/field-set/compare';
import { fieldSetOf } from '../../schema/field-set/field-set-of';
import { difference, type FieldSet } from '../../schema/field-set/set';
import type { Shape } from '../../schema/field-set/shape';

const lastApplied = wellKnown.lastApplied;

/** What kubectl may take over without a conflict: the fields of its last client-side apply that are still as it applied them. */
export function mayTake(shape: Shape, live: KubeObject): FieldSet | undefined {
  const config = parsed(live.metadata.annotations?.[lastApplied]);
  if (config?.['apiVersion'] !== live.apiVersion) return undefined;
  const { added, modified, removed } = compare(shape, config, live);
  return difference(difference(difference(fieldSetOf(shape, config), modified), added), removed);
}

function parsed(text: string | undefined): JsonObject | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The object with the annotation of client-side apply brought up to date, if it has one: whoever goes back to that goes on from here. */
export function withLastApplied(object: KubeObject, config: JsonObject): KubeObject | undefined {
  const { annotations } = object.metadata;
  if (!annotations?.[lastApplied]) return undefined;
  const text = `${JSON.stringify(sorted(withoutAnnotation(config)))}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: text } } };
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const { metadata } = config;
  if (!isObject(metadata) || !isObject(metadata['annotations'])) return config;
  const { [lastApplied]: _gone, ...annotations } = metadata['annotations'];
  return { ...config, metadata: { ...metadata, annotations } };
}

/** Go writes the keys of maps in order. */
function sorted(value: unknown): unknown {
  if (isList(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort(byText).map((key) => [key, sorted(value[key])]));
}
