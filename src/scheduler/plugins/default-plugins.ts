import type { Plugin, WeightedPlugin } from '../framework';
import { defaultPreemption } from './default-preemption';
import { dynamicResources } from './dynamic-resources';
import { imageLocality } from './image-locality';
import { interPodAffinity } from './inter-pod-affinity';
import { nodeAffinity } from './node-affinity';
import { nodeDeclaredFeatures } from './node-declared-features';
import { nodeName } from './node-name';
import { nodePorts } from './node-ports';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation';
import { nodeResourcesFit } from './node-resources-fit';
import { nodeUnschedulable } from './node-unschedulable';
import { nodeVolumeLimits } from './node-volume-limits';
import { podTopologySpread } from './pod-topology-spread';
import { prioritySort } from './priority-sort';
import { schedulingGates } from './scheduling-gates';
import { taintToleration } from './taint-toleration';
import { volumeBinding } from './volume-binding';
import { volumeRestrictions } from './volume-restrictions';
import { volumeZone } from './volume-zone';

/** Plugins by name, made with the arguments of a profile's `pluginConfig`. */
export const registry: Readonly<Record<string, (given: object) => Plugin>> = {
  SchedulingGates: () => schedulingGates,
  PrioritySort: () => prioritySort,
  NodeUnschedulable: () => nodeUnschedulable,
  NodeName: () => nodeName,
  TaintToleration: () => taintToleration,
  NodeAffinity: (given) => nodeAffinity(given),
  NodePorts: () => nodePorts,
  NodeResourcesFit: (given) => nodeResourcesFit(given),
  VolumeRestrictions: () => volumeRestrictions,
  NodeVolumeLimits: () => nodeVolumeLimits,
  VolumeBinding: () => volumeBinding,
  VolumeZone: () => volumeZone,
  PodTopologySpread: (given) => podTopologySpread(given),
  InterPodAffinity: (given) => interPodAffinity(given),
  DynamicResources: () => dynamicResources,
  DefaultPreemption: (given) => defaultPreemption(given),
  NodeResourcesBalancedAllocation: (given) => nodeResourcesBalancedAllocation(given),
  ImageLocality: () => imageLocality,
  NodeDeclaredFeatures: () => nodeDeclaredFeatures,
};

/** The order of upstream's MultiPoint list. */
export const defaultNames: readonly string[] = Object.keys(registry);

/** Weights of scores; a plugin that is not named counts once. */
export const weights: Readonly<Record<string, number>> = {
  TaintToleration: 3, NodeAffinity: 2, PodTopologySpread: 2, InterPodAffinity: 2, DynamicResources: 2,
};

/** The default profile. */
export const defaultPlugins: readonly WeightedPlugin[] = defaultNames.flatMap((name) => {
  const plugin = registry[name]?.({});
  return plugin ? [{ plugin, weight: weights[name] ?? 1 }] : [];
});
