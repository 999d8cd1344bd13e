import type { Draft } from '../api/types';
import { annotations } from '../kinds/core/well-known';
import { podDefaults } from '../kinds/core/pod-defaults';
import { hex, sha256 } from '../lib/sha256';
import { timestamp } from '../lib/timestamp';
import type { Pod } from '../schema/types';
import type { NodeWorker, StaticPod } from './node-worker';
import type { PodWorker } from './pod-worker';
import { nanoTimestamp } from './timestamps';

const configSeen = 'kubernetes.io/config.seen';

/** A manifest as the pod that its node runs: named after the node, and known by the hash of what it says. */
export function staticPod(manifest: StaticPod, { name: nodeName }: NodeWorker, now: number): Pod {
  const { metadata: { name, namespace = 'default', labels, annotations: own }, spec } = manifest;
  const hash = hex(sha256(JSON.stringify([manifest, nodeName]))).slice(0, 32);
  const tolerations = [...(spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }];
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name: `${name}-${nodeName}`, namespace, uid: hash, resourceVersion: '', creationTimestamp: timestamp(now), ...(labels && { labels }),
      annotations: { ...own, [annotations.configHash]: hash, [configSeen]: nanoTimestamp(now), [annotations.configSource]: 'file' },
    },
    spec: podDefaults({ ...spec, nodeName, tolerations }),
  };
}

/** What the API is given to show of it. */
export function mirrorDraft({ pod, node, uid }: PodWorker, nodeUid: string): Draft<Pod> {
  const { name, namespace, labels, annotations: own } = pod.metadata;
  return {
    metadata: {
      name, namespace, ...(labels && { labels }), annotations: { ...own, [annotations.mirrorPod]: uid },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: nodeUid, controller: true }],
    },
    spec: pod.spec,
  };
}

/** The hash of the static pod that this pod mirrors; undefined for all other pods. */
export const mirrored = ({ metadata }: Pod): string | undefined => metadata.annotations?.[annotations.mirrorPod];
