import { of } from 'rxjs';
import { controllerOf } from '../../api/keys';
import type { LocalClient } from '../../api/local-client';
import { StatusError } from '../../api/status';
import { VerticalPodAutoscalers, type VerticalPodAutoscaler } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { Pods } from '../../kinds/core/pod';
import { getCondition, isPodReady } from '../../kinds/core/pod-conditions';
import { byNamespace } from '../../runtime/informer';
import type { AnyController } from '../../runtime/controller';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Informers } from '../../runtime/informers';
import { workqueue } from '../../runtime/workqueue';
import type { Pod } from '../../schema/types';
import { priorityOf, type Priority } from './priority';
import { resized } from './resize';
import { autoscalerOf, modeOf, podsOf, replicasOf, selectorOf } from './targets';

const component = 'vpa-updater';
/** Upstream's defaults. */
const settings = { intervalMs: 60_000, minReplicas: 2, evictionTolerance: 0.5, deferredMs: 5 * 60_000, inProgressMs: 3_600_000 } as const;
const evicts = new Set(['Auto', 'Recreate', 'InPlaceOrRecreate']);
export const inPlaceAnnotation = 'vpaInPlaceUpdated';
export const admissionLabels = { namespace: 'kube-system', app: 'vpa-admission-controller' } as const;

/** Looks every minute for pods that request other than recommended: resizes them in place, or evicts them so that they are made anew with what is recommended. */
export const updater: AnyController = {
  name: component,
  run: (informers, recorder) => {
    const updating = new Updater(informers, recorder);
    return of('cluster').pipe(workqueue(() => { updating.turn(); return { requeueAfterMs: settings.intervalMs }; }, { scheduler: informers.scheduler }));
  },
};

