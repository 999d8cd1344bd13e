import type { LocalClient } from '../api/local-client';
import type { Pod, PodSpec } from '../schema/types';
import type { PodRequests } from '../kinds/core/pod-resources';
import type { ClusterEvent } from './cluster-events';
import type { ClusterView } from './cluster-view';
import type { NodeInfo } from './node-info';
import type { NodeTable } from './node-table';
import type { Candidate } from './preemption/choose';
import type { Trial } from './preemption/trial';
import type { Victims } from './preemption/victims';
import type { Random } from '../sim/random';

/** Why a node cannot take a pod. `unresolvable` when no eviction would change that (upstream: UnschedulableAndUnresolvable). */
export type Rejection = { readonly plugin: string; readonly reasons: readonly string[]; readonly unresolvable: boolean };

/** What a plugin may know while one pod is placed. */
export type Cycle = {
  readonly pod: Pod;
  /** `namespace/name` of the pod. */
  readonly key: string;
  readonly requests: PodRequests;
  readonly nodes: NodeTable;
  readonly cluster: ClusterView;
};

/** The question a plugin asks of each node; what it needed to know of the pod is in it already. */
export type Filter = {
  test(node: NodeInfo): Rejection | undefined;
  /** The same, asked by the node's slot, where that is all the answer needs: a search then passes nodes over without touching them. */
  atSlot?(slot: number): Rejection | undefined;
  /** When only these nodes can come into question. */
  readonly nodeNames?: ReadonlySet<string>;
};
/** Writes a number for each candidate into `scores`: higher is better. All at once, because a call for each of hundreds of nodes would cost more than the sum. */
export type Score = (candidates: readonly NodeInfo[], scores: Float64Array) => void;
/** When all nodes are alike to the plugin, whatever it does to normalise. */
export type Uniform = { readonly uniform: number };

/** Queue priority of waiting pods. */
export type Waiting = { readonly pod: Pod; readonly queuedAt: number };
/** What is known when no node was left, and what may be asked then. */
export type PostFilterContext = {
  readonly nodesInCluster: number;
  /** Nodes that were asked and, at the same place, what turned the pod away. */
  readonly rejected: readonly NodeInfo[];
  readonly by: readonly Rejection[];
  readonly random: Random;
  /** Begins to think pods of the node away; the trial is ended before the next begins. */
  trial(node: NodeInfo): Trial;
  /** What `find` finds, or found before if nothing it could hang on has changed. */
  victims(node: NodeInfo, find: () => Victims | Rejection): Victims | Rejection;
};
/** What a plugin could still do: say why nothing helps, or make room on a node. `none` takes back an earlier nomination. */
export type PostFilterOutcome = { readonly message?: string; readonly nominated?: Candidate | 'none' };

/** A pod and the node that was chosen for it. */
export type Placed = { readonly pod: Pod; readonly node: NodeInfo; readonly cluster: ClusterView };

/** What has to come about before the pod is bound to its node. */
export type PreBinding = {
  /** The claims (`namespace/name`) whose changes, and those of their volumes, make it worth another look. */
  readonly claims: readonly string[];
  /** Writes what has to be written and returns how to see whether it has come about, which throws a PreBindError once it cannot any more. @throws StatusError */
  begin(api: LocalClient): (node: NodeInfo) => boolean;
};

/** What was begun on the node will not come about: the pod has to be placed anew. */
export class PreBindError extends Error {}

/**
 * A scheduling plugin: the extension points of Kubernetes' framework it takes part in. PreFilter and PreScore look at the pod once and
 * return the question for each node, or undefined when they have nothing to say about this pod (upstream: Skip). Reserve and Unreserve have nothing to
 * hold: PreBind chooses and writes within the action in which the node was chosen, and nothing that is written is taken back, as upstream.
 */
export type Plugin = {
  readonly name: string;
  /**
   * Given when its Filter and Score depend on nothing but the node itself and what this returns of the pod's spec: answers are kept while
   * the node does not change, for all pods of which it returns the same.
   */
  looksAt?(spec: PodSpec): unknown;
  /** A message keeps the pod out of the queue. */
  preEnqueue?(pod: Pod): string | undefined;
  queueSort?(a: Waiting, b: Waiting): boolean;
  preFilter?(cycle: Cycle): Filter | Rejection | undefined;
  /** Called when no node is left; its message is added to the pod's condition. */
  postFilter?(cycle: Cycle, context: PostFilterContext): PostFilterOutcome | undefined;
  preScore?(cycle: Cycle): Score | Uniform | undefined;
  /** Maps the first `count` raw scores to 0..100, in place. */
  normalize?(scores: Float64Array, count: number): void;
  /** What is to be done on the chosen node before the pod is bound to it; undefined when there is nothing. */
  preBind?(placed: Placed): PreBinding | undefined;
  /** Whether the event could let a pod in that this plugin rejected. Kinds of events not listed never do. */
  readonly hints?: { readonly [K in ClusterEvent['kind']]?: (pod: Pod, event: Extract<ClusterEvent, { kind: K }>) => boolean };
};

export type WeightedPlugin = { readonly plugin: Plugin; readonly weight: number };

export const isRejection = (result: Filter | Rejection): result is Rejection => 'reasons' in result;
export const rejection = (plugin: string, reason: string, unresolvable = true): Rejection => ({ plugin, reasons: [reason], unresolvable });

export const maxNodeScore = 100;

/** Scales so that the best gets 100; reversed, the best is the one with least. */
export const scaleToBest = (reverse: boolean) => (scores: Float64Array, count: number): void => {
  let highest = 0;
  for (let i = 0; i < count; i++) if ((scores[i] as number) > highest) highest = scores[i] as number;
  if (highest === 0) return void scores.fill(reverse ? maxNodeScore : 0, 0, count);
  for (let i = 0; i < count; i++) {
    const scaled = Math.floor((maxNodeScore * (scores[i] as number)) / highest);
    scores[i] = reverse ? maxNodeScore - scaled : scaled;
  }
};
