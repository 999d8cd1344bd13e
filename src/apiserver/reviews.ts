import { badRequest, invalid, invalidValue, noSuchResource } from '../api/status';
import type { ApiResponse } from '../api/types';
import { isObject } from '../lib/json';
import { timestamp } from '../lib/timestamp';
import type { Scope } from './context';
import { decodeBody } from './decode';

/** Everybody may do everything: the authorization mode is AlwaysAllow. */
const allowed = { allowed: true };
const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};

type Spec = Readonly<Record<string, unknown>>;
type Review = (scope: Scope, spec: Spec) => unknown;

/** Kinds that are asked and answered, and never stored, with the status each gets. */
const reviews: Readonly<Record<string, Review>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': access,
  'subjectaccessreviews.authorization.k8s.io': accessOfOthers,
  'localsubjectaccessreviews.authorization.k8s.io': accessOfOthers,
  'selfsubjectrulesreviews.authorization.k8s.io': (_scope, spec) => {
    if (!spec['namespace']) throw badRequest('no namespace on request');
    return everything;
  },
  'selfsubjectreviews.authentication.k8s.io': ({ request: { user: { name, groups, extra } } }) => ({ userInfo: { username: name, groups, ...(extra && { extra }) } }),
};

export const isReview = ({ facts: { verbs } }: Scope['kind']): boolean => verbs.length === 1 && verbs[0] === 'create';

/** Answers a review. Throws NotFound for one that is not emulated: it must not look as if it were stored. */
export function review(scope: Scope): ApiResponse {
  const { kind, request, context: { scheduler } } = scope;
  const answer = reviews[kind.resource];
  if (!answer) throw noSuchResource();
  const { metadata: _metadata, ...asked } = decodeBody(scope, kind, request.body);
  const spec = 'spec' in asked && isObject(asked.spec) ? asked.spec : {};
  const status = answer(scope, spec);
  const metadata = { ...(request.namespace !== undefined && { namespace: request.namespace }), creationTimestamp: timestamp(scheduler.now()) };
  return { code: 201, body: { ...asked, kind: kind.kind, apiVersion: kind.apiVersion, metadata, status }, warnings: scope.warnings };
}

function access({ kind }: Scope, { resourceAttributes, nonResourceAttributes }: Spec): unknown {
  const about = { resource: '', kind: '', group: kind.group };
  if (!resourceAttributes && !nonResourceAttributes)
    throw invalid(about, '', [invalidValue('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')]);
  if (resourceAttributes && isObject(nonResourceAttributes)) {
    const { path, verb } = nonResourceAttributes;
    throw invalid(about, '', [invalidValue('spec.nonResourceAttributes', { Path: path, Verb: verb }, 'cannot be specified in combination with resourceAttributes')]);
  }
  return allowed;
}

function accessOfOthers(scope: Scope, spec: Spec): unknown {
  const groups = spec['groups'];
  if (!spec['user'] && !(Array.isArray(groups) && groups.length > 0))
    throw invalid({ resource: '', kind: '', group: scope.kind.group }, '', [invalidValue('spec.user', '', 'at least one of user or group must be specified')]);
  return access(scope, spec);
}
