import { qosClass } from '../kinds/core/pod-resources';
import type { Container, ContainerState, ContainerStatus, PodStatus } from '../schema/types';
import type { ContainerWorker } from './container-worker';
import { canonicalName } from './node-images';
import { podConditions } from './pod-conditions';
import { podPhase } from './pod-phase';
import type { PodResize } from './pod-resize';
import type { PodWorker } from './pod-worker';

/** The whole status as the kubelet sees it; what others wrote into `previous` (conditions, nominations, claims) stays. */
export function podStatus(worker: PodWorker, previous: PodStatus | undefined): PodStatus {
  const { pod, node, ip, inits, mains, debuggers, failure, startTime } = worker;
  const phase = podPhase(worker);
  const { metadata } = pod;
  const conditions = podConditions(worker, phase, previous);
  if (worker.rejected) return { ...previous, phase, conditions, ...failure, startTime, qosClass: qosClass(pod.spec) };
  const status: Draft<PodStatus> = { phase, conditions, hostIP: node.ip, hostIPs: node.hostIPs, startTime, qosClass: previous?.qosClass ?? qosClass(pod.spec) };
  if (metadata.generation !== undefined) status.observedGeneration = metadata.generation;
  if (ip) {
    status.podIP = ip;
    status.podIPs = [{ ip }];
  }
  if (inits.length > 0) status.initContainerStatuses = inits.map(containerStatus);
  status.containerStatuses = (worker.isSorted ? mains : mains.toSorted(byName)).map(containerStatus);
  if (worker.resize) allocated(status, worker.resize);
  if (debuggers.length > 0) status.ephemeralContainerStatuses = debuggers.map(ephemeralStatus);
  if (failure) Object.assign(status, failure);
  return previous && foreign.some((field) => previous[field] !== undefined) ? { ...foreignPart(previous), ...status } : status;
}

/** What was set aside for containers whose resources are being changed. */
function allocated(status: Draft<PodStatus>, resize: PodResize): void {
  const shown = (each: ContainerStatus): ContainerStatus => {
    const requests = resize.allocated.get(each.name)?.requests;
    return requests && requests !== each.allocatedResources ? { ...each, allocatedResources: requests } : each;
  };
  for (const key of ['containerStatuses', 'initContainerStatuses'] as const) { const list = status[key]; if (list) status[key] = list.map(shown); }
}

/** Fields that other components write. */
const foreign = ['nominatedNodeName', 'resourceClaimStatuses', 'extendedResourceClaimStatus', 'resize'] as const;
const foreignPart = (previous: PodStatus): PodStatus => Object.fromEntries(foreign.filter((field) => previous[field] !== undefined).map((field) => [field, previous[field]]));

export const byName = (a: ContainerWorker, b: ContainerWorker): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const noState: ContainerState = {};

/** An object being put together; its shape grows in one order, which keeps it cheap for 150,000 pods. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

function containerStatus({ spec, state, restarts, imageID, containerID, moment: { context }, lastTermination, role }: ContainerWorker): ContainerStatus {
  const { name, image, resources, allocatedResources, volumeMounts } = fixedPart(spec);
  const status: Draft<ContainerStatus> = {
    name, image,
    imageID: containerID ? imageID : '',
    lastState: lastTermination ? { terminated: lastTermination } : noState,
    ready: role === 'init' ? state.terminated?.exitCode === 0 : context.ready,
    restartCount: restarts,
    started: context.started,
    state,
  };
  if (containerID) status.containerID = containerID;
  if (resources) status.resources = resources;
  if (allocatedResources) status.allocatedResources = allocatedResources;
  if (volumeMounts) status.volumeMounts = volumeMounts;
  return status;
}

/** Never ready, and never anything but started: nothing waits for it. */
function ephemeralStatus(container: ContainerWorker): ContainerStatus {
  const { started: _started, ...status } = containerStatus(container);
  return { ...status, ready: false };
}

type Fixed = { readonly [K in 'name' | 'image' | 'resources' | 'allocatedResources' | 'volumeMounts']: ContainerStatus[K] | undefined } & Pick<ContainerStatus, 'name' | 'image'>;
const fixedParts = new WeakMap<Container, Fixed>();

/** What a container's status repeats of its spec: the same for all pods of a template. */
function fixedPart(spec: Container): Fixed {
  const known = fixedParts.get(spec);
  if (known) return known;
  const fixed: Fixed = {
    name: spec.name,
    image: canonicalName(spec.image ?? ''),
    resources: spec.resources,
    allocatedResources: spec.resources?.requests,
    volumeMounts: spec.volumeMounts?.map(({ mountPath, name, readOnly }) => ({ mountPath, name, ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }) })),
  };
  fixedParts.set(spec, fixed);
  return fixed;
}
