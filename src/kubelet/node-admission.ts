import { hostPorts, portsConflict, type HostPort } from '../kinds/core/host-ports';
import { podRequests, type Resources } from '../kinds/core/pod-resources';
import type { Node, NodeSelectorTerm, Pod } from '../schema/types';
import { findUntolerated } from '../kinds/core/tolerations';
import { Selector, type Operator } from '../lib/selectors';

/** Why a pod failed as a whole: its status' reason and message. */
export type Refusal = { readonly reason: string; readonly message: string };

/** What the pods admitted on one node ask for, kept up pod by pod. */
export class NodeRequests {
  readonly #pods = new Map<string, Resources>();
  /** Of the few pods that take any. */
  readonly #ports = new Map<string, readonly HostPort[]>();
  readonly #sums = new Map<string, number>();

  get count(): number { return this.#pods.size; }
  of(uid: string): Resources | undefined { return this.#pods.get(uid); }
  sum(resource: string): number { return this.#sums.get(resource) ?? 0; }

  isTaken(port: HostPort): boolean { return [...this.#ports.values()].some((taken) => taken.some((each) => portsConflict(each, port))); }

  add(uid: string, requests: Resources, ports: readonly HostPort[] = []): void {
    if (this.#pods.has(uid)) return;
    this.#pods.set(uid, requests);
    if (ports.length > 0) this.#ports.set(uid, ports);
    this.#count(requests, 1);
  }

  /** The pod, if it is here, asks for other amounts from now on. */
  change(uid: string, requests: Resources): void {
    const before = this.#pods.get(uid);
    if (!before) return;
    this.#count(before, -1);
    this.#pods.set(uid, requests);
    this.#count(requests, 1);
  }

  remove(uid: string): void {
    const requests = this.#pods.get(uid);
    if (requests && this.#pods.delete(uid)) this.#count(requests, -1);
    this.#ports.delete(uid);
  }

  #count(requests: Resources, sign: 1 | -1): void {
    for (const [name, amount] of amounts(requests)) if (amount > 0) this.#sums.set(name, this.sum(name) + sign * amount);
  }
}

const amounts = ({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: Resources): readonly (readonly [string, number])[] =>
  [['cpu', cpuMilli], ['memory', memoryBytes], ['ephemeral-storage', ephemeralStorageBytes], ...Object.entries(others)];

const amountOf = (resources: Resources, name: string): number =>
  (name === 'cpu' ? resources.cpuMilli : name === 'memory' ? resources.memoryBytes : name === 'ephemeral-storage' ? resources.ephemeralStorageBytes : (resources.others[name] ?? 0));

/** The kubelet's own look at a pod that was assigned to it, as the scheduler may have known less: resources, then labels, ports, and taints. */
export function refusal(pod: Pod, node: Node, allocatable: Resources, used: NodeRequests): Refusal | undefined {
  const room = allocatable.others['pods'] ?? 110;
  if (used.count + 1 > room) return outOf('pods', 1, used.count, room);
  for (const [name, requested] of amounts(podRequests(pod.spec))) {
    if (name.includes('/') && allocatable.others[name] === undefined) continue;   // extended resources that are not the kubelet's are the scheduler's business
    const capacity = amountOf(allocatable, name);
    if (requested > 0 && used.sum(name) + requested > capacity) return outOf(name, requested, used.sum(name), capacity);
  }
  if (!fitsLabels(pod, node)) return { reason: 'NodeAffinity', message: 'Predicate NodeAffinity failed: node(s) didn\'t match Pod\'s node affinity/selector' };
  if (hostPorts(pod.spec).some((port) => used.isTaken(port)))
    return { reason: 'NodePorts', message: 'Predicate NodePorts failed: node(s) didn\'t have free ports for the requested pod ports' };
  const taint = findUntolerated(node.spec.taints ?? [], pod.spec.tolerations ?? [], ['NoExecute']);
  return taint && { reason: 'TaintToleration', message: 'Predicate TaintToleration failed: node(s) had untolerated taint(s)' };
}

/** Why a pod that runs here cannot ask for these amounts instead of its own: now (Deferred), or ever (Infeasible). Undefined when it can. */
export function resizeRefusal(uid: string, wanted: Resources, allocatable: Resources, used: NodeRequests): Refusal | undefined {
  for (const name of ['memory', 'cpu']) {
    const [requested, capacity] = [amountOf(wanted, name), amountOf(allocatable, name)];
    if (requested > capacity) return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}` };
  }
  const own = used.of(uid);
  for (const name of ['cpu', 'memory']) {
    const [requested, others, capacity] = [amountOf(wanted, name), used.sum(name) - (own ? amountOf(own, name) : 0), amountOf(allocatable, name)];
    if (requested > 0 && others + requested > capacity) return { ...outOf(name, requested, others, capacity), reason: 'Deferred' };
  }
  return undefined;
}

const outOf = (resource: string, requested: number, used: number, capacity: number): Refusal => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

function fitsLabels({ spec: { nodeSelector, affinity } }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (nodeSelector && !Object.entries(nodeSelector).every(([key, wanted]) => labels[key] === wanted)) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => fitsTerm(term, node));
}

const operators: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' };

function fitsTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  const fits = (requirements: typeof matchExpressions, values: Readonly<Record<string, string>>) =>
    new Selector(requirements.map(({ key, operator, values: wanted = [] }) => ({ key, operator: operators[operator] ?? 'in', values: wanted }))).matches(values);
  return matchExpressions.length + matchFields.length > 0 && fits(matchExpressions, node.metadata.labels ?? {}) && fits(matchFields, { 'metadata.name': node.metadata.name });
}
