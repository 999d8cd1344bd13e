import { qosClass } from '../kinds/core/pod-resources';
import type { Container, ContainerState, ContainerStatus, PodStatus } from '../schema/types';
import type { ContainerWorker } from './container-worker';
import { canonicalName } from './node-images';
import { podConditions } from './pod-conditions';
import { podPhase } from './pod-phase';
import type { PodWorker } from './pod-worker';

/** The whole status as the kubelet sees it; what others wrote into `previous` (conditions, nominations, claims) stays. */
export function podStatus(worker: PodWorker, previous: PodStatus | undefined): PodStatus {
  const { pod, node, ip, inits, mains, failure, startTime } = worker;
  const phase = podPhase(worker);
  const { metadata } = pod;
  const conditions = podConditions(worker, phase, previous);
  if (worker.rejected) return { ...previous, phase, conditions, ...failure, startTime, qosClass: qosClass(pod.spec) };
  return {
    ...foreignPart(previous),
    phase,
    conditions,
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    ...failure,
    hostIP: node.ip,
    hostIPs: node.hostIPs,
    ...(ip && { podIP: ip, podIPs: [{ ip }] }),
    startTime,
    ...(inits.length > 0 && { initContainerStatuses: inits.map(containerStatus) }),
    containerStatuses: (worker.isSorted ? mains : mains.toSorted(byName)).map(containerStatus),
    qosClass: previous?.qosClass ?? qosClass(pod.spec),
  };
}

/** Fields that other components write. */
const foreign = ['nominatedNodeName', 'resourceClaimStatuses', 'extendedResourceClaimStatus', 'resize'] as const;
const nothing: PodStatus = {};
function foreignPart(previous: PodStatus | undefined): PodStatus {
  if (!previous || !foreign.some((field) => previous[field] !== undefined)) return nothing;
  return Object.fromEntries(foreign.filter((field) => previous[field] !== undefined).map((field) => [field, previous[field]]));
}

export const byName = (a: ContainerWorker, b: ContainerWorker): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const noState: ContainerState = {};

function containerStatus(container: ContainerWorker): ContainerStatus {
  const { spec, state, restarts, imageID, containerID, moment: { context }, lastTermination, role } = container;
  return {
    ...fixedPart(spec),
    ...(containerID && { containerID }),
    imageID: containerID ? imageID : '',
    lastState: lastTermination ? { terminated: lastTermination } : noState,
    ready: role === 'init' ? state.terminated?.exitCode === 0 : context.ready,
    restartCount: restarts,
    started: context.started,
    state,
  };
}

type Fixed = Pick<ContainerStatus, 'name' | 'image' | 'resources' | 'allocatedResources' | 'volumeMounts'>;
const fixedParts = new WeakMap<Container, Fixed>();

/** What a container's status repeats of its spec: the same for all pods of a template. */
function fixedPart(spec: Container): Fixed {
  const known = fixedParts.get(spec);
  if (known) return known;
  const requests = spec.resources?.requests;
  const mounts = spec.volumeMounts?.map(({ mountPath, name, readOnly }) => ({ mountPath, name, ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }) }));
  const fixed: Fixed = {
    name: spec.name, image: canonicalName(spec.image ?? ''),
    ...(requests && { allocatedResources: requests }), ...(spec.resources && { resources: spec.resources }), ...(mounts && { volumeMounts: mounts }),
  };
  fixedParts.set(spec, fixed);
  return fixed;
}
