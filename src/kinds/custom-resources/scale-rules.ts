import { invalidValue, type FieldError } from '../../api/status';
import { goType } from '../../lib/go-format';
import type { JsonObject } from '../../lib/json';
import type { CustomResourceSubresourceScale } from '../../schema/types';
import { valueAt } from './paths';

const maxReplicas = 2 ** 31 - 1;

/** Whether the numbers that the scale subresource reads are numbers of replicas. */
export function* scaleRules(object: JsonObject, scale: CustomResourceSubresourceScale | undefined): Iterable<FieldError> {
  if (!scale) return;
  for (const path of [scale.specReplicasPath, scale.statusReplicasPath]) {
    const replicas = valueAt(object, path) ?? 0;
    if (typeof replicas !== 'number' || !Number.isInteger(replicas)) yield invalidValue(path, 0, accessor(path, replicas, 'int64'));
    else if (replicas < 0) yield invalidValue(path, replicas, 'should be a non-negative integer');
    else if (replicas > maxReplicas) yield invalidValue(path, replicas, `should be less than or equal to ${maxReplicas}`);
  }
  if (scale.labelSelectorPath) {
    const selector = valueAt(object, scale.labelSelectorPath) ?? '';
    if (typeof selector !== 'string') yield invalidValue(scale.labelSelectorPath, '', accessor(scale.labelSelectorPath, selector, 'string'));
  }
}

const accessor = (path: string, value: unknown, wanted: string): string =>
  `${path} accessor error: ${String(value)} is of the type ${goType(value)}, expected ${wanted}`;
