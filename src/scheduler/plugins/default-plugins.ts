import type { WeightedPlugin } from '../framework';
import { defaultPreemption } from './default-preemption';
import { dynamicResources } from './dynamic-resources';
import { imageLocality } from './image-locality';
import { interPodAffinity } from './inter-pod-affinity';
import { nodeAffinity } from './node-affinity';
import { nodeName } from './node-name';
import { nodePorts } from './node-ports';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation';
import { nodeResourcesFit } from './node-resources-fit';
import { nodeUnschedulable } from './node-unschedulable';
import { podTopologySpread } from './pod-topology-spread';
import { prioritySort } from './priority-sort';
import { schedulingGates } from './scheduling-gates';
import { taintToleration } from './taint-toleration';

/** The default profile, in the order of upstream's MultiPoint list. */
export const defaultPlugins: readonly WeightedPlugin[] = [
  { plugin: schedulingGates, weight: 0 },
  { plugin: prioritySort, weight: 0 },
  { plugin: nodeUnschedulable, weight: 0 },
  { plugin: nodeName, weight: 0 },
  { plugin: taintToleration, weight: 3 },
  { plugin: nodeAffinity, weight: 2 },
  { plugin: nodePorts, weight: 0 },
  { plugin: nodeResourcesFit, weight: 1 },
  { plugin: podTopologySpread(), weight: 2 },
  { plugin: interPodAffinity(), weight: 2 },
  { plugin: dynamicResources, weight: 2 },
  { plugin: defaultPreemption, weight: 0 },
  { plugin: nodeResourcesBalancedAllocation, weight: 1 },
  { plugin: imageLocality, weight: 1 },
];
