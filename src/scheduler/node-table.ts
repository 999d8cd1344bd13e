import { labels } from '../kinds/core/well-known';
import type { Node, Pod } from '../schema/types';
import { PodCounts } from './counts/pod-counts';
import { NodeInfo } from './node-info';
import { NodeSums } from './node-sums';

/** Nodes in order; beside them their names, their slots and the generation of each slot, so that a search may pass over those it knows without touching them. */
export type NodeOrder = { readonly nodes: readonly NodeInfo[]; readonly names: readonly string[]; readonly slots: Int32Array; readonly generations: Float64Array };
const orderOf = (nodes: readonly NodeInfo[], generations: Float64Array): NodeOrder =>
  ({ nodes, names: nodes.map(({ name }) => name), slots: Int32Array.from(nodes, ({ slot }) => slot), generations });
export const restrictedTo = ({ nodes, generations }: NodeOrder, names: ReadonlySet<string>): NodeOrder =>
  orderOf(nodes.filter(({ name }) => names.has(name)), generations);

type ImageState = { sizeBytes: number; nodes: number };

/** All nodes with what runs on them: the scheduler's picture of the cluster, kept up change by change. */
export class NodeTable {
  readonly #infos = new Map<string, NodeInfo>();
  readonly #podNode = new Map<string, string>();         // pod key → node name
  readonly #nominated = new Map<string, { readonly node: string; readonly pod: Pod }>();
  readonly #nominatedOn = new Map<string, Map<string, Pod>>();
  readonly #priorities = new Map<number, number>();      // priority → pods that have it
  readonly #images = new Map<string, ImageState>();
  readonly #sums = new NodeSums();
  /** How many pods of which sort are where. */
  readonly counts = new PodCounts(() => this.list);
  #list: readonly NodeInfo[] | undefined;
  #order: NodeOrder | undefined;
  #tainted = 0;
  #softlyTainted = 0;
  #cordoned = 0;

