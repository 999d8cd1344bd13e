import { controllerOf } from '../../api/keys';
import { podRequests } from '../../kinds/core/pod-resources';
import { matchesNodeSelector } from '../../kinds/core/node-selector';
import { findUntolerated } from '../../kinds/core/tolerations';
import { isList, isObject, byText } from '../../lib/json';
import { matches } from '../../lib/selectors';
import type { Pod, TopologySpreadConstraint } from '../../schema/types';
import type { Place } from './situation';
import type { Run, Strategy } from './strategies';

const grouped = <T>(list: readonly T[], key: (item: T) => string | undefined): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of list) { const of = key(item); if (of !== undefined) groups.set(of, [...(groups.get(of) ?? []), item]); }
  return groups;
};
const accepts = (node: Place, pod: Pod): boolean => findUntolerated(node.taints, pod.spec.tolerations ?? [], ['NoSchedule', 'NoExecute']) === undefined
  && matchesNodeSelector(pod, node.labels, node.name);

/** Pods of one owner with the same images that share a node beyond an even share of those that would take them. */
const removeDuplicates: Strategy = ({ situation, evictor, args }, name) => {
  const kinds = args['excludeOwnerKinds'];
  const twins = grouped(situation.pods.filter((pod) => evictor.concerns(pod, args)), (pod) => {
    const owner = controllerOf(pod);
    if (!owner || (isList(kinds) && kinds.includes(owner.kind))) return undefined;
    return [pod.metadata.namespace, owner.kind, owner.name, ...pod.spec.containers.map(({ image = '' }) => image).sort(byText)].join('/');
  });
  for (const pods of twins.values()) {
    const [first] = pods;
    const places = first ? situation.nodes.filter((node) => accepts(node, first)).length : 0;
    if (places < 2) continue;
    const share = Math.ceil(pods.length / places);
    for (const here of grouped(pods, ({ spec }) => spec.nodeName).values()) {
      let left = here.length;
      for (const pod of here) if (left > share && evictor.evict(pod, name)) left--;
    }
  }
};

type Spread = { readonly constraint: TopologySpreadConstraint; readonly namespace: string };

/** Evens out domains whose difference is beyond what pods ask for. */
const spreadTopology: Strategy = ({ situation, evictor, args }, name) => {
  const wanted = isList(args['constraints']) ? args['constraints'].map(String) : ['DoNotSchedule'];
  const spreads = new Map<string, Spread>();
  for (const pod of situation.pods) for (const constraint of pod.spec.topologySpreadConstraints ?? [])
    if (wanted.includes(constraint.whenUnsatisfiable)) spreads.set(JSON.stringify([pod.metadata.namespace, constraint]), { constraint, namespace: pod.metadata.namespace });
  for (const { constraint: { topologyKey, labelSelector, maxSkew }, namespace } of spreads.values()) {
    const members = situation.pods.filter((pod) => pod.metadata.namespace === namespace && matches(labelSelector, pod.metadata.labels));
    const domainOf = new Map(situation.all.map(({ name: node, labels }) => [node, labels[topologyKey]]));
    const domains = new Map<string, Pod[]>();
    const [one] = members;
    for (const node of situation.nodes) { const domain = node.labels[topologyKey]; if (domain !== undefined && one && accepts(node, one)) domains.set(domain, []); }
    for (const pod of members) { const domain = domainOf.get(pod.spec.nodeName ?? ''); if (domain !== undefined) domains.set(domain, [...(domains.get(domain) ?? []), pod]); }
    level(domains, maxSkew, (pod) => evictor.concerns(pod, args) && evictor.evict(pod, name));
  }
};

/** Takes from the fullest domain as long as it differs too much from the emptiest, which is supposed to get what was taken. */
function level(domains: ReadonlyMap<string, readonly Pod[]>, maxSkew: number, evict: (pod: Pod) => boolean): void {
  const sizes = new Map([...domains].map(([domain, pods]) => [domain, pods.length]));
  const left = new Map([...domains].map(([domain, pods]) => [domain, [...pods].reverse()]));
  for (;;) {
    const sorted = [...sizes].sort(([a, x], [b, y]) => x - y || byText(a, b));
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (!least || !most || most[1] - least[1] <= maxSkew) return;
    const pod = left.get(most[0])?.pop();
    if (!pod) return;
    if (!evict(pod)) continue;
    sizes.set(most[0], most[1] - 1);
    sizes.set(least[0], least[1] + 1);
  }
}

