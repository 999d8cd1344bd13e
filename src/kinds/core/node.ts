import type { Node, NodeStatus } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind, type Column } from '../define';
import { fill } from '../sharing';
import { getCondition } from './pod-conditions';
import { labels } from './well-known';

const none = '<none>';
const unknown = '<unknown>';

const addressOf = ({ status }: Node, type: string): string => status?.addresses?.find((address) => address.type === type)?.address || none;

/** Roles by the labels `node-role.kubernetes.io/<role>` and `kubernetes.io/role`, sorted. */
export function nodeRoles({ metadata }: Node): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(labels.nodeRolePrefix) && key.length > labels.nodeRolePrefix.length) roles.add(key.slice(labels.nodeRolePrefix.length));
    else if (key === labels.nodeRole && value) roles.add(value);
  }
  return [...roles].sort();
}

/** `Ready`, `NotReady` or `Unknown`, and whether it is cordoned: the STATUS column. */
export function nodeStatusText({ status, spec }: Node): string {
  const ready = getCondition(status, 'Ready');
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec.unschedulable ? `${text},SchedulingDisabled` : text;
}

const columns: readonly Column<Node>[] = [
  nameColumn,
  { name: 'Status', value: nodeStatusText },
  { name: 'Roles', value: (node) => nodeRoles(node).join(',') || none },
  ageColumn,
  { name: 'Version', value: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '' },
  { name: 'Internal-IP', priority: 1, value: (node) => addressOf(node, 'InternalIP') },
  { name: 'External-IP', priority: 1, value: (node) => addressOf(node, 'ExternalIP') },
  { name: 'OS-Image', priority: 1, value: ({ status }) => status?.nodeInfo?.osImage || unknown },
  { name: 'Kernel-Version', priority: 1, value: ({ status }) => status?.nodeInfo?.kernelVersion || unknown },
  { name: 'Container-Runtime', priority: 1, value: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown },
];

/** What can be allocated is all there is, unless the node says otherwise. */
const statusDefaults = (status: NodeStatus): NodeStatus => (status.capacity ? fill(status, { allocatable: status.capacity }) : status);

export const Nodes = defineKind<Node>('nodes', {
  statusOnCreate: true,
  defaults: (node) => {
    const { spec, status } = node;
    const networks =
      spec.podCIDR && !spec.podCIDRs ? { podCIDRs: [spec.podCIDR] } : spec.podCIDRs?.[0] && !spec.podCIDR ? { podCIDR: spec.podCIDRs[0] } : undefined;
    const nextStatus = status && statusDefaults(status);
    if (!networks && nextStatus === status) return node;
    return { ...node, ...(networks && { spec: { ...spec, ...networks } }), ...(nextStatus && { status: nextStatus }) };
  },
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  columns,
});
