import { badRequest, conflict, invalid, invalidValue, type FieldError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import { Nodes } from '../../kinds/core/node';
import { Pods } from '../../kinds/core/pod';
import { Secrets } from '../../kinds/core/secret';
import { ServiceAccounts } from '../../kinds/core/serviceaccount';
import type { Kind } from '../../kinds/define';
import { timestamp } from '../../lib/timestamp';
import { definitionOf } from '../../schema/facts';
import type { AuthenticationV1TokenRequest, BoundObjectReference, Pod, ServiceAccount } from '../../schema/types';
import { serviceAccountIssuer, type BoundClaim, type Claims } from '../authentication/token-issuer';
import { nameOf, namespaceOf, type Scope } from '../context';
import { decodeBody } from '../decode';
import { owned } from '../ownership/record';
import { represented } from '../verbs/read';
import { noted } from '../write';
import { judgePosted } from './posted';

const about = { resource: 'tokenrequests.authentication.k8s.io', kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1' };
const definition = definitionOf(about);
const { facts, namespaced } = ServiceAccounts;
/** The kind of the subresource's body. */
const tokenRequests: Kind = { ...about, apiVersion: `${about.group}/${about.version}`, facts, namespaced, awaitsController: false, ...(definition !== undefined && { definition }) };

const defaultSeconds = 3_600;
const leastSeconds = 600;
const mostSeconds = 2 ** 32;
/** What kubelets ask for when nobody says otherwise; such tokens live longer, and clients that do not reload them are only warned of. */
const warnedSeconds = 3_607;
const extendedSeconds = 365 * 24 * 3_600;

type Bound = Pick<Claims['kubernetes.io'], 'pod' | 'secret' | 'node'>;

/** serviceaccounts/token: makes a token of the account. It is not stored. */
export function requestToken(scope: Scope): ApiResponse {
  const { context: { storage, scheduler, tokenIssuer }, request } = scope;
  const [namespace = '', name] = [namespaceOf(scope), nameOf(scope)];
  const draft: AuthenticationV1TokenRequest = decodeBody(scope, tokenRequests, request.body);
  const account = storage.get(ServiceAccounts, namespace, name) as ServiceAccount;   // stored under its kind
  const given = draft.spec ?? {};
  const audiences = given.audiences?.length ? given.audiences : [serviceAccountIssuer];
  const expirationSeconds = given.expirationSeconds ?? defaultSeconds;
  const { boundObjectRef } = given;
  const errors = [...tokenErrors(expirationSeconds)];
  if (errors.length > 0) throw invalid(about, '', errors);
  judgePosted(scope, 'token', about, draft);
  const bound = boundObjectRef ? boundBy(scope, account, boundObjectRef) : {};
  const now = Math.floor(scheduler.now() / 1_000);
  const isExtended = expirationSeconds === warnedSeconds && bound.pod !== undefined && !given.audiences?.length;
  const token = tokenIssuer.sign({
    aud: audiences, exp: now + (isExtended ? extendedSeconds : expirationSeconds), iat: now, iss: serviceAccountIssuer, jti: tokenIssuer.nextId(),
    'kubernetes.io': { namespace, ...bound, serviceaccount: claimOf(account), ...(isExtended && { warnafter: now + warnedSeconds }) },
    nbf: now, sub: `system:serviceaccount:${namespace}:${name}`,
  });
  const { uid } = account.metadata;
  const object = {
    kind: about.kind, apiVersion: tokenRequests.apiVersion,
    metadata: { name, namespace, uid, creationTimestamp: timestamp(scheduler.now()) }, spec: given,
  } as unknown as KubeObject;   // like any other but for the resourceVersion: it is not stored
  const asRequest = { ...scope, kind: tokenRequests };
  const { metadata } = represented(asRequest, owned(object, noted(asRequest, object))) as KubeObject;
  const spec = { audiences, expirationSeconds, boundObjectRef: boundObjectRef ?? null };
  const status = { token, expirationTimestamp: timestamp((now + expirationSeconds) * 1_000) };
  return { code: 201, body: { ...object, metadata, spec, status }, warnings: scope.warnings };
}

function* tokenErrors(expirationSeconds: number): Generator<FieldError> {
  const at = 'spec.expirationSeconds';
  if (expirationSeconds < leastSeconds) yield invalidValue(at, expirationSeconds, 'may not specify a duration less than 10 minutes');
  if (expirationSeconds > mostSeconds) yield invalidValue(at, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
}

const claimOf = ({ metadata: { name, uid } }: KubeObject): BoundClaim => ({ name, uid });

/** The object with which the token shall end. Throws NotFound, Conflict, BadRequest. */
function boundBy({ context: { storage } }: Scope, account: ServiceAccount, { kind = '', apiVersion = '', name = '', uid }: BoundObjectReference): Bound {
  const { name: accountName, namespace } = account.metadata;
  const isCore = apiVersion === 'v1';
  if (isCore && kind === 'Pod') {
    const pod = storage.get(Pods, namespace, name) as Pod;   // stored under its kind
    if (pod.spec.serviceAccountName !== accountName)
      throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(accountName)} to pod running with different serviceaccount name.`);
    const node = pod.spec.nodeName ? storage.find(Nodes, undefined, pod.spec.nodeName) : undefined;
    return { ...(node && { node: claimOf(node) }), pod: checked(Pods, pod, uid) };
  }
  if (isCore && kind === 'Node') return { node: checked(Nodes, storage.get(Nodes, undefined, name), uid) };
  if (isCore && kind === 'Secret') return { secret: checked(Secrets, storage.get(Secrets, namespace, name), uid) };
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
}

function checked(kind: Kind, object: KubeObject, uid: string | undefined): BoundClaim {
  const claim = claimOf(object);
  if (uid && uid !== claim.uid)
    throw conflict(kind, claim.name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`);
  return claim;
}
