import { getCondition } from '../../kinds/core/pod-conditions';
import { timestamp } from '../../lib/timestamp';
import type { Lease, Node, NodeCondition } from '../../schema/types';

/** How long a node may be silent before it is called unknown, in milliseconds (upstream's node-monitor-grace-period). */
export const monitorGraceMs = 50_000;
/** The same for a node whose kubelet has not reported at all yet. */
export const startupGraceMs = 60_000;

/** What the kubelet alone reports: stale as soon as it is silent. */
const reportedByKubelet = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

const timeOf = (text: string | null | undefined): number => (text ? Date.parse(text) : -Infinity);

/** When the node's silence will have lasted too long. Time before `startedAt` does not count: nobody was listening. */
export function deadlineOf(node: Node, lease: Lease | undefined, startedAt: number): number {
  const ready = getCondition(node.status, 'Ready');
  const heard = Math.max(timeOf(node.metadata.creationTimestamp), startedAt, timeOf(lease?.spec.renewTime), timeOf(ready?.lastHeartbeatTime));
  return heard + (ready ? monitorGraceMs : startupGraceMs);
}

/** The conditions of a node that was silent for too long. */
export function silentConditions({ metadata, status }: Node, now: number): readonly NodeCondition[] {
  const conditions = status?.conditions ?? [];
  const at = timestamp(now);
  const missing = reportedByKubelet.filter((type) => !conditions.some((condition) => condition.type === type));
  return [
    ...conditions.map((condition) => (reportedByKubelet.some((type) => type === condition.type) && condition.status !== 'Unknown'
      ? { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: at } : condition)),
    ...missing.map((type) => ({
      type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.',
      lastHeartbeatTime: metadata.creationTimestamp, lastTransitionTime: at,
    })),
  ];
}