/** The pods of one controller: how many of them may be away at a time. */
class Group {
  readonly #alive: number;
  #disturbed = 0;
  constructor(readonly pods: readonly Pod[], private readonly configured: number) { this.#alive = pods.filter(({ status }) => status?.phase !== 'Pending').length; }

  get isDisruptable(): boolean {
    const tolerated = Math.floor(this.configured * settings.evictionTolerance);
    return this.#alive - this.#disturbed > this.configured - tolerated || (this.#alive === this.configured && tolerated === 0 && this.#disturbed === 0);
  }
  disturb(): void { this.#disturbed++; }
}
type Candidate = { readonly pod: Pod; readonly group: Group; readonly priority: Priority };

class Updater {
  /** Since when a resize is waited for, by the pod's uid. */
  readonly #resizingSince = new Map<string, number>();

  constructor(private readonly informers: Informers, private readonly recorder: EventRecorder) {
    informers.of(VerticalPodAutoscalers);
    informers.of(Pods);
  }

  get #api(): LocalClient { return this.informers.client.because({ component, key: 'cluster', revision: 0 }); }
  get #now(): number { return this.informers.scheduler.now(); }

  turn(): void {
    for (const uid of this.#resizingSince.keys()) if (this.#now - (this.#resizingSince.get(uid) ?? 0) > 2 * settings.inProgressMs) this.#resizingSince.delete(uid);
    const mayEvict = this.#hasAdmission();
    for (const vpa of this.informers.of(VerticalPodAutoscalers).list()) if (evicts.has(modeOf(vpa)) && vpa.status?.recommendation) this.#update(vpa, mayEvict);
  }

  /** A pod that is evicted comes back as it was while nobody changes it at its creation. */
  #hasAdmission(): boolean {
    const { namespace, app } = admissionLabels;
    return [...this.informers.of(Pods).by(byNamespace, namespace)].some((pod) => pod.metadata.labels?.['app'] === app && isPodReady(pod));
  }

  #update(vpa: VerticalPodAutoscaler, mayEvict: boolean): void {
    const found = selectorOf(vpa, this.informers);
    if (!('selector' in found)) return;
    const pods = podsOf(vpa, found.selector, this.informers).filter((pod) => pod.metadata.deletionTimestamp === undefined && autoscalerOf(pod, this.informers) === vpa);
    const candidates = this.#groups(pods, vpa).flatMap((group) => group.pods.flatMap((pod): readonly Candidate[] => {
      const priority = priorityOf(pod, vpa, this.#now);
      return priority ? [{ pod, group, priority }] : [];
    })).sort(({ priority: a }, { priority: b }) => Number(b.scalesUp) - Number(a.scalesUp) || b.difference - a.difference);
    for (const candidate of candidates) {
      const done = modeOf(vpa) === 'InPlaceOrRecreate' && this.#inPlace(candidate, vpa) !== 'evict';
      if (!done && mayEvict) this.#evict(candidate, vpa);
    }
  }

  #groups(pods: readonly Pod[], vpa: VerticalPodAutoscaler): readonly Group[] {
    const byController = new Map<string, Pod[]>();
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (owner) byController.set(owner.uid, [...(byController.get(owner.uid) ?? []), pod]);
    }
    return [...byController.values()].filter((each) => each.length >= (vpa.spec.updatePolicy?.minReplicas ?? settings.minReplicas))
      .map((each) => new Group(each, (each[0] && replicasOf(each[0], this.informers)) ?? each.length));
  }

  /** `evict` when resizing did not do, and will not. */
  #inPlace({ pod, group }: Candidate, vpa: VerticalPodAutoscaler): 'done' | 'wait' | 'evict' {
    if (pod.status?.phase === 'Pending') return 'wait';
    const [pending, progress] = [getCondition(pod.status, 'PodResizePending'), getCondition(pod.status, 'PodResizeInProgress')];
    if (pending || progress) {
      const since = this.#resizingSince.get(pod.metadata.uid) ?? this.#now;
      this.#resizingSince.set(pod.metadata.uid, since);
      const waited = this.#now - since;
      const failed = pending ? pending.reason !== 'Deferred' || waited > settings.deferredMs : progress?.reason === 'Error' || waited > settings.inProgressMs;
      return failed ? 'evict' : 'wait';
    }
    if (!group.isDisruptable) return 'wait';
    return this.#resize(pod, group, vpa) ? 'done' : 'evict';
  }

  #resize(pod: Pod, group: Group, vpa: VerticalPodAutoscaler): boolean {
    const containers = resized(pod, vpa).map(({ name, resources: { requests, limits } }) => ({ name, resources: { ...(requests && { requests }), ...(limits && { limits }) } }));
    try {
      this.#api.patch(Pods, pod.metadata, { spec: { containers } }, 'strategic', 'resize');
      this.#api.patch(Pods, pod.metadata, { metadata: { annotations: { [inPlaceAnnotation]: 'true' } } });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return StatusError.is(error, 'NotFound') || StatusError.is(error, 'Conflict');
    }
    this.#resizingSince.set(pod.metadata.uid, this.#now);
    group.disturb();
    this.#event(pod, 'InPlaceResizedByVPA', 'Pod was resized in place by VPA Updater.');
    return true;
  }

  #evict({ pod, group }: Candidate, vpa: VerticalPodAutoscaler): void {
    if (pod.status?.phase !== 'Pending' && !group.isDisruptable) return;
    try { this.#api.evict(Pods, pod); } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return;   // a budget forbids it, or it is gone: the next turn sees
    }
    if (pod.status?.phase !== 'Pending') group.disturb();
    this.#event(pod, 'EvictedByVPA', 'Pod was evicted by VPA Updater to apply resource recommendation.');
    this.#event(vpa, 'EvictedPod', `VPA Updater evicted Pod ${pod.metadata.name} to apply resource recommendation.`);
  }

  #event(object: Pod | VerticalPodAutoscaler, reason: string, message: string): void { this.recorder.record({ object, type: 'Normal', reason, message, component }); }
}
