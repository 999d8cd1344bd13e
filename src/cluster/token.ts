import { StatusError } from '../api/status';
import type { ApiServer } from '../api/types';
import { nodeUser } from '../apiserver/authorization/node';
import { Pods } from '../kinds/core/pod';
import { isObject } from '../lib/json';
import { parseTime } from '../lib/time';
import type { Pod } from '../schema/types';

/** A token is renewed when this much of its life is over, as kubelets do it. */
const renewedAt = 0.8;
/** More tokens than this are not kept. */
const mostKept = 2_000;

type Kept = { readonly token: string; readonly renewAtMs: number };

/** How kubelets come by the tokens that containers read: asked of the API server as the pod's node, and kept until most of their life is over. */
export function podTokens(server: ApiServer, now: () => number): (pod: Pod, expirationSeconds: number, audience: string | undefined) => string {
  const kept = new Map<string, Kept>();
  return ({ metadata: { name, namespace, uid }, spec: { serviceAccountName = 'default', nodeName = '' } }, expirationSeconds, audience) => {
    const key = `${uid} ${audience ?? ''} ${expirationSeconds}`;
    const known = kept.get(key);
    if (known && now() < known.renewAtMs) return known.token;
    const { body } = server.call({
      verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace, name: serviceAccountName, user: nodeUser(nodeName),
      body: {
        apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest',
        spec: { expirationSeconds, audiences: audience ? [audience] : [], boundObjectRef: { kind: Pods.kind, apiVersion: Pods.apiVersion, name, uid } },
      },
    });
    const status = isObject(body) && isObject(body['status']) ? body['status'] : {};
    const { token, expirationTimestamp } = status;
    if (typeof token !== 'string' || typeof expirationTimestamp !== 'string') throw new StatusError('', 'the token request was answered without a token');
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, { token, renewAtMs: now() + renewedAt * (parseTime(expirationTimestamp) - now()) });
    return token;
  };
}
