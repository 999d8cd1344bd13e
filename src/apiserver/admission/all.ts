import type { Random } from '../../sim/random';
import { escalationCheck } from '../authorization/escalation';
import { alwaysAllow, type Authorizer } from '../authorization/types';
import { certificateApproval, certificateRequestor, certificateSigning, certificateSubjectRestriction } from './certificates';
import { persistentVolumeClaimResize } from './claim-resize';
import { defaultIngressClass, defaultStorageClass } from './default-classes';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { limitRanger } from './limit-ranger/limit-ranger';
import { mutatingAdmissionPolicies } from './mutating-policies';
import { namespaceLifecycle } from './namespace-lifecycle';
import { nodeRestriction } from './node-restriction';
import { podSecurity } from './pod-security/pod-security';
import { podTopologyLabels } from './pod-topology-labels';
import { priority } from './priority';
import { resourceQuota } from './resource-quota';
import { runtimeClass } from './runtime-class';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use';
import { taintNodesByCondition } from './taint-nodes-by-condition';
import type { WebhookCaller } from '../webhooks/caller';
import { mutatingWebhooks, validatingWebhooks } from './admission-webhooks';
import type { Admission } from './types';
import { validatingAdmissionPolicies } from './validating-policies';

const noWebhooks: WebhookCaller = () => ({ failure: 'no webhook can be called here' });

/** The default plugins in upstream's order, as far as they are emulated. */
export const defaultAdmission = (random: Random, authorizer: Authorizer = alwaysAllow, webhooks: WebhookCaller = noWebhooks): readonly Admission[] => [
  namespaceLifecycle,
  limitRanger,
  serviceAccount(random.stream('volumes')),
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateRequestor,
  certificateApproval(authorizer),
  certificateSigning(authorizer),
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  mutatingAdmissionPolicies(),
  mutatingWebhooks({ call: webhooks, uids: random.stream('admission-reviews') }),
  validatingAdmissionPolicies(),
  validatingWebhooks({ call: webhooks, uids: random.stream('admission-reviews-judging') }),
  resourceQuota(),
  escalationCheck(authorizer),
];
