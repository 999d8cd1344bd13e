/** Upstream's defaults of the controller manager's flags by these names. */
export const settings = {
  /** How often the health of nodes is looked at. */
  nodeMonitorPeriodMs: 5_000,
  /** How long a node may be silent before it is called unknown. */
  nodeMonitorGraceMs: 50_000,
  /** The same for a node whose kubelet has not reported at all yet. */
  nodeStartupGraceMs: 60_000,
  /** Nodes of one zone that are given up in a second. */
  nodeEvictionRate: 0.1,
  /** The same in a large zone of which too much is gone. */
  secondaryNodeEvictionRate: 0.01,
  /** Zones of so many nodes or fewer are not large: there nothing is given up when too much is gone. */
  largeClusterSizeThreshold: 50,
  /** From this share of nodes that are not ready on, a zone is disturbed. */
  unhealthyZoneThreshold: 0.55,
} as const;
