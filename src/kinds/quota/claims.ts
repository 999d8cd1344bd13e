import type { KubeObject } from '../../api/types';
import { compareQuantities, wholeQuantity, parseQuantity, value } from '../../lib/quantity';
import type { PersistentVolumeClaim, Quantity } from '../../schema/types';
import { storageClassOf } from '../core/storage-class-of';
import type { Amounts } from './amounts';
import { nameMatches } from './scopes';
import type { Evaluator } from './types';

const isClaim = (object: KubeObject): object is PersistentVolumeClaim => object.kind === 'PersistentVolumeClaim';
const resources = ['persistentvolumeclaims', 'requests.storage'];
const classSuffix = '.storageclass.storage.k8s.io/';
const isCountedName = (name: string): boolean =>
  name === 'count/persistentvolumeclaims' || resources.includes(name) || resources.some((resource) => name.endsWith(`${classSuffix}${resource}`));

function usage(claim: KubeObject): Amounts {
  if (!isClaim(claim)) return {};
  const storage = requestedStorage(claim);
  const own: Record<string, Quantity> = { persistentvolumeclaims: '1', ...(storage !== undefined && { 'requests.storage': storage }) };
  const storageClass = storageClassOf(claim);
  const ofClass = storageClass ? Object.fromEntries(Object.entries(own).map(([name, amount]) => [`${storageClass}${classSuffix}${name}`, amount])) : {};
  return { 'count/persistentvolumeclaims': '1', ...own, ...ofClass };
}

/** In whole bytes; what is allocated already counts when it is more than what is asked for. */
function requestedStorage({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = spec.resources?.requests?.['storage'];
  const allocated = status?.allocatedResources?.['storage'];
  if (asked === undefined) return undefined;
  const most = allocated !== undefined && compareQuantities(allocated, asked) > 0 ? allocated : asked;
  const { unscaled, scale, format } = parseQuantity(most);
  return scale >= 0 || unscaled % 10n ** BigInt(-scale) === 0n ? most : wholeQuantity(value(most), format);
}

/** The VolumeAttributesClasses it has or is to have. */
const attributeClasses = ({ spec, status }: PersistentVolumeClaim): string[] =>
  [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName].filter((name) => !!name) as string[];

/** Claims and the storage they ask for, together and by storage class. */
export const claimEvaluator: Evaluator = {
  handles: ({ operation, subresource, object, previous }) => {
    if (!subresource) return operation !== 'delete';
    return subresource === 'status' && isClaim(object) && previous !== undefined && isClaim(previous)
      && (object.status?.allocatedResources?.['storage'] !== previous.status?.allocatedResources?.['storage']
        || attributeClasses(object).join() !== attributeClasses(previous).join());
  },
  matching: (names) => [...names].filter(isCountedName),
  usage,
  inScope: (object, scope) => {
    if (!isClaim(object) || scope.scopeName !== 'VolumeAttributesClass') return false;
    const classes = attributeClasses(object);
    return classes.length === 0 ? nameMatches(scope, undefined) : classes.some((name) => nameMatches(scope, name));
  },
  frees: (previous, next) => isClaim(previous) && isClaim(next) && (requestedStorage(previous) !== requestedStorage(next) || attributeClasses(previous).join() !== attributeClasses(next).join()),
};
