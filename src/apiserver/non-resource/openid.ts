import { serviceAccountIssuer } from '../authentication/token-issuer';
import type { NonResource } from './types';

/** Where the API server can be reached by those who verify its tokens. */
const keySetUrl = `${serviceAccountIssuer}/openid/v1/jwks`;

/** OIDC discovery of the service account issuer: who issues tokens, and the keys that verify them. */
export const openId: NonResource = ({ tokenIssuer }, { path }) => {
  const maxAge = { 'cache-control': 'public, max-age=3600' };
  switch (path.replace(/\/$/, '')) {
    case '/.well-known/openid-configuration':
      return {
        code: 200, contentType: 'application/json', headers: maxAge,
        body: {
          issuer: serviceAccountIssuer, jwks_uri: keySetUrl, response_types_supported: ['id_token'],
          subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'],
        },
      };
    case '/openid/v1/jwks': return { code: 200, contentType: 'application/jwk-set+json', headers: maxAge, body: tokenIssuer.keySet() };
    default: return undefined;
  }
};
