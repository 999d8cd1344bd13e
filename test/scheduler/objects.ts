import type { Node, NodeSpec, NodeStatus, Pod, PodSpec } from '../../src/schema/types';
import { nothingElse, type ClusterView } from '../../src/scheduler/cluster-view';
import type { NodeInfo } from '../../src/scheduler/node-info';
import type { Filter, Plugin, Rejection } from '../../src/scheduler/framework';
import { isRejection } from '../../src/scheduler/framework';
import { NodeTable } from '../../src/scheduler/node-table';
import { podRequests } from '../../src/kinds/core/pod-resources';

type Quantities = Readonly<Record<string, string>>;

export const makeNode = (name: string, allocatable: Quantities = { cpu: '4', memory: '8Gi', pods: '110' }, more: { labels?: Quantities; spec?: NodeSpec; status?: NodeStatus } = {}): Node => ({
  apiVersion: 'v1', kind: 'Node',
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...(more.labels && { labels: more.labels }) },
  spec: more.spec ?? {},
  status: { allocatable, ...more.status },
});

export const makePod = (name: string, requests: Quantities = {}, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests } }], ...spec },
});

/** Nodes with the pods that run on them. */
export function tableOf(...nodes: readonly (Node | readonly [Node, ...Pod[]])[]): NodeTable {
  const table = new NodeTable();
  for (const each of nodes) {
    const [node, ...pods] = 'kind' in each ? [each] : each;
    table.setNode(node.metadata.name, node);
    for (const pod of pods) table.setPod(`default/${pod.metadata.name}`, node.metadata.name, pod);
  }
  return table;
}

const cycleOf = (pod: Pod, nodes: NodeTable, cluster: ClusterView) => ({ pod, key: `${pod.metadata.namespace}/${pod.metadata.name}`, requests: podRequests(pod.spec), nodes, cluster });

/** What a plugin's Filter answers for each node: reasons, or undefined for a node that passes. A skipped plugin passes all. */
export function filterAll(plugin: Plugin, pod: Pod, nodes: NodeTable, cluster: ClusterView = nothingElse): readonly (readonly string[] | undefined)[] {
  const result: Filter | Rejection | undefined = plugin.preFilter?.(cycleOf(pod, nodes, cluster));
  return nodes.list.map((node) => (!result ? undefined : isRejection(result) ? result.reasons : result.test(node)?.reasons));
}

/** A plugin's normalised scores, node by node; undefined when it skips the pod. */
export function scoreAll(plugin: Plugin, pod: Pod, nodes: NodeTable,
  { cluster = nothingElse, among = nodes.list }: { cluster?: ClusterView; among?: readonly NodeInfo[] } = {}): readonly number[] | undefined {
  const score = plugin.preScore?.(cycleOf(pod, nodes, cluster));
  if (!score) return undefined;
  const scores = new Float64Array(among.length);
  if (typeof score === 'function') score(among, scores); else scores.fill(score.uniform);
  plugin.normalize?.(scores, scores.length);
  return [...scores];
}
