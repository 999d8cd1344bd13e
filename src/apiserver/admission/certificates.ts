import { forbidden } from '../../api/status';
import type { KubeObject, User } from '../../api/types';
import { CertificateSigningRequests, requestedBytes } from '../../kinds/certificates/certificatesigningrequest';
import { equal } from '../../lib/equality';
import { organizationsOf } from '../../lib/pem';
import { timestamp } from '../../lib/timestamp';
import type { CertificateSigningRequest } from '../../schema/types';
import type { Authorizer } from '../authorization/types';
import type { Admission } from './types';

const group = 'certificates.k8s.io';
const resources = [CertificateSigningRequests.resource];
const isRequest = (object: KubeObject | undefined): object is CertificateSigningRequest => object?.kind === CertificateSigningRequests.kind;

/** May the user do this with requests for the signer, by its name or for its whole domain? */
function mayWithSigner(authorizer: Authorizer, user: User, verb: string, signerName: string): boolean {
  const may = (name: string): boolean => authorizer.authorize({ user, verb, group, version: '*', resource: 'signers', name }).allowed;
  return may(signerName) || may(`${signerName.split('/', 1)[0] ?? ''}/*`);
}

/** What the strategy of requests does with the user and the time: who asks is written down, and when conditions came. */
export const certificateRequestor: Admission = {
  name: 'CertificateRequestor',
  resources,
  mutate(object, { operation, subresource, user, previous, now }) {
    if (!isRequest(object)) return object;
    if (operation === 'create') {
      const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = object.spec;
      const { name, uid, groups, extra } = user;
      return { ...object, spec: { ...spec, username: name, ...(uid && { uid }), groups, ...(extra && { extra }) } };
    }
    return subresource === undefined ? object : withTimes(object, isRequest(previous) ? previous : undefined, timestamp(now));
  },
};

function withTimes(object: CertificateSigningRequest, previous: CertificateSigningRequest | undefined, now: string): CertificateSigningRequest {
  const conditions = object.status?.conditions?.map((condition) => {
    const before = previous?.status?.conditions?.find(({ type }) => type === condition.type);
    const lastTransitionTime = condition.lastTransitionTime ?? (before?.status === condition.status ? before.lastTransitionTime : undefined) ?? now;
    return { ...condition, lastUpdateTime: condition.lastUpdateTime ?? now, lastTransitionTime };
  });
  return conditions ? { ...object, status: { ...object.status, conditions } } : object;
}

export const certificateApproval = (authorizer: Authorizer): Admission => ({
  name: 'CertificateApproval',
  resources,
  validate({ operation, kind, name, subresource, user, previous }) {
    if (operation !== 'update' || subresource !== 'approval' || !isRequest(previous)) return;
    const { signerName } = previous.spec;
    if (!mayWithSigner(authorizer, user, 'approve', signerName)) throw forbidden(kind, name, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
  },
});

export const certificateSigning = (authorizer: Authorizer): Admission => ({
  name: 'CertificateSigning',
  resources,
  validate({ operation, kind, name, subresource, user, object, previous }) {
    if (operation !== 'update' || subresource !== 'status' || !isRequest(previous) || !isRequest(object)) return;
    if (object.status?.certificate === previous.status?.certificate && equal(object.status?.conditions ?? [], previous.status?.conditions ?? [])) return;
    const { signerName } = previous.spec;
    if (!mayWithSigner(authorizer, user, 'sign', signerName)) throw forbidden(kind, name, `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`);
  },
});

/** Nobody becomes a member of system:masters by a certificate. */
export const certificateSubjectRestriction: Admission = {
  name: 'CertificateSubjectRestriction',
  resources,
  validate({ operation, kind, name, subresource, object }) {
    if (operation !== 'create' || subresource !== undefined || !isRequest(object) || object.spec.signerName !== 'kubernetes.io/kube-apiserver-client') return;
    const der = requestedBytes(object);
    if (der && organizationsOf(der).includes('system:masters'))
      throw forbidden(kind, name, 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed');
  },
};
