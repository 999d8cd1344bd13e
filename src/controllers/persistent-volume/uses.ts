import type { IndexBy } from '../../runtime/index-by';
import type { Informer } from '../../runtime/informer';
import type { Pod, PodSpec } from '../../schema/types';

const none: readonly string[] = [];
const shared = new WeakMap<PodSpec, readonly string[]>();

/** The claims a pod mounts: those it names, and those made for its ephemeral volumes. */
export function claimNamesOf({ metadata, spec }: Pod): readonly string[] {
  if (!spec.volumes) return none;
  const known = shared.get(spec);
  if (known) return known;
  const names = spec.volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => (persistentVolumeClaim ? [persistentVolumeClaim.claimName] : ephemeral ? [`${metadata.name}-${name}`] : []));
  if (!spec.volumes.some(({ ephemeral }) => ephemeral)) shared.set(spec, names.length > 0 ? names : none);   // names of the others differ by pod
  return names;
}

/** Pods by the claim they mount; those with several claims by their namespace alone. */
const byClaim: IndexBy<Pod> = {
  name: 'claim',
  of(pod) {
    const [first, second] = claimNamesOf(pod);
    return first === undefined ? undefined : `${pod.metadata.namespace}/${second === undefined ? first : ''}`;
  },
};

/** The pods that mount a claim. */
export function* podsOf(namespace: string | undefined, claim: string, pods: Informer<Pod>): Generator<Pod> {
  yield* pods.by(byClaim, `${namespace ?? ''}/${claim}`);
  for (const pod of pods.by(byClaim, `${namespace ?? ''}/`)) if (claimNamesOf(pod).includes(claim)) yield pod;
}
