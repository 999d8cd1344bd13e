import type { KubeObject, User } from '../../api/types';
import { StatusError } from '../../api/status';
import { Nodes } from '../../kinds/core/node';
import { Pods } from '../../kinds/core/pod';
import { Secrets } from '../../kinds/core/secret';
import { ServiceAccounts } from '../../kinds/core/serviceaccount';
import type { Kind } from '../../kinds/define';
import { parseTime } from '../../lib/time';
import type { Storage } from '../storage';
import { serviceAccountIssuer, type BoundClaim, type Claims, type TokenIssuer } from './token-issuer';

/** Who asks without credentials. */
export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
export const authenticatedGroup = 'system:authenticated';

/** Bearer tokens that stand for users. */
export type StaticTokens = Readonly<Record<string, User>>;
export type Authenticated = { readonly user: User; readonly audiences: readonly string[] };

/** A pod that is going may use its token for this long after its grace period. */
const leewayMs = 60_000;
const webSocketToken = 'base64url.bearer.authorization.k8s.io.';
const extra = (name: string): string => `authentication.kubernetes.io/${name}`;

/** Finds out who asks: by bearer token, or nobody in particular. */
export class Authenticator {
  constructor(
    private readonly tokens: StaticTokens,
    private readonly issuer: TokenIssuer,
    private readonly storage: Storage,
    private readonly now: () => number,
  ) {}

  /** Of the headers of a request, named in lower case. Throws Unauthorized for a token that is not good. */
  authenticate(headers: Readonly<Record<string, string>>): User {
    const token = bearerToken(headers);
    if (token === undefined) return anonymous;
    const answer = this.review(token, [serviceAccountIssuer]);
    if (typeof answer === 'string') throw new StatusError('Unauthorized', 'Unauthorized');
    return answer.user;
  }

  /** Whom a token stands for with one of `audiences`, or what is wrong with it in upstream's words. */
  review(token: string, audiences: readonly string[]): Authenticated | string {
    const known = Object.hasOwn(this.tokens, token) ? this.tokens[token] : undefined;
    if (known) {
      const groups = known.groups.includes(authenticatedGroup) ? known.groups : [...known.groups, authenticatedGroup];
      return { user: groups === known.groups ? known : { ...known, groups }, audiences };
    }
    const claims = this.issuer.read(token);
    if (!claims) return 'invalid bearer token';
    const held = audiences.filter((audience) => claims.aud.includes(audience));
    const problem = held.length === 0
      ? `token audiences ${JSON.stringify(claims.aud)} is invalid for the target audiences ${JSON.stringify(audiences)}`
      : this.#problem(claims);
    return problem === undefined ? { user: userOf(claims), audiences: held } : `[invalid bearer token, ${problem}]`;
  }

  #problem({ exp, nbf, 'kubernetes.io': { namespace, serviceaccount, pod, secret, node } }: Claims): string | undefined {
    const nowSeconds = this.now() / 1_000;
    if (nowSeconds >= exp) return 'service account token has expired';
    if (nowSeconds < nbf) return 'service account token is not valid yet';
    if (!this.#isThere(ServiceAccounts, namespace, serviceaccount)) return 'service account token has been invalidated';
    if (pod && !this.#isThere(Pods, namespace, pod)) return 'service account token has been invalidated';
    if (secret && !this.#isThere(Secrets, namespace, secret)) return 'service account token has been invalidated';
    // A pod's token may outlive its node's object; a token that is bound to the node may not.
    if (node && !pod && !this.#isThere(Nodes, undefined, node)) return 'service account token has been invalidated';
    return undefined;
  }

  #isThere(kind: Kind, namespace: string | undefined, { name, uid }: BoundClaim): boolean {
    const found: KubeObject | undefined = this.storage.find(kind, namespace, name);
    if (!found || found.metadata.uid !== uid) return false;
    const { deletionTimestamp } = found.metadata;
    return deletionTimestamp === undefined || this.now() < parseTime(deletionTimestamp) + leewayMs;
  }
}

function bearerToken(headers: Readonly<Record<string, string>>): string | undefined {
  const [scheme = '', token = ''] = (headers['authorization'] ?? '').trim().split(/\s+/);
  if (scheme.toLowerCase() === 'bearer' && token !== '') return token;
  const protocol = headers['sec-websocket-protocol']?.split(',').map((each) => each.trim()).find((each) => each.startsWith(webSocketToken));
  return protocol === undefined ? undefined : atob(protocol.slice(webSocketToken.length).replaceAll('-', '+').replaceAll('_', '/'));
}

/** A service account as a user. */
export const serviceAccountUser = (namespace: string, name: string): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, authenticatedGroup],
});

function userOf({ jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: Claims): User {
  return {
    ...serviceAccountUser(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    extra: {
      [extra('credential-id')]: [`JTI=${jti}`],
      ...(node && { [extra('node-name')]: [node.name], [extra('node-uid')]: [node.uid] }),
      ...(pod && { [extra('pod-name')]: [pod.name], [extra('pod-uid')]: [pod.uid] }),
    },
  };
}
