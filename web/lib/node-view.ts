import { milliQuantity, milliValue } from '../../src/lib/quantity';
import type { Node, Pod } from '../../src/schema/types';

/** How a node stands, in the words of `kubectl get nodes`. */
export function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const word = ready === 'True' ? 'Ready' : ready === 'Unknown' ? 'NotReady' : ready === 'False' ? 'NotReady' : 'Unknown';
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

export const isControlPlane = (node: Node): boolean => 'node-role.kubernetes.io/control-plane' in (node.metadata.labels ?? {});

/** What the pods on a node ask for, against what it has to give. */
export type Usage = { readonly cpuShare: number; readonly memoryShare: number; readonly text: string };

export function usageOf(node: Node, pods: readonly Pod[]): Usage {
  const allocatable = node.status?.allocatable ?? {};
  const cpu = sum(pods, 'cpu');
  const memory = sum(pods, 'memory');
  const cpuShare = share(cpu, allocatable['cpu']);
  const memoryShare = share(memory, allocatable['memory']);
  const percent = (part: number) => `${Math.round(part * 100)}%`;
  const text = `requests: cpu ${milliQuantity(cpu)} of ${allocatable['cpu'] ?? '?'} (${percent(cpuShare)}), memory ${percent(memoryShare)} of ${allocatable['memory'] ?? '?'}`;
  return { cpuShare, memoryShare, text };
}

const share = (milli: number, of: string | undefined): number => { const whole = of ? milliValue(of) : 0; return whole > 0 ? milli / whole : 0; };

const sum = (pods: readonly Pod[], resource: string): number =>
  pods.reduce((total, { spec }) => total + spec.containers.reduce((inner, { resources }) => inner + milliValue(resources?.requests?.[resource] ?? '0'), 0), 0);
