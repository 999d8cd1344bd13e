import { of } from 'rxjs';
import { keyOf } from '../../api/keys';
import type { LocalClient } from '../../api/local-client';
import { StatusError } from '../../api/status';
import {
  VerticalPodAutoscalerCheckpoints, VerticalPodAutoscalers, type VerticalPodAutoscaler, type VerticalPodAutoscalerCondition, type VerticalPodAutoscalerStatus,
} from '../../kinds/add-ons/vertical-pod-autoscaler';
import { podMetrics, type PodMetrics } from '../../kinds/metrics/metrics';
import { equal } from '../../lib/equality';
import { byText } from '../../lib/json';
import { milliValue, value } from '../../lib/quantity';
import { timestamp } from '../../lib/timestamp';
import { byNamespace } from '../../runtime/informer';
import type { AnyController } from '../../runtime/controller';
import type { Informers } from '../../runtime/informers';
import { workqueue } from '../../runtime/workqueue';
import type { Pod } from '../../schema/types';
import { Aggregate, ContainerPeaks } from './aggregate';
import { recommend } from './estimate';
import { podsOf, selectorOf } from './targets';

const component = 'vpa-recommender';
const intervalMs = 60_000;
const metricsOfPods = podMetrics(() => [], () => '');

/** Looks every minute at what pods use, and says in the status of each autoscaler what their containers should request. */
export const recommender: AnyController = {
  name: component,
  run: (informers) => {
    const recommending = new Recommender(informers);
    return of('cluster').pipe(workqueue(() => { recommending.turn(); return { requeueAfterMs: intervalMs }; }, { scheduler: informers.scheduler }));
  },
};

type Known = { readonly aggregates: Map<string, Aggregate>; readonly peaks: Map<string, ContainerPeaks> };
type Finding = { readonly status: 'True' | 'False'; readonly reason?: string; readonly message?: string };

class Recommender {
  /** What was seen under each autoscaler, by its uid. */
  readonly #known = new Map<string, Known>();

  constructor(private readonly informers: Informers) {
    informers.of(VerticalPodAutoscalers);
    informers.of(VerticalPodAutoscalerCheckpoints);
  }

  get #api(): LocalClient { return this.informers.client.because({ component, key: 'cluster', revision: 0 }); }
  get #now(): number { return this.informers.scheduler.now(); }

