import { labels as wellKnown } from '../../kinds/core/well-known';
import { Nodes } from '../../kinds/core/node';
import type { Pod } from '../../schema/types';
import type { Storage } from '../storage';
import { isPod } from './pod-spec';
import type { Admission } from './types';

const copied = [wellKnown.zone, wellKnown.region] as const;
type Labels = NonNullable<Pod['metadata']['labels']>;
const known = new WeakMap<Labels, Map<string, Labels>>();
const noLabels: Labels = {};

/** A pod that is created on a node learns the node's zone and region as labels; one that is bound later learns them then. */
export const podTopologyLabels: Admission = {
  name: 'PodTopologyLabels',
  resources: ['pods'],

  mutate(object, { operation, subresource, storage }) {
    if (operation !== 'create' || subresource || !isPod(object) || !object.spec.nodeName) return object;
    return withTopologyOf(object, object.spec.nodeName, storage);
  },
};

/** The pod with the node's zone and region among its labels; itself when the node has none. Pods that share their labels go on sharing them. */
export function withTopologyOf(pod: Pod, nodeName: string, storage: Storage): Pod {
  const ofNode = storage.find(Nodes, undefined, nodeName)?.metadata.labels;
  if (!ofNode) return pod;
  const given = copied.filter((key) => ofNode[key] !== undefined);
  if (given.length === 0) return pod;
  const own = pod.metadata.labels ?? noLabels;
  const key = given.map((label) => `${label}=${ofNode[label]}`).join();
  const byTopology = known.get(own) ?? new Map<string, Labels>();
  known.set(own, byTopology);
  const labels = byTopology.get(key) ?? { ...own, ...Object.fromEntries(given.map((label) => [label, ofNode[label] ?? ''])) };
  byTopology.set(key, labels);
  return { ...pod, metadata: { ...pod.metadata, labels } };
}
