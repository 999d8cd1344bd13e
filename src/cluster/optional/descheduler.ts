import { descheduler, policyPlace } from '../../controllers/descheduler/controller';
import { ConfigMaps } from '../../kinds/core/configmap';
import { installed, optionalImages, type OptionalPart } from '../optional-part';
import { systemProgram } from './system-program';

/** The values that upstream's chart comes with. */
const policy = `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: default
  pluginConfig:
  - name: DefaultEvictor
    args:
      ignorePvcPods: true
      evictLocalStoragePods: true
      nodeFit: true
  - name: RemoveDuplicates
  - name: RemovePodsHavingTooManyRestarts
    args:
      podRestartThreshold: 100
      includingInitContainers: true
  - name: RemovePodsViolatingNodeAffinity
    args:
      nodeAffinityType:
      - requiredDuringSchedulingIgnoredDuringExecution
  - name: RemovePodsViolatingNodeTaints
  - name: RemovePodsViolatingInterPodAntiAffinity
  - name: RemovePodsViolatingTopologySpreadConstraint
  - name: LowNodeUtilization
    args:
      thresholds:
        cpu: 20
        memory: 20
        pods: 20
      targetThresholds:
        cpu: 50
        memory: 50
        pods: 50
  plugins:
    balance:
      enabled:
      - RemoveDuplicates
      - RemovePodsViolatingTopologySpreadConstraint
      - LowNodeUtilization
    deschedule:
      enabled:
      - RemovePodsHavingTooManyRestarts
      - RemovePodsViolatingNodeTaints
      - RemovePodsViolatingNodeAffinity
      - RemovePodsViolatingInterPodAntiAffinity
`;

export const deschedulerPart: OptionalPart = {
  name: 'descheduler',
  summary: 'Every five minutes: evicts pods that the scheduler would place elsewhere today',
  objects: [
    installed(ConfigMaps, { metadata: policyPlace, data: { 'policy.yaml': policy } }),
    ...systemProgram('descheduler', `${optionalImages.descheduler}:v0.36.0`, [
      { apiGroups: [''], resources: ['nodes', 'pods', 'configmaps'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    ]),
  ],
  inside: { [optionalImages.descheduler]: () => [descheduler] },
};
