import { duplicate, invalidValue, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isQualifiedName } from '../../lib/names';
import type { CSINode, CSINodeDriver } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { named, nonNegative, type Errors } from '../rule-parts';
import { driverNameRules } from './driver-name';

/** No drivers are written as null: that is how an empty list comes out of upstream's storage. */
export type StoredCSINode = Omit<CSINode, 'spec'> & { readonly spec: { readonly drivers: readonly CSINodeDriver[] | null } };

const maxNodeIdLength = 256;

function* nodeRules({ spec }: StoredCSINode, { previous }: RuleContext<StoredCSINode>): Errors {
  const drivers = spec.drivers ?? [];
  const names = new Set<string>();
  for (const [i, driver] of drivers.entries()) {
    yield* driverRules(driver, `spec.drivers[${i}]`);
    if (names.has(driver.name)) yield duplicate(`spec.drivers[${i}].name`, driver.name);
    names.add(driver.name);
    yield* topologyRules(driver.topologyKeys ?? [], `spec.drivers[${i}]`);
  }
  for (const before of previous?.spec.drivers ?? []) {
    const now = drivers.find(({ name }) => name === before.name);
    if (now && !semanticallyEqual(now, before)) yield invalidValue('CSINodeDriver', internalForm('CSINodeDriver', now), 'field is immutable');
  }
}

function* driverRules({ name, nodeID, allocatable }: CSINodeDriver, at: string): Errors {
  yield* driverNameRules(name, `${at}.name`);
  if (!nodeID) yield required(`${at}.nodeID`);
  if (nodeID.length > maxNodeIdLength) yield invalidValue(`${at}.nodeID`, nodeID, `must be ${maxNodeIdLength} characters or less`);
  yield* nonNegative(`${at}.allocatable.count`, allocatable?.count);
}

function* topologyRules(keys: readonly string[], at: string): Errors {
  for (const [i, key] of keys.entries()) {
    if (!key) yield required(at);
    if (keys.indexOf(key) < i) yield duplicate(at, key);
    yield* named(isQualifiedName, at, key);
  }
}

const withoutEmpty = (node: StoredCSINode): StoredCSINode => (node.spec.drivers?.length === 0 ? { ...node, spec: { ...node.spec, drivers: null } } : node);

export const CSINodes = defineKind<StoredCSINode>('csinodes.storage.k8s.io', { prepareForCreate: withoutEmpty, prepareForUpdate: withoutEmpty, rules: nodeRules });
