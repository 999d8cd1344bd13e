import { forbidden, type StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { builtInKinds } from '../../kinds/registry';
import { semanticallyEqual } from '../../lib/equality';
import type { PodSpec, RuntimeClass, Toleration } from '../../schema/types';
import type { Storage } from '../storage';
import { isPod, SpecMemo, withSpec } from './pod-spec';
import type { Admission } from './types';

const runtimeClasses = builtInKinds.get('runtimeclasses.node.k8s.io');
const isRuntimeClass = (object: KubeObject | undefined): object is RuntimeClass => object?.kind === 'RuntimeClass';
const memo = new SpecMemo();
const refuse = (name: string, why: string): StatusError => forbidden({ resource: 'pods', kind: 'Pod', group: '' }, name, why);
const mismatch = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/** A pod that names a RuntimeClass gets its overhead, its node selector and its tolerations. */
export const runtimeClass: Admission = {
  name: 'RuntimeClass',
  resources: ['pods'],

  mutate(object, { operation, subresource, storage, name }) {
    if (operation !== 'create' || subresource || !isPod(object) || !object.spec.runtimeClassName) return object;
    const found = find(storage, object.spec.runtimeClassName);
    if (!found) throw refuse(name, `pod rejected: RuntimeClass "${object.spec.runtimeClassName}" not found`);
    return withSpec(object, memo.of(object.spec, `${found.metadata.uid} ${found.metadata.resourceVersion}`, () => withClass(object.spec, found, name)));
  },

  validate({ operation, subresource, object, storage, name }) {
    if (operation !== 'create' || subresource || !object || !isPod(object)) return;
    const { runtimeClassName, overhead = {} } = object.spec;
    const fixed = (runtimeClassName ? find(storage, runtimeClassName) : undefined)?.overhead?.podFixed;
    if (fixed === undefined && Object.keys(overhead).length > 0) throw refuse(name, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
    if (fixed !== undefined && !semanticallyEqual(fixed, overhead)) throw refuse(name, mismatch);
  },
};

function find(storage: Storage, name: string): RuntimeClass | undefined {
  const object = runtimeClasses && storage.find(runtimeClasses, undefined, name);
  return isRuntimeClass(object) ? object : undefined;
}

function withClass(spec: PodSpec, { overhead, scheduling }: RuntimeClass, name: string): PodSpec {
  const fixed = overhead?.podFixed;
  if (fixed && spec.overhead && !semanticallyEqual(fixed, spec.overhead)) throw refuse(name, mismatch);
  const { nodeSelector = {}, tolerations = [] } = scheduling ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value)
      throw refuse(name, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`);
  }
  return {
    ...spec,
    ...(fixed && { overhead: fixed }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: { ...spec.nodeSelector, ...nodeSelector } }),
    ...(tolerations.length > 0 && { tolerations: merged(spec.tolerations ?? [], tolerations) }),
  };
}

/** Both lists without what is there already. */
const merged = (own: readonly Toleration[], more: readonly Toleration[]): readonly Toleration[] =>
  [...own, ...more.filter((toleration) => !own.some((each) => semanticallyEqual(each, toleration)))];
