import { of } from 'rxjs';
import type { LocalClient } from '../../api/local-client';
import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { deleteAnnotation, Machines } from '../../kinds/add-ons/machine';
import { NodePools, poolLabel, type NodePool } from '../../kinds/add-ons/node-pool';
import { ConfigMaps } from '../../kinds/core/configmap';
import { Nodes } from '../../kinds/core/node';
import { getCondition, isConditionTrue, isTerminal } from '../../kinds/core/pod-conditions';
import { resourcesOf } from '../../kinds/core/pod-resources';
import { Pods } from '../../kinds/core/pod';
import { wouldNotFit, type ImaginedNode } from '../../kinds/core/would-fit';
import { PodDisruptionBudgets } from '../../kinds/served';
import { byText } from '../../lib/json';
import { matches } from '../../lib/selectors';
import { timestamp } from '../../lib/timestamp';
import { printYaml } from '../../lib/yaml-print';
import { byNode } from '../../runtime/by-node';
import { byNamespace } from '../../runtime/informer';
import type { AnyController } from '../../runtime/controller';
import { drainable } from '../../runtime/drain';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Informers } from '../../runtime/informers';
import { workqueue } from '../../runtime/workqueue';
import type { Node, Pod } from '../../schema/types';
import { moved, utilizationOf, utilizationText, type BudgetsOf } from './scale-down';
import { bestOption, imaginedNode, packed, whyNot } from './scale-up';
import { candidateTaint, scaleDownDisabled, settings, toBeDeletedTaint } from './settings';

const component = 'cluster-autoscaler';
const key = 'cluster';
const statusPlace = { namespace: 'kube-system', name: 'cluster-autoscaler-status' };

/** Looks every ten seconds whether pods wait for machines, and machines for pods; sizes the pools that name a maximum. */
export const clusterAutoscaler: AnyController = {
  name: component,
  run: (informers, recorder) => {
    const scaler = new Autoscaler(informers, recorder);
    return of(key).pipe(workqueue(() => { scaler.scan(); return { requeueAfterMs: settings.scanIntervalMs }; }, { scheduler: informers.scheduler }));
  },
};

const isWaiting = ({ metadata, spec, status }: Pod): boolean =>
  !spec.nodeName && metadata.deletionTimestamp === undefined && getCondition(status, 'PodScheduled')?.reason === 'Unschedulable';

class Autoscaler {
  readonly #unneededSince = new Map<string, number>();
  readonly #startedAt: number;
  #lastScaleUpAt = -Infinity;
  #told = '';

  constructor(private readonly informers: Informers, private readonly recorder: EventRecorder) {
    this.#startedAt = informers.scheduler.now();
    for (const kind of [Nodes, Pods, PodDisruptionBudgets]) informers.of<KubeObject>(kind);
  }

  scan(): void {
    const pools = this.#api.list(NodePools).items.filter(({ metadata, spec }) => spec.maxReplicas !== undefined && metadata.deletionTimestamp === undefined);
    const waiting = [...this.informers.of(Pods).list()].filter(isWaiting);
    const grew = this.#scaleUp(pools, waiting);
    const candidates = grew ? [] : this.#scaleDown(pools);
    this.#markCandidates(pools, candidates);
    this.#tell(pools, grew, candidates);
  }

  get #api(): LocalClient { return this.informers.client.because({ component, key, revision: 0 }); }
  get #now(): number { return this.informers.scheduler.now(); }

