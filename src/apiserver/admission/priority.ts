import { forbidden } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { PriorityClasses } from '../../kinds/scheduling/priorityclass';
import type { PriorityClass } from '../../schema/types';
import type { Storage } from '../storage';
import { isPod, SpecMemo, withSpec } from './pod-spec';
import type { Admission } from './types';

const memo = new SpecMemo();

/** Turns a pod's priorityClassName, or the global default, into its priority and preemption policy. */
export const priority: Admission = {
  name: 'Priority',
  resources: ['pods'],

  mutate(object, { operation, subresource, storage, name }) {
    if (operation !== 'create' || subresource || !isPod(object)) return object;
    const { spec } = object;
    const found = spec.priorityClassName ? find(storage, spec.priorityClassName) : globalDefault(storage);
    if (spec.priorityClassName && !found) throw forbidden({ resource: 'pods', kind: 'Pod', group: '' }, name, `no PriorityClass with name ${spec.priorityClassName} was found`);
    const value = found?.value ?? 0;
    if (spec.priority !== undefined && spec.priority !== value)
      throw forbidden({ resource: 'pods', kind: 'Pod', group: '' }, name,
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; ` +
          `priority admission controller computed ${value} from the given PriorityClass name`,
      );
    const preemptionPolicy = spec.preemptionPolicy ?? found?.preemptionPolicy ?? 'PreemptLowerPriority';
    return withSpec(object, memo.of(spec, `${found?.metadata.name ?? ''} ${value} ${preemptionPolicy}`, () =>
      ({ ...spec, ...(found && { priorityClassName: found.metadata.name }), priority: value, preemptionPolicy })));
  },
};

const isPriorityClass = (object: KubeObject | undefined): object is PriorityClass => object?.kind === 'PriorityClass';

function find(storage: Storage, name: string): PriorityClass | undefined {
  const object = storage.find(PriorityClasses, undefined, name);
  return isPriorityClass(object) ? object : undefined;
}

/** There are few classes; the two of the system are always there. */
function globalDefault(storage: Storage): PriorityClass | undefined {
  for (const object of storage.list(PriorityClasses, undefined)) if (isPriorityClass(object) && object.globalDefault) return object;
  return undefined;
}
