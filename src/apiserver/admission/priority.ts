import { forbidden, type StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { PriorityClasses } from '../../kinds/scheduling/priorityclass';
import type { Pod, PriorityClass } from '../../schema/types';
import type { Storage } from '../storage';
import { isPod, SpecMemo, withSpec } from './pod-spec';
import type { Admission } from './types';

const memo = new SpecMemo();
const refuse = (name: string, why: string): StatusError => forbidden({ resource: 'pods', kind: 'Pod', group: '' }, name, why);

/** Turns a pod's priorityClassName, or the global default, into its priority and preemption policy; lets no second class be the default. */
export const priority: Admission = {
  name: 'Priority',
  resources: ['pods', PriorityClasses.resource],

  mutate(object, { operation, subresource, storage, name, previous }) {
    if (subresource || !isPod(object)) return object;
    if (operation === 'create') return prioritized(object, storage, name);
    return previous && isPod(previous) ? kept(object, previous) : object;
  },

  validate({ operation, subresource, kind, name, object, storage }) {
    if (operation === 'delete' || subresource || !isPriorityClass(object) || !object.globalDefault) return;
    const other = globalDefault(storage);
    if (other && other.metadata.name !== name) throw forbidden(kind, name, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
  },
};

function prioritized(pod: Pod, storage: Storage, name: string): Pod {
  const { spec } = pod;
  const found = spec.priorityClassName ? find(storage, spec.priorityClassName) : globalDefault(storage);
  if (spec.priorityClassName && !found) throw refuse(name, `no PriorityClass with name ${spec.priorityClassName} was found`);
  const value = found?.value ?? 0;
  if (spec.priority !== undefined && spec.priority !== value)
    throw refuse(name, `the integer value of priority (${spec.priority}) must not be provided in pod spec; `
      + `priority admission controller computed ${value} from the given PriorityClass name`);
  const ofClass = found?.preemptionPolicy ?? 'PreemptLowerPriority';
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== ofClass)
    throw refuse(name, `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; `
      + `priority admission controller computed ${ofClass} from the given PriorityClass name`);
  return withSpec(pod, memo.of(spec, `${found?.metadata.name ?? ''} ${value} ${ofClass}`, () =>
    ({ ...spec, ...(found && { priorityClassName: found.metadata.name }), priority: value, preemptionPolicy: ofClass })));
}

/** An update that says nothing of the priority leaves it as it is. */
function kept(pod: Pod, { spec: { priority: value, preemptionPolicy } }: Pod): Pod {
  const { spec } = pod;
  const lacksValue = spec.priority === undefined && value !== undefined;
  const lacksPolicy = spec.preemptionPolicy === undefined && preemptionPolicy !== undefined;
  if (!lacksValue && !lacksPolicy) return pod;
  return withSpec(pod, { ...spec, ...(lacksValue && { priority: value }), ...(lacksPolicy && { preemptionPolicy }) });
}

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
