import { podLimits, podRequests, resourcesOf, type Resources } from '../../kinds/core/pod-resources';
import { age } from '../../kinds/columns';

import { addQuantities, compareQuantities, milliQuantity, wholeQuantity } from '../../lib/quantity';
import type { Container, Lease, Node, NodeCondition, Pod, PodSpec, Quantity } from '../../schema/types';
import { annotations, labels, longTime, multiline, type Description } from './writer';

const roleLabel = 'node-role.kubernetes.io/';

/** A node with its lease and the pods that run on it. */
export function describeNode(out: Description, { metadata, spec, status = {} }: Node, lease: Lease | undefined, pods: readonly Pod[], now: number): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Roles:\t${rolesOf(metadata.labels ?? {})}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  const taints = (spec.taints ?? []).toSorted((a, b) => (`${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1));
  multiline(out, 'Taints', taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`));
  out.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  describeLease(out, metadata.name, lease);
  describeConditions(out, status.conditions ?? []);
  out.line(0, 'Addresses:');
  for (const { type, address } of status.addresses ?? []) out.line(1, `${type}:\t${address}`);
  quantities(out, 'Capacity', status.capacity);
  quantities(out, 'Allocatable', status.allocatable);
  systemInfo(out, status.nodeInfo);
  if (spec.podCIDR) out.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if (spec.podCIDRs?.length) out.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
  if (spec.providerID) out.line(0, `ProviderID:\t${spec.providerID}`);
  describePods(out, pods, status.allocatable ?? status.capacity ?? {}, now);
}

function describeLease(out: Description, node: string, lease: Lease | undefined): void {
  if (!lease) return out.line(0, `Lease:\tFailed to get lease: leases.coordination.k8s.io "${node}" not found`);
  const { holderIdentity, acquireTime, renewTime } = lease.spec;
  out.line(0, 'Lease:');
  out.line(1, `HolderIdentity:\t${holderIdentity ?? '<unset>'}`);
  out.line(1, `AcquireTime:\t${acquireTime ? longTime(acquireTime) : '<unset>'}`);
  out.line(1, `RenewTime:\t${renewTime ? longTime(renewTime) : '<unset>'}`);
}

function rolesOf(all: Readonly<Record<string, string>>): string {
  const roles =
    Object.entries(all).flatMap(([key, value]) => (key.startsWith(roleLabel) && key.length > roleLabel.length ? [key.slice(roleLabel.length)] : key === 'kubernetes.io/role' && value ? [value] : []));
  return [...new Set(roles)].sort().join(',') || '<none>';
}

function describeConditions(out: Description, conditions: readonly NodeCondition[]): void {
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
  out.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' } of conditions)
    out.line(1, `${type} \t${status} \t${longTime(lastHeartbeatTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`);
}

function quantities(out: Description, title: string, list: Readonly<Record<string, Quantity>> = {}): void {
  const entries = Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length > 0) out.line(0, `${title}:`);
  for (const [name, quantity] of entries) out.line(1, `${name}:\t${quantity}`);
}

const info = [
  ['Machine ID', 'machineID'], ['System UUID', 'systemUUID'], ['Boot ID', 'bootID'], ['Kernel Version', 'kernelVersion'], ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'], [
    'Container Runtime Version', 'containerRuntimeVersion',
  ], ['Kubelet Version', 'kubeletVersion'], ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const;

function systemInfo(out: Description, nodeInfo: NonNullable<Node['status']>['nodeInfo']): void {
  out.line(0, 'System Info:');
  for (const [title, field] of info) out.line(1, `${title}:\t${nodeInfo?.[field] ?? ''}`);
}

const percent = (part: number, whole: number): string => `${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%`;
const cpuText = ({ cpuMilli }: Resources, of: Resources): string => `${milliQuantity(cpuMilli)} (${percent(cpuMilli, of.cpuMilli)})`;

type Part = 'requests' | 'limits';
const greater = (a: Quantity, b: Quantity): Quantity => (compareQuantities(a, b) < 0 ? b : a);

/** What a pod asks for as long as it lives, in the notation in which it wrote it: `170Mi`, not its bytes. */
function amountOf({ containers, initContainers = [], overhead = {} }: PodSpec, part: Part, resource: string): Quantity {
  const own = ({ resources }: Container): Quantity => resources?.[part]?.[resource] ?? '0';
  let sidecars = '0';
  let starting = '0';
  for (const container of initContainers) {
    const now = addQuantities(sidecars, own(container));
    starting = greater(starting, now);
    if (container.restartPolicy === 'Always') sidecars = now;
  }
  const total = greater(containers.map(own).reduce(addQuantities, sidecars), starting);
  return overhead[resource] === undefined ? total : addQuantities(total, overhead[resource]);
}
const summed = (specs: readonly PodSpec[], part: Part, resource: string): Quantity => specs.map((spec) => amountOf(spec, part, resource)).reduce(addQuantities, '0');

function describePods(out: Description, pods: readonly Pod[], capacity: Readonly<Record<string, Quantity>>, now: number): void {
  const all = resourcesOf(capacity);
  out.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  out.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  out.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  for (const { metadata, spec } of pods) {
    const [requests, limits] = [podRequests(spec), podLimits(spec)];
    const memory = (part: 'requests' | 'limits', { memoryBytes }: Resources) => `${memoryText(spec, part, memoryBytes)} (${percent(memoryBytes, all.memoryBytes)})`;
    const cells = [cpuText(requests, all), cpuText(limits, all), memory('requests', requests), memory('limits', limits), age(metadata.creationTimestamp, now)];
    out.line(1, `${metadata.namespace}\t${metadata.name}\t\t${cells.join('\t')}`);
  }
  out.line(0, 'Allocated resources:');
  out.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  out.line(1, 'Resource\tRequests\tLimits');
  out.line(1, '--------\t--------\t------');
  const specs = pods.map(({ spec }) => spec);
  for (const resource of shownResources(capacity)) out.line(1, allocated(resource, specs, all));
}

const memoryText = (spec: PodSpec, part: 'requests' | 'limits', bytes: number): string =>
  (spec.resources ? wholeQuantity(bytes) : amountOf(spec, part, 'memory'));

/** The common resources, then huge pages and devices of this node. */
const shownResources = (capacity: Readonly<Record<string, Quantity>>): readonly string[] => {
  const common = ['cpu', 'memory', 'ephemeral-storage'];
  return [...common, ...Object.keys(capacity).filter((name) => !common.includes(name) && name !== 'pods').sort()];
};

function allocated(resource: string, specs: readonly PodSpec[], all: Resources): string {
  const amount = (of: Resources): number =>
    resource === 'cpu' ? of.cpuMilli
      : resource === 'memory' ? of.memoryBytes : resource === 'ephemeral-storage' ? of.ephemeralStorageBytes : of.others[resource] ?? 0;
  const cells = (['requests', 'limits'] as const).map((part) => {
    const total = specs.reduce((sum, spec) => sum + amount(part === 'requests' ? podRequests(spec) : podLimits(spec)), 0);
    const simple = specs.every(({ resources }) => !resources);
    const text = resource === 'cpu' ? milliQuantity(total) : simple ? summed(specs, part, resource) : wholeQuantity(total);
    return resource.includes('/') ? text : `${text} (${percent(total, amount(all))})`;
  });
  return `${resource}\t${cells.join('\t')}`;
}
