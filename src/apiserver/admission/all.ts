import type { Random } from '../../sim/random';
import { escalationCheck } from '../authorization/escalation';
import { alwaysAllow, type Authorizer } from '../authorization/types';
import { persistentVolumeClaimResize } from './claim-resize';
import { defaultIngressClass, defaultStorageClass } from './default-classes';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { limitRanger } from './limit-ranger/limit-ranger';
import { namespaceLifecycle } from './namespace-lifecycle';
import { podSecurity } from './pod-security/pod-security';
import { podTopologyLabels } from './pod-topology-labels';
import { priority } from './priority';
import { resourceQuota } from './resource-quota';
import { runtimeClass } from './runtime-class';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use';
import { taintNodesByCondition } from './taint-nodes-by-condition';
import type { Admission } from './types';
import { validatingAdmissionPolicies } from './validating-policies';

/** The default plugins in upstream's order, as far as they are emulated. */
export const defaultAdmission = (random: Random, authorizer: Authorizer = alwaysAllow): readonly Admission[] => [
  namespaceLifecycle,
  limitRanger,
  serviceAccount(random.stream('volumes')),
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  defaultIngressClass,
  podTopologyLabels,
  validatingAdmissionPolicies(),
  resourceQuota(),
  escalationCheck(authorizer),
];
