import { isPodAvailable, isPodReady, isTerminal } from '../../kinds/core/pod-conditions';
import type { Context } from '../../runtime/controller';
import type { ControllerRevision, Pod, StatefulSet } from '../../schema/types';
import { templateOf } from '../history/template-patch';
import { slowStart } from '../replicaset/slow-start';
import { ensureClaims, hasStaleClaim, retainClaims } from './claims';
import { isWanted, ordinalOf, revisionOfPod, startOf } from './identity';
import { createPod, deletePod, retain, updatePod } from './pod-control';

/** A set and its pods while they are looked at. */
export type Rollout = {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  /** The revision that pods are led away from, and the one they are to have. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
};

/** What a pass did that the pods do not show yet. */
export type Progress = {
  /** The old pod it let go for the update. */
  readonly replaced?: Pod;
  /** Whether it waits for a claim to go, which wakes nobody. */
  readonly awaitsClaim: boolean;
};

/** The pod of an ordinal, or the place for it. */
type Place = { readonly ordinal: number; readonly pod: Pod | undefined };
type Held = { readonly ordinal: number; readonly pod: Pod };
type Verdict = 'wait' | 'go on';

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isPodReady(pod);
const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** One pass: what is missing is made, what is too much goes, what is old is replaced; in order, unless the set wants all at once. Throws StatusError. */
export class Pass {
  #awaitsClaim = false;
  readonly #ordered: boolean;
  constructor(private readonly rollout: Rollout, private readonly context: Context) { this.#ordered = rollout.set.spec.podManagementPolicy !== 'Parallel'; }

  run(): Progress {
    const { set, pods } = this.rollout;
    const places = placesOf(set, pods);
    const condemned = pods.map((pod) => ({ pod, ordinal: ordinalOf(set, pod) ?? -1 })).filter(({ ordinal }) => !isWanted(set, ordinal)).sort((a, b) => b.ordinal - a.ordinal);
    const unavailable = this.#firstUnavailable([...places, ...condemned.toReversed()]);
    const done = this.#each(places, (place) => this.#provide(place)) === 'go on'
      && this.#each(condemned, ({ pod, ordinal }) => { retainClaims(set, pod, ordinal, this.context); return 'go on'; }) === 'go on'
      && this.#each(condemned, (held) => this.#dismiss(held, unavailable)) === 'go on';
    const replaced = done && set.spec.updateStrategy?.type !== 'OnDelete' ? this.#replaceOld(places) : undefined;
    return { awaitsClaim: this.#awaitsClaim, ...(replaced && { replaced }) };
  }

  /** One after the other until one has to be waited for; or all of them, in growing batches. */
  #each<T>(items: readonly T[], act: (item: T) => Verdict): Verdict {
    if (this.#ordered) return items.some((item) => act(item) === 'wait') ? 'wait' : 'go on';
    const rest = items.values();
    slowStart(items.length, () => {
      const { done, value } = rest.next();
      if (done !== true) act(value);
    });
    return 'go on';
  }

  #isAvailable(pod: Pod): boolean { return isRunningAndReady(pod) && isPodAvailable(pod, this.rollout.set.spec.minReadySeconds ?? 0, this.context.now()); }
  #isUnavailable({ pod }: Place): boolean { return !pod || isTerminating(pod) || !this.#isAvailable(pod); }
  #firstUnavailable(places: readonly Place[]): Pod | undefined { return places.find((place) => this.#isUnavailable(place))?.pod; }

  /** Makes sure that the pod of an ordinal is there and as it should be. */
  #provide({ ordinal, pod }: Place): Verdict {
    const { rollout: { set }, context } = this;
    if (!pod) return this.#create(ordinal);
    if (isTerminal(pod)) {
      if (!isTerminating(pod)) deletePod(set, pod, context);
      return 'wait';   // it comes again when it is gone
    }
    if (pod.status?.phase === 'Pending') {
      ensureClaims(set, ordinal, context);
      retain(set, pod, ordinal, context);
    }
    if (this.#ordered && this.#isUnavailable({ ordinal, pod })) return 'wait';
    updatePod(set, pod, ordinal, context);
    return 'go on';
  }

  #create(ordinal: number): Verdict {
    const { rollout: { set, current, update }, context } = this;
    if (hasStaleClaim(set, ordinal, context)) { this.#awaitsClaim = true; return 'wait'; }
    const isOld = set.spec.updateStrategy?.type === 'RollingUpdate' && ordinal < startOf(set) + partitionOf(set);
    const revision = isOld ? current : update;
    createPod(set, templateOf(revision) ?? set.spec.template, revision.metadata.name, ordinal, context);
    return this.#ordered ? 'wait' : 'go on';
  }

  /** Lets a pod go that is too much. In order, one that is not well is waited for, unless it is the first such of all. */
  #dismiss({ pod }: Held, unavailable: Pod | undefined): Verdict {
    if (isTerminating(pod)) return this.#ordered ? 'wait' : 'go on';
    if (!this.#ordered || this.#isAvailable(pod) || pod === unavailable) deletePod(this.rollout.set, pod, this.context);
    return 'wait';
  }

  /** Deletes one pod of an old revision, from the last down to the partition; each has to be well again before the next. */
  #replaceOld(places: readonly Place[]): Pod | undefined {
    const { set, update } = this.rollout;
    for (const place of places.slice(partitionOf(set)).toReversed()) {
      const { pod } = place;
      if (pod && revisionOfPod(pod) !== update.metadata.name && !isTerminating(pod)) {
        deletePod(set, pod, this.context);
        return pod;
      }
      if (this.#isUnavailable(place)) return undefined;
    }
    return undefined;
  }
}

const partitionOf = ({ spec }: StatefulSet): number => spec.updateStrategy?.rollingUpdate?.partition ?? 0;

function placesOf(set: StatefulSet, pods: readonly Pod[]): readonly Place[] {
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const start = startOf(set);
  return Array.from({ length: set.spec.replicas ?? 1 }, (_, index) => ({ ordinal: start + index, pod: byOrdinal.get(start + index) }));
}
