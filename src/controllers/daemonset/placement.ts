import { matchesNodeSelector } from '../../kinds/core/node-selector';
import { findUntolerated } from '../../kinds/core/tolerations';
import { taints } from '../../kinds/core/well-known';
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '../../schema/types';

/** Whether a daemon's pod is to run on a node, and whether one that runs there may stay. */
export type Placement = { readonly runs: boolean; readonly stays: boolean };
const nowhere: Placement = { runs: false, stays: false };

const borne: readonly Toleration[] = [
  ...[taints.notReady, taints.unreachable].map((key) => ({ key, operator: 'Exists', effect: 'NoExecute' })),
  ...[taints.diskPressure, taints.memoryPressure, taints.pidPressure, taints.unschedulable].map((key) => ({ key, operator: 'Exists', effect: 'NoSchedule' })),
];
const borneOnHostNetwork: Toleration = { key: taints.networkUnavailable, operator: 'Exists', effect: 'NoSchedule' };
const known = new WeakMap<PodSpec, readonly Toleration[]>();

/** What the template tolerates, and what every daemon does. */
export function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  const before = known.get(spec);
  if (before) return before;
  const added = spec.hostNetwork ? [...borne, borneOnHostNetwork] : borne;
  const own = (spec.tolerations ?? []).filter((each) => !added.some(({ key, effect }) => each.key === key && each.effect === effect && each.operator === 'Exists'));
  const all = [...own, ...added];
  known.set(spec, all);
  return all;
}

export function placementOn({ metadata, spec: { taints: found = [] } = {} }: Node, { spec: { template } }: DaemonSet): Placement {
  const { spec } = template;
  if (!spec || (spec.nodeName && spec.nodeName !== metadata.name) || !matchesNodeSelector({ spec }, metadata.labels ?? {}, metadata.name)) return nowhere;
  const tolerations = tolerationsOf(spec);
  return { runs: !findUntolerated(found, tolerations, ['NoSchedule', 'NoExecute']), stays: !findUntolerated(found, tolerations, ['NoExecute']) };
}

/** The node a daemon's pod is on, or is meant for. */
export function nodeOf({ spec: { nodeName, affinity } }: Pod): string | undefined {
  if (nodeName) return nodeName;
  for (const { matchFields = [] } of affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [])
    for (const { key, operator, values = [] } of matchFields) if (key === 'metadata.name' && operator === 'In' && values.length === 1) return values[0];
  return undefined;
}
