import { invalidValue } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Subdomain } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type { CSIStorageCapacity } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { labelSelectorRules } from '../label-selector-rules';
import { named, type Errors } from '../rule-parts';

function* capacityRules(object: CSIStorageCapacity, { previous }: RuleContext<CSIStorageCapacity>): Errors {
  const { nodeTopology, storageClassName, capacity } = object;
  if (previous) {
    for (const field of ['nodeTopology', 'storageClassName'] as const)
      if (!semanticallyEqual(object[field], previous[field])) yield invalidValue(field, object[field] ?? null, 'field is immutable');
    return;
  }
  if (nodeTopology) yield* labelSelectorRules(nodeTopology, 'nodeTopology');
  yield* named(isDNS1123Subdomain, 'storageClassName', storageClassName);
  if (capacity !== undefined && compareQuantities(capacity, '0') < 0) yield invalidValue('capacity', capacity, 'must be greater than or equal to 0');
}

export const CSIStorageCapacities = defineKind<CSIStorageCapacity>('csistoragecapacities.storage.k8s.io', { rules: capacityRules });
