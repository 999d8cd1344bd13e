/** Upstream's defaults of the flags by these names. */
export const settings = {
  scanIntervalMs: 10_000,
  scaleDownDelayAfterAddMs: 600_000,
  scaleDownUnneededTimeMs: 600_000,
  scaleDownUtilizationThreshold: 0.5,
} as const;

export const toBeDeletedTaint = 'ToBeDeletedByClusterAutoscaler';
export const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
export const scaleDownDisabled = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';