  turn(): void {
    const all = [...this.informers.of(VerticalPodAutoscalers).list()];
    const uids = new Set(all.map(({ metadata }) => metadata.uid));
    for (const uid of this.#known.keys()) if (!uids.has(uid)) this.#known.delete(uid);
    const metrics = new Map<string, PodMetrics>();
    for (const namespace of new Set(all.map((vpa) => vpa.metadata.namespace ?? ''))) for (const each of this.#metrics(namespace)) metrics.set(keyOf(each), each);
    for (const vpa of all) this.#tend(vpa, metrics);
    this.#collect(all);
  }

  #metrics(namespace: string): readonly PodMetrics[] {
    try { return this.#api.list(metricsOfPods, namespace).items; } catch (error) {
      if (error instanceof StatusError) return [];   // without metrics nothing is learnt
      throw error;
    }
  }

  #tend(vpa: VerticalPodAutoscaler, metrics: ReadonlyMap<string, PodMetrics>): void {
    const known = this.#known.get(vpa.metadata.uid) ?? this.#load(vpa);
    const found = selectorOf(vpa, this.informers);
    const pods = 'selector' in found ? podsOf(vpa, found.selector, this.informers) : [];
    for (const pod of pods) this.#learn(pod, metrics.get(keyOf(pod)), known);
    const present = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const key of known.peaks.keys()) if (!present.has(key.slice(0, key.indexOf('/')))) known.peaks.delete(key);
    const containerRecommendations = recommend(vpa.spec, known.aggregates);
    this.#write(vpa, containerRecommendations.length > 0 ? { recommendation: { containerRecommendations } } : {}, pods.length > 0, 'problem' in found ? found.problem : undefined);
    for (const [container, aggregate] of known.aggregates) this.#keep(vpa, container, aggregate, known);
  }

  #learn(pod: Pod, metrics: PodMetrics | undefined, { aggregates, peaks }: Known): void {
    for (const { name, resources } of pod.spec.containers) {
      const key = `${pod.metadata.uid}/${name}`;
      const usage = metrics?.containers.find((each) => each.name === name)?.usage;
      const ended = endedForMemory(pod, name);
      if (!usage && ended === undefined) continue;
      const aggregate = got(aggregates, name, () => new Aggregate());
      const own = got(peaks, key, () => new ContainerPeaks());
      const { cpu = '0', memory = '0' } = resources?.requests ?? {};
      if (ended !== undefined) own.outOfMemory(aggregate, value(memory), ended);
      if (usage && metrics) own.sample(aggregate, { cpuMilli: milliValue(usage.cpu), memoryBytes: value(usage.memory), at: Date.parse(metrics.timestamp) }, milliValue(cpu));
    }
  }

  /** What was kept of it before this recommender was started. */
  #load({ metadata: { uid, namespace = '', name } }: VerticalPodAutoscaler): Known {
    const known: Known = { aggregates: new Map(), peaks: new Map() };
    this.#known.set(uid, known);
    for (const { spec, status } of this.informers.of(VerticalPodAutoscalerCheckpoints).by(byNamespace, namespace)) {
      if (spec.vpaObjectName !== name || !status) continue;
      const aggregate = new Aggregate();
      aggregate.load(status);
      known.aggregates.set(spec.containerName, aggregate);
    }
    return known;
  }

  #write(vpa: VerticalPodAutoscaler, made: Pick<VerticalPodAutoscalerStatus, 'recommendation'>, hasPods: boolean, problem: string | undefined): void {
    const none: Finding = { status: 'True', reason: 'NoPodsMatched', message: 'No pods match this VPA object' };
    const findings: Readonly<Record<string, Finding | undefined>> = {
      ConfigUnsupported: problem === undefined ? undefined : { status: 'True', message: problem },
      NoPodsMatched: hasPods ? undefined : none,
      RecommendationProvided: made.recommendation ? { status: 'True' } : hasPods ? { status: 'False' } : { ...none, status: 'False' },
    };
    const conditions = Object.entries(findings).flatMap(([type, finding]): readonly VerticalPodAutoscalerCondition[] => {
      if (!finding) return [];
      const before = vpa.status?.conditions?.find((each) => each.type === type);
      return [{ type, ...finding, lastTransitionTime: before?.status === finding.status ? before.lastTransitionTime : timestamp(this.#now) }];
    }).sort((a, b) => byText(a.type, b.type));
    const status: VerticalPodAutoscalerStatus = { ...made, conditions };
    if (!equal(status, vpa.status)) this.#attempt(() => this.#api.update(VerticalPodAutoscalers, { ...vpa, status }, 'status'));
  }

  #keep(vpa: VerticalPodAutoscaler, container: string, aggregate: Aggregate, { peaks }: Known): void {
    if (aggregate.samples === 0 || aggregate.keptAt === aggregate.lastSampleAt) return;
    const own = [...peaks].filter(([key]) => key.endsWith(`/${container}`)).map(([, each]) => each);
    const status = aggregate.toCheckpoint(this.#now, own);
    const metadata = { namespace: vpa.metadata.namespace, name: `${vpa.metadata.name}-${container}` };
    const spec = { vpaObjectName: vpa.metadata.name, containerName: container };
    const isThere = this.informers.of(VerticalPodAutoscalerCheckpoints).get(`${metadata.namespace ?? ''}/${metadata.name}`) !== undefined;
    this.#attempt(() => {
      if (!isThere) this.#api.create(VerticalPodAutoscalerCheckpoints, { metadata: { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }, spec });
      this.#api.patch(VerticalPodAutoscalerCheckpoints, metadata, { status: { ...status } }, 'merge', 'status');
      aggregate.keptAt = aggregate.lastSampleAt;
    });
  }

  /** Checkpoints whose autoscaler is gone go as well. */
  #collect(all: readonly VerticalPodAutoscaler[]): void {
    const keys = new Set(all.map(keyOf));
    for (const checkpoint of this.informers.of(VerticalPodAutoscalerCheckpoints).list()) {
      const { metadata: { namespace = '', name }, spec } = checkpoint;
      if (!keys.has(`${namespace}/${spec.vpaObjectName}`)) this.#attempt(() => this.#api.delete(VerticalPodAutoscalerCheckpoints, { namespace, name }));
    }
  }

  /** What somebody else changed or took away in the meantime is looked at again at the next turn. */
  #attempt(write: () => unknown): void {
    try { write(); } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }
}

function got<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** When the container was last killed for want of memory. */
function endedForMemory({ status }: Pod, container: string): number | undefined {
  const found = status?.containerStatuses?.find(({ name }) => name === container);
  const ended = [found?.state?.terminated, found?.lastState?.terminated].find((each) => each?.reason === 'OOMKilled');
  return !ended?.finishedAt ? undefined : Date.parse(ended.finishedAt);
}
