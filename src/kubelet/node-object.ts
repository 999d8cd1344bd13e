import { hexDigits } from '../containers/fingerprint';
import { labels as wellKnown } from '../kinds/core/well-known';
import type { Draft } from '../api/types';
import { timestamp } from '../lib/timestamp';
import type { Node, NodeCondition, NodeStatus } from '../schema/types';
import type { NodeWorker } from './node-worker';

/** What the kubelet registers, before anything was posted about it. */
export function nodeDraft(worker: NodeWorker, now: number): Draft<Node> {
  const { name, config } = worker;
  return {
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'linux', [wellKnown.arch]: 'amd64', [wellKnown.hostname]: name, [wellKnown.os]: 'linux', ...config.labels,
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: config.taints?.length ? { taints: config.taints } : {},
    status: nodeStatus(worker, undefined, now),
  };
}

type Amounts = NonNullable<NodeStatus['capacity']>;
/** Extended resources that somebody else put into the status stay: the kubelet knows nothing of them. */
function withExtended(own: Amounts, posted: Amounts = own): Amounts {
  const extended = Object.entries(posted).filter(([name]) => name.includes('/') && own[name] === undefined);
  return extended.length === 0 ? own : { ...own, ...Object.fromEntries(extended) };
}

/** The node's status; what others keep in it (attached volumes, extended resources) stays. */
export function nodeStatus(worker: NodeWorker, previous: NodeStatus | undefined, now: number): NodeStatus {
  const { name, ip, capacity, allocatable, images, version, volumes: { inUse } } = worker;
  const { volumesInUse: _before, ...kept } = previous ?? {};
  return {
    ...kept, ...(inUse && { volumesInUse: inUse }),
    addresses: previous?.addresses ?? [{ type: 'InternalIP', address: ip }, { type: 'Hostname', address: name }],
    allocatable: withExtended(allocatable, previous?.allocatable), capacity: withExtended(capacity, previous?.capacity),
    conditions: nodeConditions(worker, previous, now),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: [...images.present].map(([tagged, { imageID, sizeBytes }]) => ({ names: [imageID, tagged], sizeBytes })).sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 50),
    nodeInfo: previous?.nodeInfo?.kubeletVersion === version ? previous.nodeInfo : nodeInfo(name, version),
  };
}

type Finding = { readonly status: 'True' | 'False'; readonly reason: string; readonly message: string };

const healthy: Readonly<Record<string, Finding>> = {
  MemoryPressure: { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  DiskPressure: { status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  PIDPressure: { status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  Ready: { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
};
const noNetwork: Finding = {
  status: 'False', reason: 'KubeletNotReady',
  message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
};

function nodeConditions(worker: NodeWorker, previous: NodeStatus | undefined, now: number): readonly NodeCondition[] {
  const at = timestamp(now);
  const before = new Map(previous?.conditions?.map((condition) => [condition.type, condition]));
  const own = Object.entries(healthy).map(([type, good]) => {
    const { status, reason, message } = type === 'Ready' && !worker.isReady ? noNetwork : good;
    const known = before.get(type);
    before.delete(type);
    const since = known?.status === status && known.lastTransitionTime ? known.lastTransitionTime : at;
    return { type, status, lastHeartbeatTime: at, lastTransitionTime: since, reason, message };
  });
  return [...before.values(), ...own];
}

const nodeInfo = (name: string, kubeletVersion: string) => {
  const id = hexDigits(`node ${name}`, 32);
  return {
    architecture: 'amd64', bootID: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20, 32)}`, containerRuntimeVersion: 'containerd://2.2.1',
    kernelVersion: '6.12.57', kubeProxyVersion: '', kubeletVersion, machineID: id, operatingSystem: 'linux', osImage: 'Podarium (simulated)',
    systemUUID: `${id.slice(24, 32)}-${id.slice(20, 24)}-4${id.slice(17, 20)}-b${id.slice(9, 12)}-${id.slice(0, 12)}`,
  };
};
