import { base64url } from '../lib/base64';
import { hmacSha256 } from '../lib/sha256';
import type { Pod } from '../schema/types';

const encoded = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

/** Signs service account tokens: JWTs with upstream's claims. The signature is keyed by the cluster's seed: these tokens open this cluster only. */
export function tokenSigner(seed: number, now: () => number): (pod: Pod, expirationSeconds: number, audience: string | undefined) => string {
  return ({ metadata: { name, namespace, uid }, spec: { serviceAccountName = 'default' } }, expirationSeconds, audience = 'https://kubernetes.default.svc.cluster.local') => {
    const issuedAt = Math.floor(now() / 1_000);
    const claims = {
      aud: [audience],
      exp: issuedAt + expirationSeconds,
      iat: issuedAt,
      iss: 'https://kubernetes.default.svc.cluster.local',
      'kubernetes.io': { namespace, pod: { name, uid }, serviceaccount: { name: serviceAccountName } },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${serviceAccountName}`,
    };
    const text = `${encoded({ alg: 'HS256', kid: 'podarium' })}.${encoded(claims)}`;
    return `${text}.${base64url(hmacSha256(`podarium ${seed}`, text))}`;
  };
}
