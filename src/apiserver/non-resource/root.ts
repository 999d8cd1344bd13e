import type { NonResource } from './types';
import { groupsOf } from './groups';
import { healthPaths } from './health';

const fixed = ['/.well-known/openid-configuration', '/api', '/api/v1', '/apis', '/apis/', '/metrics', '/openapi/v3', '/openapi/v3/', '/openid/v1/jwks', '/version', ...healthPaths];

/** `/`: every path that can be asked without naming a resource. */
export const rootPaths: NonResource = ({ kinds }, { path }) => {
  if (path !== '/' && path !== '') return undefined;
  const groups = groupsOf(kinds).filter(({ group }) => group !== '');
  const discovery = groups.flatMap(({ group, versions }) => [`/apis/${group}`, ...versions.map(({ groupVersion }) => `/apis/${groupVersion}`)]);
  return { code: 200, body: { paths: [...fixed, ...discovery].sort() } };
};
