/** Upstream's defaults of the flags by these names. */
export const settings = {
  scanIntervalMs: 10_000,
  scaleDownDelayAfterAddMs: 600_000,
  scaleDownUnneededTimeMs: 600_000,
  scaleDownUtilizationThreshold: 0.5,
  /** Nodes that are taken away at a time, and of these such that must be emptied first. */
  maxScaleDownParallelism: 10,
  maxDrainParallelism: 1,
  /** Nodes that are marked as candidates in one scan. */
  maxBulkSoftTaintCount: 10,
} as const;

export const toBeDeletedTaint = 'ToBeDeletedByClusterAutoscaler';
/** On nodes that nobody needs now: the scheduler takes others first. */
export const candidateTaint = 'DeletionCandidateOfClusterAutoscaler';
export const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
/** Names of volumes, with commas between, that may be lost with the pod. */
export const safeToEvictVolumes = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
export const scaleDownDisabled = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';
