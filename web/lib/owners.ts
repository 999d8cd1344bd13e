import { controllerOf } from '../../src/api/keys';
import type { ControllerRevision, Pod, ReplicaSet } from '../../src/schema/types';

/** Whose pod it is and at which revision; `hue` numbers one of the eight owner colours, `letter` says the same without colour. */
export type Owner = { readonly name: string; readonly letter: string; readonly hue: number };
export const hues = 8;

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'controller-revision-hash';
/** Owners without revisions, and how they are marked. */
const plainOwners: Readonly<Record<string, string>> = { Job: 'job', ReplicationController: 'rc' };

type Revisions = { readonly replicaSets: readonly ReplicaSet[]; readonly revisions: readonly ControllerRevision[] };

/** The bands of all owners of pods. The hue comes from the template's hash; revisions of one workload never share theirs while there are enough. */
export class Owners {
  readonly #bySet = new Map<string, Owner>();
  readonly #byRevision = new Map<string, Owner>();
  readonly #newest = new Map<string, Owner>();
  readonly #used = new Map<string, Set<number>>();

  constructor({ replicaSets, revisions }: Revisions) {
    for (const set of replicaSets.toSorted(byAge)) {
      const deployment = controllerOf(set);
      const hue = this.#hueFor(deployment?.uid ?? set.metadata.uid, set.metadata.labels?.['pod-template-hash'] ?? set.metadata.name);
      const revision = set.metadata.annotations?.[revisionAnnotation];
      this.#bySet.set(set.metadata.uid, { name: deployment?.name ?? set.metadata.name, letter: revision ? `v${revision}` : 'rs', hue });
    }
    for (const each of revisions.toSorted((a, b) => a.revision - b.revision)) this.#addRevision(each);
  }

  /** StatefulSets mark their pods with the revision's name, DaemonSets with its hash: both lead to it. */
  #addRevision(each: ControllerRevision): void {
    const { metadata: { name, labels }, revision } = each;
    const set = controllerOf(each);
    if (!set) return;
    const owner: Owner = { name: set.name, letter: `v${revision}`, hue: this.#hueFor(set.uid, name) };
    for (const mark of [name, labels?.[hashLabel]]) if (mark) this.#byRevision.set(`${set.uid}/${mark}`, owner);
    this.#newest.set(set.uid, owner);   // they come in their order
  }

  /** The band of a pod; none for a pod that stands alone or belongs to its node. */
  ofPod(pod: Pod): Owner | undefined {
    const controller = controllerOf(pod);
    if (!controller) return undefined;
    const { uid, kind, name } = controller;
    const letter = plainOwners[kind];
    if (letter) return { name, letter, hue: freeHue(name, new Set()) };
    return this.#bySet.get(uid) ?? this.#byRevision.get(`${uid}/${pod.metadata.labels?.[hashLabel] ?? ''}`);
  }

  ofSet(uid: string): Owner | undefined { return this.#bySet.get(uid); }
  ofRevision(uid: string, revision: string): Owner | undefined { return this.#byRevision.get(`${uid}/${revision}`); }
  newestRevision(uid: string): Owner | undefined { return this.#newest.get(uid); }

  #hueFor(family: string, text: string): number {
    const used = this.#used.get(family) ?? new Set<number>();
    this.#used.set(family, used);
    const hue = freeHue(text, used);
    used.add(hue);
    return hue;
  }
}

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
