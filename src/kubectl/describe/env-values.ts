import { compareQuantities, milliValue, value } from '../../lib/quantity';
import type { Container, Pod, ResourceFieldSelector } from '../../schema/types';
import { textAt } from '../values';

const subscript = /^metadata\.(annotations|labels)\['(.+)'\]$/;

/** The value of a field of the pod itself, as describe shows it. */
export function fieldValue(pod: Pod, path: string): string {
  const [, map, key] = subscript.exec(path) ?? [];
  if (map && key) return textAt(pod, 'metadata', map, key);
  return textAt(pod, ...path.split('.'));
}

/** The value of a container's request or limit, in units of its divisor. */
export function resourceFieldValue({ resources }: Container, { resource, divisor = '1' }: ResourceFieldSelector): string {
  const [part, name = ''] = resource.split('.', 2);
  const quantity = (part === 'limits' ? resources?.limits : resources?.requests)?.[name];
  if (quantity === undefined) return part === 'limits' ? `node allocatable` : '0';
  const unit = compareQuantities(divisor, '0') === 0 ? '1' : divisor;
  return name === 'cpu' ? String(Math.ceil(milliValue(quantity) / milliValue(unit))) : String(Math.ceil(value(quantity) / value(unit)));
}
