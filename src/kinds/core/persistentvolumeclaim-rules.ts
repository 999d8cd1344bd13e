import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Label, isDNS1123Subdomain } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, Quantity, TypedLocalObjectReference, TypedObjectReference } from '../../schema/types';
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
  const { accessModes = [], selector, resources, storageClassName, volumeMode, volumeAttributesClassName } = spec;
  if (accessModes.length === 0) yield required(`${at}.accessModes`, 'at least 1 access mode is required');
  if (selector) yield* labelSelectorRules(selector, `${at}.selector`);
  if (accessModes.length > 0) yield* accessModesRules(accessModes, `${at}.accessModes`, '');
  yield* sizeRules(resources?.requests?.['storage'], `${at}.resources[storage]`);
  if (storageClassName) yield* named(isDNS1123Subdomain, `${at}.storageClassName`, storageClassName);
  yield* oneOfIfSet(`${at}.volumeMode`, volumeMode, ['Block', 'Filesystem']);
  yield* dataSourcesRules(spec, at);
  if (volumeAttributesClassName) yield* named(isDNS1123Subdomain, `${at}.volumeAttributesClassName`, volumeAttributesClassName);
}

/** How a volume may be mounted: at least one way, and for one pod alone only that. */
export function* accessModesRules(accessModes: readonly string[], at: string, whenNone: string): Errors {
  if (accessModes.length === 0) yield required(at, whenNone);
  for (const mode of accessModes) if (!modes.includes(mode)) yield notSupported(at, mode, modes);
  if (accessModes.includes('ReadWriteOncePod') && accessModes.some((mode) => mode !== 'ReadWriteOncePod' && modes.includes(mode)))
    yield forbiddenField(at, 'may not use ReadWriteOncePod with other access modes');
}

/** What a volume is filled from. Two fields say it, which must agree unless the source is in another namespace. */
function* dataSourcesRules({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, at: string): Errors {
  if (dataSource) yield* dataSourceRules(dataSource, `${at}.dataSource`);
  if (dataSourceRef) {
    yield* dataSourceRules(dataSourceRef, `${at}.dataSourceRef`);
    if (dataSourceRef.namespace) yield* named(isDNS1123Label, `${at}.dataSourceRef.namespace`, dataSourceRef.namespace);
  }
  if (!dataSource || !dataSourceRef) return;
  if (dataSourceRef.namespace) yield invalidValue(at, `${at}.dataSource`, 'may not be specified when dataSourceRef.namespace is specified');
  else if (dataSource.apiGroup !== dataSourceRef.apiGroup || dataSource.kind !== dataSourceRef.kind || dataSource.name !== dataSourceRef.name)
    yield invalidValue(at, `${at}.dataSource`, 'must match dataSourceRef');
}

function* dataSourceRules({ name, kind, apiGroup }: TypedLocalObjectReference | TypedObjectReference, at: string): Errors {
  if (!name) yield required(`${at}.name`);
  if (!kind) yield required(`${at}.kind`);
  if (!apiGroup && kind !== 'PersistentVolumeClaim') yield invalidValue(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (apiGroup) yield* named(isDNS1123Subdomain, `${at}.apiGroup`, apiGroup);
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
  rest = set(rest, 'volumeAttributesClassName', before.volumeAttributesClassName);
  if (!semanticallyEqual(rest, before))
    yield forbiddenField(
      'spec',
      `${unchangeable}\n${jsonDiff(internalForm('PersistentVolumeClaimSpec', before), internalForm('PersistentVolumeClaimSpec', rest))}`,
    );
  const [size, capacity] = [spec.resources?.requests?.['storage'], statusBefore?.capacity?.['storage']];
  if (size && storage && compareQuantities(size, storage) < 0 && capacity && compareQuantities(size, capacity) <= 0)
    yield forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity');
  if (spec.volumeMode !== before.volumeMode) yield invalidValue('volumeMode', spec.volumeMode ?? null, 'field is immutable');
  const [attributes, attributesBefore] = [spec.volumeAttributesClassName, before.volumeAttributesClassName];
  if (attributesBefore && attributes === undefined)
    yield forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden');
  else if (attributesBefore && attributes === '')
    yield forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to an empty string is forbidden');
}
