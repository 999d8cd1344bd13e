import { isList, isObject } from '../../lib/json';
import type { ListShape, MapShape, ScalarKind, Shape } from './shape';

/** The one way of a shape in which a value is to be taken. */
export type Form = { readonly scalar: ScalarKind } | { readonly list: ListShape } | { readonly map: MapShape };

/** By the value where the shape leaves it open, else by the shape. */
export function formOf({ scalar, list, map }: Shape, value: unknown): Form {
  if (scalar && list && map) return isList(value) ? { list } : isObject(value) ? { map } : { scalar };
  if (list) return { list };
  return map ? { map } : { scalar: scalar ?? 'untyped' };
}

export const sameForm = (a: Form, b: Form): boolean => ('scalar' in a && 'scalar' in b) || ('list' in a && 'list' in b) || ('map' in a && 'map' in b);

/** A list or map with nothing in it, or none at all. */
export const isBare = (value: unknown): boolean =>
  value === null || value === undefined || (isList(value) ? value.length === 0 : !isObject(value) || Object.keys(value).length === 0);
