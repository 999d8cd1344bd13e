import { getCondition } from '../../kinds/core/pod-conditions';
import { timestamp } from '../../lib/timestamp';
import type { Node, NodeCondition } from '../../schema/types';
import { settings } from './settings';

/** What the kubelet alone reports: stale as soon as it is silent. */
const reportedByKubelet = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** How long the node may be silent, in milliseconds. */
export const graceMsOf = ({ status }: Node): number => (getCondition(status, 'Ready') ? settings.nodeMonitorGraceMs : settings.nodeStartupGraceMs);

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
