import type { LocalClient } from '../../api/local-client';
import { defineKind } from '../../kinds/define';
import { unlessGone } from '../../runtime/claim';
import { defineController, type AnyController } from '../../runtime/controller';
import type { CertificateSigningRequest, SubjectAccessReview } from '../../schema/types';
import { judges } from './judge';
import { bytesOf, conditionOf, requests, signers, type Certificates } from './requests';

const reviews = defineKind<SubjectAccessReview>('subjectaccessreviews.authorization.k8s.io');
/** What a kubelet must be allowed for its request to be approved without anybody's hand: for itself, or for any node. */
const recognized = [
  { subresource: 'selfnodeclient', message: 'Auto approving self kubelet client certificate after SubjectAccessReview.', isSelf: true },
  { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.', isSelf: false },
] as const;
/** A request whose sender was not allowed to is looked at again: rights come and go. */
const retryMs = 60_000;

/** Approves what kubelets ask to be clients of the API server with, where RBAC lets them. */
export const certificateApprovingController = (certificates: () => Certificates): AnyController => defineController<CertificateSigningRequest>({
  name: 'csrapproving',
  for: requests,
  concerns: ({ spec }) => spec.signerName === signers.kubeletClient,
  reconcile(name, { informer, api }) {
    const csr = informer(requests).get(name);
    if (!csr || csr.status?.certificate || conditionOf(csr, 'Approved') || conditionOf(csr, 'Denied')) return undefined;
    const commonName = kubeletOf(csr, certificates());
    if (commonName === undefined) return undefined;
    const found = recognized.find(({ subresource, isSelf }) => (!isSelf || csr.spec.username === commonName) && mayAsk(api, csr, subresource));
    if (!found) return { requeueAfterMs: retryMs };
    const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message: found.message };
    unlessGone(() => api.update(requests, { ...csr, status: { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] } }, 'approval'));
    return undefined;
  },
});

/** The name of the node's user; undefined for a request that is not that of a kubelet. */
function kubeletOf(csr: CertificateSigningRequest, { parse }: Certificates): string | undefined {
  try {
    const request = parse(bytesOf(csr));
    return judges[signers.kubeletClient]?.(request, csr.spec.usages ?? []) === undefined ? request.commonName : undefined;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function mayAsk(api: LocalClient, { spec: { username = '', uid, groups, extra } }: CertificateSigningRequest, subresource: string): boolean {
  const resourceAttributes = { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', version: '*', subresource };
  const review = api.create(reviews, { metadata: {}, spec: { user: username, ...(uid && { uid }), ...(groups && { groups }), ...(extra && { extra }), resourceAttributes } });
  return review.status?.allowed === true;
}
