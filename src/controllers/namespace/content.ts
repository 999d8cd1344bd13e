import type { LocalClient } from '../../api/local-client';
import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { Pods } from '../../kinds/core/pod';
import type { Kind } from '../../kinds/define';

/** As much as one run may delete: a slice of work, not a long block. */
const burst = 500;
/** As upstream: how long finalizers are given before the next look. */
const finalizerEstimateSeconds = 15;

/** What is left of a namespace's content after a pass over it. */
export type Remains = {
  /** By resource, as `<plural>.<group>`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
  /** Deletions that failed. */
  readonly failures: readonly StatusError[];
  /** When a look is worth while, in seconds; undefined when nothing is left. 0 when this pass stopped at its limit. */
  readonly estimateSeconds: number | undefined;
};

/** Deletes everything in the namespace that is not being deleted yet: pods first, and while any remain nothing else. */
export function deleteContent(namespace: string, kinds: Iterable<Kind>, api: LocalClient): Remains {
  const deletable = [...kinds].filter(({ namespaced, facts }) => namespaced && facts.verbs.includes('list') && facts.verbs.includes('delete'));
  const pods = deletable.filter(({ resource }) => resource === Pods.resource);
  const afterPods = pass(namespace, pods, api);
  return afterPods.counts.size > 0 || afterPods.failures.length > 0 ? afterPods : pass(namespace, deletable.filter((kind) => !pods.includes(kind)), api);
}

function pass(namespace: string, kinds: readonly Kind[], api: LocalClient): Remains {
  const counts = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: StatusError[] = [];
  let graceSeconds = 0;
  let left = burst;
  for (const kind of kinds) {
    const found = tolerating(failures, () => api.list(kind, namespace).items) ?? [];
    for (const { metadata } of found) {
      if (metadata.deletionTimestamp !== undefined || left === 0) continue;
      left--;
      tolerating(failures, () => api.delete(kind, metadata, { preconditions: { uid: metadata.uid }, propagationPolicy: 'Background' }));
    }
    const items = found.length === 0 ? found : api.list(kind, namespace).items;
    if (items.length > 0) counts.set(`${kind.facts.plural}.${kind.group}`, items.length);
    for (const item of items) {
      for (const finalizer of item.metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      graceSeconds = Math.max(graceSeconds, graceOf(item));
    }
  }
  const estimateSeconds = counts.size === 0 ? undefined : left === 0 ? 0 : graceSeconds || finalizerEstimateSeconds;
  return { counts, finalizers, failures, estimateSeconds };
}

const graceOf = ({ metadata }: KubeObject): number => metadata.deletionGracePeriodSeconds ?? 0;

/** What is gone already needs no deleting; what cannot be deleted is told. */
function tolerating<R>(failures: StatusError[], call: () => R): R | undefined {
  try { return call(); } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== 'NotFound' && error.reason !== 'Conflict') failures.push(error);
    return undefined;
  }
}
