import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Subdomain } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, Quantity } from '../../schema/types';
import type { RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { labelSelectorRules } from '../label-selector-rules';
import { named, oneOfIfSet, type Errors } from '../rule-parts';
import { set } from '../sharing';
import { jsonDiff } from '../unified-diff';

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function* claimRules(claim: PersistentVolumeClaim, { previous }: RuleContext<PersistentVolumeClaim>): Errors {
  yield* claimSpecRules(claim.spec, 'spec');
  if (previous) yield* changeRules(claim, previous);
}

/** A claim's spec; also of the claims that a StatefulSet makes. */
export function* claimSpecRules(spec: PersistentVolumeClaimSpec, at: string): Errors {
  const { accessModes = [], selector, resources, storageClassName, volumeMode } = spec;
  if (accessModes.length === 0) yield required(`${at}.accessModes`, 'at least 1 access mode is required');
  if (selector) yield* labelSelectorRules(selector, `${at}.selector`);
  for (const mode of accessModes) if (!modes.includes(mode)) yield notSupported(`${at}.accessModes`, mode, modes);
  if (accessModes.includes('ReadWriteOncePod') && accessModes.some((mode) => mode !== 'ReadWriteOncePod' && modes.includes(mode)))
    yield forbiddenField(`${at}.accessModes`, 'may not use ReadWriteOncePod with other access modes');
  yield* sizeRules(resources?.requests?.['storage'], `${at}.resources[storage]`);
  if (storageClassName) yield* named(isDNS1123Subdomain, `${at}.storageClassName`, storageClassName);
  yield* oneOfIfSet(`${at}.volumeMode`, volumeMode, ['Block', 'Filesystem']);
}

function* sizeRules(size: Quantity | undefined, at: string): Errors {
  if (size === undefined) yield required(at);
  else if (compareQuantities(size, '0') <= 0) yield invalidValue(at, size, 'must be greater than zero');
}

const unchangeable = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

function* changeRules({ spec, status }: PersistentVolumeClaim, { spec: before, status: statusBefore }: PersistentVolumeClaim): Errors {
  const bound = status?.phase === 'Bound';
  const storage = before.resources?.requests?.['storage'];
  let rest = spec;
  if (!before.volumeName) rest = set(rest, 'volumeName', undefined);
  if (before.storageClassName === undefined) rest = set(rest, 'storageClassName', undefined);
  if (bound && storage) rest = set(rest, 'resources', { ...spec.resources, requests: { ...spec.resources?.requests, storage } });
  if (bound && spec.volumeAttributesClassName) rest = set(rest, 'volumeAttributesClassName', before.volumeAttributesClassName);
  if (!semanticallyEqual(rest, before))
    yield forbiddenField(
      'spec',
      `${unchangeable}\n${jsonDiff(internalForm('PersistentVolumeClaimSpec', before), internalForm('PersistentVolumeClaimSpec', rest))}`,
    );
  const [size, capacity] = [spec.resources?.requests?.['storage'], statusBefore?.capacity?.['storage']];
  if (size && storage && compareQuantities(size, storage) < 0 && capacity && compareQuantities(size, capacity) <= 0)
    yield forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity');
  if (spec.volumeMode !== before.volumeMode) yield invalidValue('volumeMode', spec.volumeMode ?? null, 'field is immutable');
}
