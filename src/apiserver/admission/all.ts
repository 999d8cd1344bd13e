import type { Random } from '../../sim/random';
import { escalationCheck } from '../authorization/escalation';
import { alwaysAllow, type Authorizer } from '../authorization/types';
import { certificateApproval, certificateRequestor, certificateSigning, certificateSubjectRestriction } from './certificates';
import { persistentVolumeClaimResize } from './claim-resize';
import { defaultIngressClass, defaultStorageClass } from './default-classes';
import { limitRanger } from './limit-ranger/limit-ranger';
import { mutatingAdmissionPolicies } from './mutating-policies';
import type { FirstAdmission } from './first';
import { nodeRestriction } from './node-restriction';
import { podSecurity } from './pod-security/pod-security';
import { resourceQuota } from './resource-quota';
import { runtimeClass } from './runtime-class';
import type { WebhookCaller } from '../webhooks/caller';
import { mutatingWebhooks, validatingWebhooks } from './admission-webhooks';
import type { Admission } from './types';
import { validatingAdmissionPolicies } from './validating-policies';

const noWebhooks: WebhookCaller = () => ({ failure: 'no webhook can be called here' });

/** The default plugins in upstream's order, as far as they are emulated; `first` are those that are there already. */
export const defaultAdmission = (first: FirstAdmission, random: Random, authorizer: Authorizer = alwaysAllow, webhooks: WebhookCaller = noWebhooks): readonly Admission[] => [
  first.namespaceLifecycle,
  limitRanger,
  first.serviceAccount,
  nodeRestriction,
  first.taintNodesByCondition,
  podSecurity,
  first.priority,
  first.defaultTolerationSeconds,
  defaultStorageClass,
  first.storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateRequestor,
  certificateApproval(authorizer),
  certificateSigning(authorizer),
  certificateSubjectRestriction,
  defaultIngressClass,
  first.podTopologyLabels,
  mutatingAdmissionPolicies(),
  mutatingWebhooks({ call: webhooks, uids: random.stream('admission-reviews') }),
  validatingAdmissionPolicies(),
  validatingWebhooks({ call: webhooks, uids: random.stream('admission-reviews-judging') }),
  resourceQuota(),
  escalationCheck(authorizer),
];
