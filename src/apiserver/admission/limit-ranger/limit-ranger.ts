import { forbidden } from '../../../api/status';
import type { KubeObject } from '../../../api/types';
import { LimitRanges } from '../../../kinds/core/limitrange';
import type { LimitRange, PersistentVolumeClaim, PodSpec } from '../../../schema/types';
import { prefixOf, type Storage } from '../../storage';
import { isPod } from '../pod-spec';
import type { Admission } from '../types';
import { claimProblems, podProblems } from './bounds';
import { withDefaulted, withDefaults, type Defaulted } from './defaults';

const isLimitRange = (object: KubeObject): object is LimitRange => object.kind === LimitRanges.kind;
const isClaim = (object: KubeObject): object is PersistentVolumeClaim => object.kind === 'PersistentVolumeClaim';

/** What a LimitRange makes of a spec; a changed LimitRange is another object, and so is forgotten with the old one. */
const defaulted = new WeakMap<LimitRange, WeakMap<PodSpec, Defaulted>>();
const judged = new WeakMap<LimitRange, WeakMap<PodSpec, readonly string[]>>();

/** Default requests and limits for containers, and bounds for containers, pods and claims, from the LimitRanges of the namespace. */
export const limitRanger: Admission = {
  name: 'LimitRanger',
  resources: ['pods', 'persistentvolumeclaims'],

  mutate(object, { operation, subresource, storage, namespace }) {
    if (operation !== 'create' || subresource || !isPod(object)) return object;
    return rangesIn(storage, namespace).reduce((pod, range) => withDefaulted(pod, once(defaulted, range, pod.spec, () => withDefaults(pod.spec, range))), object);
  },

  validate({ operation, kind, name, subresource, object, previous, storage, namespace }) {
    if (!object || operation === 'delete' || previous?.metadata.deletionTimestamp !== undefined) return;
    const looks = isPod(object) ? (subresource ? subresource === 'resize' : operation === 'create') : !subresource;
    if (!looks) return;
    for (const range of rangesIn(storage, namespace)) {
      const problems = isPod(object) ? once(judged, range, object.spec, () => [...podProblems(object.spec, range)]) : isClaim(object) ? [...claimProblems(object, range)] : [];
      if (problems.length > 0) throw forbidden(kind, name, told(problems));
    }
  },
};

const none: readonly LimitRange[] = [];

function rangesIn(storage: Storage, namespace: string | undefined): readonly LimitRange[] {
  return namespace === undefined || storage.store.count(prefixOf(LimitRanges, namespace)) === 0 ? none : storage.list(LimitRanges, namespace).filter(isLimitRange);
}

/** As upstream prints several errors as one. */
function told(problems: readonly string[]): string {
  const different = [...new Set(problems)];
  return different.length === 1 ? different.join() : `[${different.join(', ')}]`;
}

function once<V>(known: WeakMap<LimitRange, WeakMap<PodSpec, V>>, range: LimitRange, spec: PodSpec, make: () => V): V {
  let bySpec = known.get(range);
  if (!bySpec) known.set(range, bySpec = new WeakMap());
  const before = bySpec.get(spec);
  if (before !== undefined) return before;
  const made = make();
  bySpec.set(spec, made);
  return made;
}
