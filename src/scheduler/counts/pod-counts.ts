import type { Labels } from '../../lib/selectors';
import type { Pod } from '../../schema/types';
import type { NodeInfo } from '../node-info';
import { claimsOf } from '../pod-claims';
import { HeldTerms, type HeldTerm } from './held-terms';
import { NodeSet, type Inclusion } from './node-set';
import { PodIndex } from './pod-index';
import { MatcherIndex, type NamespaceLabels, type PodMatcher } from './pod-matcher';
import { Tally } from './tally';
import { Topology } from './topology';

/** So many questions are kept answered; the one asked longest ago makes room. */
const maxTallies = 256;
const maxNodeSets = 64;

/**
 * How many pods of which sort are where: what topology spreading and pod affinity ask. A question is answered once by looking through
 * the pods, and kept answered change by change from then on.
 */
export class PodCounts {
  readonly #topologies = new Map<string, Topology>();
  readonly #nodeSets = new Map<string, NodeSet>();
  readonly #tallies = new MatcherIndex<Tally>();
  readonly #pods = new PodIndex();
  /** How many pods on nodes use a claim, by `namespace/name`. */
  readonly #claims = new Map<string, number>();
  readonly #namespaces = new Map<string, Labels | undefined>();
  readonly #held: HeldTerms;
  /** Labels of namespaces as far as they are known. */
  readonly namespaceLabels: NamespaceLabels = (namespace) => this.#namespaces.get(namespace);

  /** `nodes` are those that exist. */
  constructor(private readonly nodes: () => Iterable<NodeInfo>) {
    this.#held = new HeldTerms((key) => this.topology(key), this.namespaceLabels);
  }

  topology(key: string): Topology {
    const known = this.#topologies.get(key);
    if (known) return known;
    const made = new Topology(key);
    for (const node of this.nodes()) made.enter(node);
    this.#topologies.set(key, made);
    return made;
  }

  nodeSet(key: string, inclusion: Inclusion): NodeSet {
    const name = `${key}|${inclusion.name}`;
    const known = this.#nodeSets.get(name);
    if (known) return known;
    if (this.#nodeSets.size >= maxNodeSets) this.#forget();
    const made = new NodeSet(this.topology(key), inclusion, this.nodes());
    this.#nodeSets.set(name, made);
    return made;
  }

  tally(matcher: PodMatcher): Tally {
    const known = this.#tallies.get(matcher.name);
    if (known) { this.#tallies.touch(matcher.name); return known; }
    const made = new Tally();
    for (const { on } of this.#pods.matching(matcher)) made.add(on.slot, 1);
    const { oldest } = this.#tallies;
    if (this.#tallies.size >= maxTallies && oldest !== undefined) this.#close(oldest);
    this.#tallies.add(matcher, made);
    return made;
  }

  /** Affinity terms of pods on nodes that are about this pod. */
  termsAbout(pod: Pod): readonly HeldTerm[] { return this.#held.isEmpty ? [] : this.#held.about(pod); }

  usersOf(claim: string): number { return this.#claims.get(claim) ?? 0; }

  /** Between two pods: lets go of what is not used any more. */
  tidy(): void { this.#held.tidy(); }

  /** A namespace's labels, or undefined when it has none or is gone. */
  setNamespace(name: string, labels: Labels | undefined): void {
    if (this.#namespaces.get(name) === labels) return;
    if (labels) this.#namespaces.set(name, labels); else this.#namespaces.delete(name);
    if (this.#pods.hasAnyIn(name)) for (const each of this.#tallies.unbounded) this.#close(each);   // asked again, they are counted anew
  }

  addPod(key: string, pod: Pod, on: NodeInfo): void { this.#count(key, pod, on, 1); }
  removePod(key: string, pod: Pod, on: NodeInfo): void { this.#count(key, pod, on, -1); }

  /** The same pod as it is now; most changes are none to what is counted. */
  changePod(key: string, before: Pod, pod: Pod, on: NodeInfo): void {
    const isSame = before.metadata.labels === pod.metadata.labels && before.spec.affinity === pod.spec.affinity
      && (before.metadata.deletionTimestamp === undefined) === (pod.metadata.deletionTimestamp === undefined);
    if (isSame) return;
    this.removePod(key, before, on);
    this.addPod(key, pod, on);
  }

  /** Before a node changes its labels or taints, or goes. */
  leave(node: NodeInfo): void {
    for (const tally of this.#tallies.values) tally.leave(node);
    this.#held.leave(node);
    for (const set of this.#nodeSets.values()) set.leave(node);
    for (const topology of this.#topologies.values()) topology.leave(node);
  }

  /** After it has. */
  enter(node: NodeInfo): void {
    for (const topology of this.#topologies.values()) topology.enter(node);
    for (const set of this.#nodeSets.values()) set.enter(node);
    this.#held.enter(node);
    for (const tally of this.#tallies.values) tally.enter(node);
  }

  #count(key: string, pod: Pod, on: NodeInfo, by: 1 | -1): void {
    if (by === 1) this.#pods.add(key, { pod, on }); else this.#pods.delete(key);
    this.#tallies.forEachMatch(pod, (tally) => tally.add(on.slot, by));
    this.#held.count(pod, on, by);
    for (const { name } of claimsOf(pod)) {
      const claim = `${pod.metadata.namespace}/${name}`;
      const users = this.usersOf(claim) + by;
      if (users === 0) this.#claims.delete(claim); else this.#claims.set(claim, users);
    }
  }

  #close(name: string): void {
    this.#tallies.get(name)?.close();
    this.#tallies.delete(name);
  }

  #forget(): void {
    for (let name = this.#tallies.oldest; name !== undefined; name = this.#tallies.oldest) this.#close(name);
    this.#nodeSets.clear();
  }
}
