/** Names that Kubernetes gives a meaning: labels, annotations, taints, finalizers. */
export const labels = {
  hostname: 'kubernetes.io/hostname',
  zone: 'topology.kubernetes.io/zone',
  region: 'topology.kubernetes.io/region',
  arch: 'kubernetes.io/arch',
  os: 'kubernetes.io/os',
  instanceType: 'node.kubernetes.io/instance-type',
  excludeBalancers: 'node.kubernetes.io/exclude-from-external-load-balancers',
  /** Followed by the role: `node-role.kubernetes.io/control-plane`. */
  nodeRolePrefix: 'node-role.kubernetes.io/',
  nodeRole: 'kubernetes.io/role',
  controlPlane: 'node-role.kubernetes.io/control-plane',
  namespaceName: 'kubernetes.io/metadata.name',
  podTemplateHash: 'pod-template-hash',
  serviceName: 'kubernetes.io/service-name',
  sliceManagedBy: 'endpointslice.kubernetes.io/managed-by',
  headlessService: 'service.kubernetes.io/headless',
  serviceProxyName: 'service.kubernetes.io/service-proxy-name',
} as const;

export const annotations = {
  revision: 'deployment.kubernetes.io/revision',
  revisionHistory: 'deployment.kubernetes.io/revision-history',
  desiredReplicas: 'deployment.kubernetes.io/desired-replicas',
  maxReplicas: 'deployment.kubernetes.io/max-replicas',
  changeCause: 'kubernetes.io/change-cause',
  lastApplied: 'kubectl.kubernetes.io/last-applied-configuration',
  restartedAt: 'kubectl.kubernetes.io/restartedAt',
  podDeletionCost: 'controller.kubernetes.io/pod-deletion-cost',
  limitRanger: 'kubernetes.io/limit-ranger',
  mirrorPod: 'kubernetes.io/config.mirror',
  configHash: 'kubernetes.io/config.hash',
  configSource: 'kubernetes.io/config.source',
  serviceAccountName: 'kubernetes.io/service-account.name',
  defaultContainer: 'kubectl.kubernetes.io/default-container',
  lastChangeTriggerTime: 'endpoints.kubernetes.io/last-change-trigger-time',
} as const;

export const taints = {
  notReady: 'node.kubernetes.io/not-ready',
  unreachable: 'node.kubernetes.io/unreachable',
  unschedulable: 'node.kubernetes.io/unschedulable',
  memoryPressure: 'node.kubernetes.io/memory-pressure',
  diskPressure: 'node.kubernetes.io/disk-pressure',
  pidPressure: 'node.kubernetes.io/pid-pressure',
  networkUnavailable: 'node.kubernetes.io/network-unavailable',
  controlPlane: 'node-role.kubernetes.io/control-plane',
  outOfService: 'node.kubernetes.io/out-of-service',
} as const;

export const finalizers = { kubernetes: 'kubernetes', foreground: 'foregroundDeletion', orphan: 'orphan' } as const;