  /** Whether a pool grew. */
  #scaleUp(pools: readonly NodePool[], waiting: readonly Pod[]): boolean {
    const coming = pools.flatMap((pool) => Array.from({ length: Math.max(0, (pool.spec.replicas ?? 1) - this.#nodesOf(pool).filter(isReady).length) }, (_, at) => imaginedNode(pool, at)));
    const placed = new Set(packed(waiting, (at) => coming[at] as ImaginedNode, coming.length).flatMap(({ pods }) => pods));   // there are as many as are asked for
    const present = this.#present();
    const helpless = waiting.filter((pod) => !placed.has(pod) && !present.some((node) => wouldNotFit(pod, node) === undefined));
    if (helpless.length === 0) return false;
    const option = bestOption(pools, helpless);
    for (const pod of helpless) if (!option?.pods.includes(pod)) this.#event(pod, 'NotTriggerScaleUp', `pod didn't trigger scale-up: ${whyNot(pools, pod)}`);
    if (!option) return false;
    const { pool: { metadata, spec: { replicas = 1, maxReplicas = 0 } }, nodes } = option;
    const size = replicas + nodes.length;
    this.#log('ScaledUpGroup', `Scale-up: setting group ${metadata.name} size to ${size} instead of ${replicas} (max: ${maxReplicas})`);
    this.#api.patch(NodePools, metadata, { spec: { replicas: size } });
    this.#log('ScaledUpGroup', `Scale-up: group ${metadata.name} size set to ${size} instead of ${replicas} (max: ${maxReplicas})`);
    this.#lastScaleUpAt = this.#now;
    for (const pod of option.pods) this.#event(pod, 'TriggeredScaleUp', `pod triggered scale-up: [{${metadata.name} ${replicas}->${size} (max: ${maxReplicas})}]`);
    return true;
  }

  /** Takes nodes away that nobody needed for long enough; gives those that nobody needs now. */
  #scaleDown(pools: readonly NodePool[]): readonly string[] {
    const unneeded: { readonly pool: NodePool; readonly node: Node; readonly isEmpty: boolean }[] = [];
    let others = this.#present();
    for (const pool of pools) for (const node of this.#nodesOf(pool)) {
      const { name, annotations } = node.metadata;
      const pods = this.#podsOn(name);
      if (!isReady(node) || isLeaving(node) || annotations?.[scaleDownDisabled] === 'true' || utilizationOf(node, pods) >= settings.scaleDownUtilizationThreshold) continue;
      const rest = moved(pods, others.filter((each) => each.name !== name), this.#budgetsOf);
      if (!rest) continue;
      others = rest;
      unneeded.push({ pool, node, isEmpty: !pods.some(mustGo) });
    }
    const names = new Set(unneeded.map(({ node }) => node.metadata.name));
    for (const name of this.#unneededSince.keys()) if (!names.has(name)) this.#unneededSince.delete(name);
    for (const name of names) if (!this.#unneededSince.has(name)) this.#unneededSince.set(name, this.#now);
    if (this.#now - Math.max(this.#lastScaleUpAt, this.#startedAt) < settings.scaleDownDelayAfterAddMs) return [...names];

    const sizes = new Map(pools.map(({ metadata, spec }) => [metadata.name, spec.replicas ?? 1]));
    const leaving = pools.flatMap((pool) => this.#nodesOf(pool)).filter(isLeaving);
    let left = settings.maxScaleDownParallelism - leaving.length;
    let drains = settings.maxDrainParallelism - leaving.filter(({ metadata: { name } }) => this.#podsOn(name).some(mustGo)).length;
    for (const { pool, node, isEmpty } of unneeded.sort((a, b) => Number(b.isEmpty) - Number(a.isEmpty))) {
      const size = sizes.get(pool.metadata.name) ?? 0;
      if (this.#now - (this.#unneededSince.get(node.metadata.name) ?? this.#now) < settings.scaleDownUnneededTimeMs || size <= (pool.spec.minReplicas ?? 0)) continue;
      if (left <= 0 || (!isEmpty && drains <= 0)) continue;
      left--;
      if (!isEmpty) drains--;
      this.#remove(pool, node, size - 1, isEmpty);
      sizes.set(pool.metadata.name, size - 1);
    }
    return [...names];
  }

  #remove(pool: NodePool, node: Node, size: number, isEmpty: boolean): void {
    const { name, resourceVersion } = node.metadata;
    const pods = this.#podsOn(name);
    const going = pods.filter(mustGo).map(({ metadata }) => metadata.name);
    const taint = { key: toBeDeletedTaint, value: String(Math.floor(this.#now / 1_000)), effect: 'NoSchedule' };
    const others = (node.spec.taints ?? []).filter((each) => each.key !== candidateTaint);
    if (isEmpty) this.#log('ScaleDownEmpty', `Scale-down: removing empty node ${JSON.stringify(name)}`);
    else this.#log('ScaleDown', `Scale-down: removing node ${name}, utilization: ${utilizationText(node, pods)}, pods to reschedule: ${going.join(',')}`);
    this.#api.patch(Nodes, node.metadata, { metadata: { resourceVersion }, spec: { taints: [...others, taint] } });
    this.#event(node, 'ScaleDown', 'marked the node as toBeDeleted/unschedulable');
    for (const pod of pods) if (mustGo(pod)) this.#event(pod, 'ScaleDown', 'deleting pod for node scale down');
    this.#api.patch(Machines, { name }, { metadata: { annotations: { [deleteAnnotation]: 'yes' } } });   // before the size: the pool is to take this one
    this.#api.patch(NodePools, pool.metadata, { spec: { replicas: size } });
    this.#event(node, 'ScaleDown', 'node removed by cluster autoscaler');
    this.#unneededSince.delete(name);
  }

  /** The scheduler is asked to spare the nodes that nobody needs. */
  #markCandidates(pools: readonly NodePool[], candidates: readonly string[]): void {
    let left = settings.maxBulkSoftTaintCount;
    for (const pool of pools) for (const { metadata } of this.#nodesOf(pool)) {
      const node = this.informers.of(Nodes).get(metadata.name);
      const taints = node?.spec.taints ?? [];
      const isMarked = taints.some(({ key: each }) => each === candidateTaint);
      const isCandidate = candidates.includes(metadata.name);
      if (!node || isMarked === isCandidate || isLeaving(node) || --left < 0) continue;
      const rest = taints.filter(({ key: each }) => each !== candidateTaint);
      const mark = { key: candidateTaint, value: String(Math.floor(this.#now / 1_000)), effect: 'PreferNoSchedule' };
      this.#api.patch(Nodes, node.metadata, { metadata: { resourceVersion: node.metadata.resourceVersion }, spec: { taints: isCandidate ? [...rest, mark] : rest } });
    }
  }

  readonly #budgetsOf: BudgetsOf = ({ metadata: { namespace, labels } }) =>
    [...this.informers.of(PodDisruptionBudgets).by(byNamespace, namespace)].filter(({ spec }) => spec?.selector && matches(spec.selector, labels));

  #nodesOf({ metadata: { name } }: NodePool): readonly Node[] {
    return [...this.informers.of(Nodes).list()].filter(({ metadata }) => metadata.labels?.[poolLabel] === name).sort((a, b) => byText(a.metadata.name, b.metadata.name));
  }
  #podsOn(node: string): readonly Pod[] { return [...this.informers.of(Pods).by(byNode, node)]; }

  /** Nodes that take pods now, with what they hold. */
  #present(): readonly ImaginedNode[] {
    return [...this.informers.of(Nodes).list()].filter((node) => isReady(node) && !isLeaving(node)).map(({ metadata: { name, labels = {} }, spec: { taints = [] }, status }) =>
      ({ name, labels, taints, allocatable: resourcesOf(status?.allocatable), pods: this.#podsOn(name).filter((pod) => !isTerminal(pod)) }));
  }

  #event(object: Pod | Node, reason: string, message: string): void { this.recorder.record({ object, type: 'Normal', reason, message, component }); }

  /** What it tells of itself, at the ConfigMap that people look at. */
  #log(reason: string, message: string): void {
    this.recorder.record({ object: { kind: 'ConfigMap', apiVersion: 'v1', ...statusPlace }, type: 'Normal', reason, message, component });
  }

  /** The ConfigMap that people look at, written when something in it is otherwise. */
  #tell(pools: readonly NodePool[], grew: boolean, candidates: readonly string[]): void {
    const group = (nodes: readonly Node[], more: object) => ({ health: { status: 'Healthy', nodeCounts: { registered: { total: nodes.length, ready: nodes.filter(isReady).length } }, ...more } });
    const scaleDownOf = (names: readonly string[]) => ({ scaleDown: { status: names.length > 0 ? 'CandidatesPresent' : 'NoCandidates', candidates: names.length } });
    const body = {
      autoscalerStatus: 'Running',
      clusterWide: { ...group([...this.informers.of(Nodes).list()], {}), scaleUp: { status: grew ? 'InProgress' : 'NoActivity' }, ...scaleDownOf(candidates) },
      nodeGroups: pools.map((pool) => {
        const nodes = this.#nodesOf(pool);
        const { replicas = 1, minReplicas = 0, maxReplicas = 0 } = pool.spec;
        return { name: pool.metadata.name, ...group(nodes, { cloudProviderTarget: replicas, minSize: minReplicas, maxSize: maxReplicas }),
          ...scaleDownOf(candidates.filter((name) => nodes.some(({ metadata }) => metadata.name === name))) };
      }),
    };
    const text = printYaml(body);
    if (text === this.#told) return;
    const data = { status: `time: ${JSON.stringify(timestamp(this.#now))}\n${text}` };
    try { this.#api.patch(ConfigMaps, statusPlace, { data }); } catch (error) {
      if (!StatusError.is(error, 'NotFound')) throw error;
      this.#api.create(ConfigMaps, { metadata: statusPlace, data });
    }
    this.#told = text;
  }
}

/** Leaves when its node is emptied. */
const mustGo = (pod: Pod): boolean => drainable(pod) && !isTerminal(pod);
const isReady = ({ status }: Node): boolean => isConditionTrue(status, 'Ready');
const isLeaving = ({ metadata, spec }: Node): boolean => metadata.deletionTimestamp !== undefined || spec.unschedulable === true || (spec.taints ?? []).some((taint) => taint.key === toBeDeletedTaint);
