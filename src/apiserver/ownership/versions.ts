import type { KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import { isList, isObject, type JsonObject } from '../../lib/json';
import { emptyStruct } from '../../schema/decode';
import { noFields, type FieldSet } from '../../schema/field-set/set';
import { deduced, type Shape } from '../../schema/field-set/shape';
import { shapeOfDefinition } from '../../schema/field-set/shape-of';
import { resetFields } from './reset-fields';

/** An API version as ownership needs it: how its fields are owned, and which of them a write leaves alone. */
export type Version = { readonly shape: Shape; readonly ignored: FieldSet };
/** The versions in which an object can be seen. `home` is that of the write under way; `at` knows none that is served no more. */
export type Versions = {
  readonly home: string;
  at(apiVersion: string): Version | undefined;
  /** An object of one version, or what is left of it, in another. */
  convert(object: KubeObject, from: string, to: string): KubeObject;
};

/** How fields of a kind's objects are owned. */
export const shapeOfKind = ({ ownedAs, definition }: Kind): Shape => ownedAs ?? (definition === undefined ? deduced : shapeOfDefinition(definition));

/** What stands in for the stored object while one is created. */
export function nothingYet({ kind, apiVersion, definition }: Kind): KubeObject {
  const empty = definition === undefined ? {} : zeroOf(emptyStruct(definition));
  return { metadata: {}, ...empty, kind, apiVersion } as KubeObject;   // a Go struct before anything is in it: no object yet, but of its form
}

/** Lists that the schema requires and Go leaves out when they are empty all the same. */
const leftOut: ReadonlySet<string> = new Set(['validationActions']);

/** Go's zero value of a list is null, though it is shown as an empty list where readers count on one. */
function zeroOf(empty: JsonObject): JsonObject {
  const entries = Object.entries(empty).filter(([name]) => !leftOut.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, isList(value) ? null : isObject(value) ? zeroOf(value) : value]));
}

export function versionsOf(kinds: KindCatalog, kind: Kind, subresource: string): Versions {
  const kindAt = (apiVersion: string): Kind | undefined => {
    if (apiVersion === kind.apiVersion) return kind;
    const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const other = kinds.at(group, version ?? '', kind.facts.plural);
    return other && keptAs(other) === keptAs(kind) ? other : undefined;
  };
  return {
    home: kind.apiVersion,
    at(apiVersion) {
      const found = kindAt(apiVersion);
      return found && { shape: shapeOfKind(found), ignored: resetFields(found, subresource) };
    },
    convert(object, from, to) {
      const [source, target] = [kindAt(from), kindAt(to)];
      return from === to || !source || !target ? object : converted(whole(source, object), source, target);
    },
  };
}

const keptAs = (kind: Kind): string => (kind.stored?.kind ?? kind).resource;

/** Removal leaves null where nothing is left; a conversion counts on what is always there. */
const whole = (kind: Kind, object: KubeObject): KubeObject =>
  ({ ...nothingYet(kind), ...Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) });

function converted(object: KubeObject, from: Kind, to: Kind): KubeObject {
  if (from.schema) return from.schema.convert(object, to.apiVersion);
  const stored = from.stored ? from.stored.toStored(object) : object;
  return to.stored ? to.stored.fromStored(stored) : stored;
}

/** For values that have one version only. */
export const oneVersion = (shape: Shape, apiVersion: string): Versions =>
  ({ home: apiVersion, at: (asked) => (asked === apiVersion ? { shape, ignored: noFields } : undefined), convert: (object) => object });

/** The version of the write itself, which is always served. */
export const homeOf = ({ home, at }: Versions): Version => at(home) ?? { shape: deduced, ignored: noFields };
