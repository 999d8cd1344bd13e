import { controllerOf } from '../../src/api/keys';
import type { Pod, ReplicaSet } from '../../src/schema/types';

/** Whose pod it is and at which revision; `hue` numbers one of the eight owner colours, `letter` says the same without colour. */
export type Owner = { readonly name: string; readonly letter: string; readonly hue: number };
export const hues = 8;

const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** The bands of all ReplicaSets, by uid. The hue comes from the template's hash; sets of one Deployment never share theirs while there are enough. */
export function ownerBands(replicaSets: readonly ReplicaSet[]): ReadonlyMap<string, Owner> {
  const bands = new Map<string, Owner>();
  const usedBy = new Map<string, Set<number>>();
  for (const set of replicaSets.toSorted(byAge)) {
    const deployment = controllerOf(set);
    const family = deployment?.uid ?? set.metadata.uid;
    const used = usedBy.get(family) ?? new Set<number>();
    usedBy.set(family, used);
    const hue = freeHue(set.metadata.labels?.['pod-template-hash'] ?? set.metadata.name, used);
    used.add(hue);
    const revision = set.metadata.annotations?.[revisionAnnotation];
    bands.set(set.metadata.uid, { name: deployment?.name ?? set.metadata.name, letter: revision ? `v${revision}` : 'rs', hue });
  }
  return bands;
}

/** The band of a pod; none for a pod that stands alone or belongs to its node. */
export const ownerOfPod = (pod: Pod, bands: ReadonlyMap<string, Owner>): Owner | undefined => bands.get(controllerOf(pod)?.uid ?? '');

/** The parts of a pod's name for a narrow label: its owner, and what tells it from its siblings. */
export function shortPodName(pod: Pod, owner: Owner | undefined): { readonly first: string; readonly second: string } {
  const { name } = pod.metadata;
  if (owner) return { first: owner.name, second: name.slice(name.lastIndexOf('-') + 1) };
  const node = pod.spec.nodeName;
  const bare = node && name.endsWith(`-${node}`) ? name.slice(0, -node.length - 1) : name;
  return { first: bare, second: '' };
}

const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) || a.metadata.name.localeCompare(b.metadata.name);

function freeHue(text: string, used: ReadonlySet<number>): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0;
  const first = value % hues;
  for (let step = 0; step < hues; step++) if (!used.has((first + step) % hues)) return (first + step) % hues;
  return first;
}