type Shares = Readonly<Record<string, number>>;
const amountsOf = (pod: Pod): Shares => { const { cpuMilli, memoryBytes } = podRequests(pod.spec); return { cpu: cpuMilli, memory: memoryBytes, pods: 1 }; };
const capacityOf = ({ allocatable }: Place): Shares => ({ cpu: allocatable.cpuMilli, memory: allocatable.memoryBytes, pods: allocatable.others['pods'] ?? 110 });
const usedOf = ({ pods }: Place, resource: string): number => pods.reduce((sum, pod) => sum + (amountsOf(pod)[resource] ?? 0), 0);
/** How much of a node is asked for, in percent. */
const percent = (node: Place, resource: string): number => 100 * usedOf(node, resource) / (capacityOf(node)[resource] || Infinity);
const sharesOf = (value: unknown): Shares => (isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, share]) => [name, Number(share)])) : {});

/** Whether nodes are under every threshold, or above one. */
const isUnder = (node: Place, thresholds: Shares): boolean => Object.entries(thresholds).every(([resource, share]) => percent(node, resource) < share);
const isOver = (node: Place, thresholds: Shares): boolean => Object.entries(thresholds).some(([resource, share]) => percent(node, resource) > share);

/** Evicts pods of these nodes as long as the others have room for them up to these shares, and `goesOn` says so. */
function shift({ situation, evictor, args }: Run, name: string, from: readonly Place[], to: readonly Place[], upTo: Shares, goesOn: (node: Place) => boolean): void {
  const room: Record<string, number> = {};
  for (const resource of Object.keys(upTo)) room[resource] = to.reduce((sum, node) => sum + (capacityOf(node)[resource] ?? 0) * (upTo[resource] ?? 0) / 100 - usedOf(node, resource), 0);
  const namespaces = args['evictableNamespaces'];
  const concerns = isObject(namespaces) ? { ...args, namespaces } : args;
  for (const { name: place, pods } of from) for (const pod of pods) {
    const node = situation.all.find((each) => each.name === place);
    const amounts = amountsOf(pod);
    if (!node || !goesOn(node)) break;
    if (Object.keys(room).some((resource) => (room[resource] ?? 0) < (amounts[resource] ?? 0)) || !evictor.concerns(pod, concerns) || !evictor.evict(pod, name)) continue;
    for (const resource of Object.keys(room)) room[resource] = (room[resource] ?? 0) - (amounts[resource] ?? 0);
  }
}

const fewest = (args: Run['args']): number => (typeof args['numberOfNodes'] === 'number' ? args['numberOfNodes'] : 0);
const byLoad = (resources: readonly string[]) => (a: Place, b: Place): number => resources.reduce((sum, each) => sum + percent(b, each) - percent(a, each), 0) || byText(a.name, b.name);

/** From nodes above one target to those below every threshold. */
const lowNodeUtilization: Strategy = (run, name) => {
  const { situation, args } = run;
  const [thresholds, targets] = [sharesOf(args['thresholds']), sharesOf(args['targetThresholds'])];
  const low = situation.nodes.filter((node) => isUnder(node, thresholds));
  const high = situation.all.filter((node) => isOver(node, targets)).sort(byLoad(Object.keys(targets)));
  if (low.length === 0 || low.length <= fewest(args) || high.length === 0 || low.length === situation.all.length) return;
  shift(run, name, high, low, targets, (node) => isOver(node, targets));
};

/** From nodes below every threshold to the others, so that they can be taken away. Useful with a scheduler that fills nodes. */
const highNodeUtilization: Strategy = (run, name) => {
  const { situation, args } = run;
  const thresholds = sharesOf(args['thresholds']);
  const low = situation.all.filter((node) => isUnder(node, thresholds)).sort(byLoad(Object.keys(thresholds))).reverse();
  const others = situation.nodes.filter((node) => !low.includes(node));
  if (low.length === 0 || low.length <= fewest(args) || others.length === 0) return;
  shift(run, name, low, others, { cpu: 100, memory: 100, pods: 100 }, () => true);
};

/** Pods that are not wrong by themselves, but together with others. */
export const balance: Readonly<Record<string, Strategy>> = {
  RemoveDuplicates: removeDuplicates, RemovePodsViolatingTopologySpreadConstraint: spreadTopology, LowNodeUtilization: lowNodeUtilization, HighNodeUtilization: highNodeUtilization,
};