  /** Nodes in the order they are tried: zone by zone in turn, so that a sample holds all zones. */
  get list(): readonly NodeInfo[] { return (this.#list ??= interleaveZones([...this.#infos.values()].filter(({ node }) => node))); }

  /** The list as a search uses it. */
  get order(): NodeOrder {
    const nodes = this.list;
    if (this.#order?.nodes !== nodes || this.#order.generations !== this.#sums.generations) this.#order = orderOf(nodes, this.#sums.generations);
    return this.#order;
  }

  /** How many nodes have taints that keep pods off, or rather would, and how many are cordoned: usually none, and then nobody needs to be asked. */
  get tainted(): number { return this.#tainted; }
  get softlyTainted(): number { return this.#softlyTainted; }
  get cordoned(): number { return this.#cordoned; }

  get(name: string): NodeInfo | undefined { return this.#infos.get(name); }
  /** Where the pod runs or is assumed to. */
  nodeOf(key: string): string | undefined { return this.#podNode.get(key); }
  image(name: string): Readonly<ImageState> | undefined { return this.#images.get(name); }

  /** The node on which room is being made for the waiting pod. */
  nominationOf(key: string): string | undefined { return this.#nominated.get(key)?.node; }

  /** Says that the waiting pod is to run on `node`, or no longer. */
  nominate(key: string, pod: Pod, node: string | undefined): void {
    const before = this.#nominated.get(key);
    if (!before && node === undefined) return;
    if (before) {
      const others = this.#nominatedOn.get(before.node);
      others?.delete(key);
      if (others?.size === 0) this.#nominatedOn.delete(before.node);
      this.#nominated.delete(key);
      this.#showNominated(before.node);
    }
    if (node === undefined) return;
    const there = this.#nominatedOn.get(node) ?? new Map<string, Pod>();
    this.#nominatedOn.set(node, there.set(key, pod));
    this.#nominated.set(key, { node, pod });
    this.#showNominated(node);
  }

  /** By slot whether the node has nominated pods; undefined when none has. */
  get nominatedSlots(): Uint8Array | undefined { return this.#nominated.size > 0 ? this.#sums.nominated : undefined; }
  /** Another number after each change of what the node has or what its pods take. */
  generationOf({ slot }: NodeInfo): number { return this.#sums.generations[slot] as number; }

  /** What was changed on the node since it had this generation has been undone: nobody who looks at it will think that it changed. */
  restore(node: NodeInfo, generation: number): void { node.restore(generation); }

  #showNominated(name: string): void {
    const info = this.#infos.get(name);
    if (!info) return;
    info.nominated = this.#nominatedOn.get(name);
    info.keepsApart = hasAntiAffinity(info.nominated);
    info.stirred++;
  }

  /** Whether any pod on any node could give way to one of this priority. */
  hasPodsBelow(priority: number): boolean {
    for (const each of this.#priorities.keys()) if (each < priority) return true;
    return false;
  }

  setNode(name: string, node: Node | undefined): void {
    const info = this.#infos.get(name) ?? this.#open(name);
    const before = info.node;
    const imagesBefore = info.images;
    this.#tainted -= Number(info.hasHardTaints);
    this.#softlyTainted -= Number(info.hasSoftTaints);
    this.#cordoned -= Number(info.isUnschedulable);
    const isMoved = before?.metadata.labels !== node?.metadata.labels || before?.spec.taints !== node?.spec.taints || !before !== !node;
    if (before && isMoved) this.counts.leave(info);
    info.setNode(node);
    if (node && isMoved) this.counts.enter(info);
    this.#tainted += Number(info.hasHardTaints);
    this.#softlyTainted += Number(info.hasSoftTaints);
    this.#cordoned += Number(info.isUnschedulable);
    if (info.images !== imagesBefore) {
      for (const image of imagesBefore.keys()) this.#countImage(image, 0, -1);
      for (const [image, sizeBytes] of info.images) this.#countImage(image, sizeBytes, 1);
    }
    if (!before !== !node || (before && node && zoneOf(before) !== zoneOf(node))) this.#list = undefined;
    if (!node) this.#closeIfEmpty(info);
  }

  /** The pod as it is now on its node; moves it if it was thought to be elsewhere. */
  setPod(key: string, nodeName: string, pod: Pod): void {
    const before = this.#podNode.get(key);
    if (before !== undefined && before !== nodeName) this.removePod(key);
    const info = this.#infos.get(nodeName) ?? this.#open(nodeName);
    const previous = info.pods.get(key);
    if (previous) this.#countPriority(previous, -1);
    this.#countPriority(pod, 1);
    info.addPod(key, pod);
    this.#podNode.set(key, nodeName);
    if (previous) this.counts.changePod(key, previous, pod, info); else this.counts.addPod(key, pod, info);
  }

  removePod(key: string): void {
    const name = this.#podNode.get(key);
    const info = name === undefined ? undefined : this.#infos.get(name);
    const pod = info?.pods.get(key);
    if (!info || !pod) return;
    this.#podNode.delete(key);
    this.#countPriority(pod, -1);
    this.counts.removePod(key, pod, info);
    info.removePod(key);
    this.#closeIfEmpty(info);
  }

  #open(name: string): NodeInfo {
    const info = new NodeInfo(name, this.#sums);
    this.#infos.set(name, info);
    info.nominated = this.#nominatedOn.get(name);
    info.keepsApart = hasAntiAffinity(info.nominated);
    return info;
  }

  #closeIfEmpty(info: NodeInfo): void {
    if (info.node || info.pods.size > 0) return;
    this.#infos.delete(info.name);
    info.close();
  }

  #countPriority({ spec: { priority = 0 } }: Pod, by: 1 | -1): void {
    const count = (this.#priorities.get(priority) ?? 0) + by;
    if (count === 0) this.#priorities.delete(priority); else this.#priorities.set(priority, count);
  }

  #countImage(name: string, sizeBytes: number, by: 1 | -1): void {
    const state = this.#images.get(name) ?? { sizeBytes, nodes: 0 };
    state.nodes += by;
    if (by === 1) state.sizeBytes = sizeBytes;
    if (state.nodes === 0) this.#images.delete(name); else this.#images.set(name, state);
  }
}

const hasAntiAffinity = (pods: ReadonlyMap<string, Pod> | undefined): boolean => {
  for (const { spec } of pods?.values() ?? []) if (spec.affinity?.podAntiAffinity) return true;
  return false;
};

const zoneOf = ({ metadata }: Node): string => `${metadata.labels?.[labels.region] ?? ''}\0${metadata.labels?.[labels.zone] ?? ''}`;

function interleaveZones(infos: readonly NodeInfo[]): readonly NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const info of infos) {
    const zone = info.node ? zoneOf(info.node) : '';
    const members = zones.get(zone);
    if (members) members.push(info); else zones.set(zone, [info]);
  }
  if (zones.size < 2) return infos;
  const list: NodeInfo[] = [];
  for (let round = 0; list.length < infos.length; round++) {
    for (const members of zones.values()) { const info = members[round]; if (info) list.push(info); }
  }
  return list;
}
