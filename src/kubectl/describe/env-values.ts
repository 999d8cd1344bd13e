import { compareQuantities, milliValue, value } from '../../lib/quantity';
import type { Container, Pod, ResourceFieldSelector } from '../../schema/types';

/** What describe can tell of a field of the pod itself: its name and namespace, and nothing else. */
export const fieldValue = ({ metadata }: Pod, path: string): string =>
  (path === 'metadata.name' ? metadata.name : path === 'metadata.namespace' ? metadata.namespace ?? '' : '');

/** The value of a container's request or limit, in units of its divisor. */
export function resourceFieldValue({ resources }: Container, { resource, divisor = '1' }: ResourceFieldSelector): string {
  const [part, name = ''] = resource.split('.', 2);
  const quantity = (part === 'limits' ? resources?.limits : resources?.requests)?.[name];
  if (quantity === undefined) return part === 'limits' ? `node allocatable` : '0';
  const unit = compareQuantities(divisor, '0') === 0 ? '1' : divisor;
  return name === 'cpu' ? String(Math.ceil(milliValue(quantity) / milliValue(unit))) : String(Math.ceil(value(quantity) / value(unit)));
}
