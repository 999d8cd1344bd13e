import { badRequest, invalid, invalidValue, noSuchResource } from '../api/status';
import type { ApiResponse, KubeObject, User } from '../api/types';
import { isObject, type JsonObject } from '../lib/json';
import { timestamp } from '../lib/timestamp';
import type { PolicyRule, UserInfo } from '../schema/types';
import { serviceAccountIssuer } from './authentication/token-issuer';
import type { Attributes } from './authorization/types';
import type { Scope } from './context';
import { decodeBody } from './decode';
import { represented } from './verbs/read';
import { noted } from './write';
import { owned } from './ownership/record';

type Spec = Readonly<Record<string, unknown>>;
/** What a review answers: its status, and its spec where that is not said back. */
type Reviewed = { readonly status: unknown; readonly spec?: JsonObject };
type Review = (scope: Scope, spec: Spec) => Reviewed;

/** Kinds that are asked and answered, and never stored. */
const reviews: Readonly<Record<string, Review>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': (scope, spec) => access(scope, spec, scope.request.user),
  'subjectaccessreviews.authorization.k8s.io': accessOfOthers,
  'localsubjectaccessreviews.authorization.k8s.io': localAccess,
  'selfsubjectrulesreviews.authorization.k8s.io': rulesReview,
  'selfsubjectreviews.authentication.k8s.io': ({ request: { user } }) => ({ status: { userInfo: userInfo(user) } }),
  'tokenreviews.authentication.k8s.io': tokenReview,
};

/** A user as reviews tell of one. */
export const userInfo = ({ name, uid, groups, extra }: User): UserInfo => ({ username: name, ...(uid && { uid }), groups, ...(extra && { extra }) });

/** Answers a review. Throws NotFound for one that is not emulated: it must not look as if it were stored. */
export function review(scope: Scope): ApiResponse {
  const { kind, request, context: { scheduler } } = scope;
  const answer = reviews[kind.resource];
  if (!answer) throw noSuchResource();
  const { metadata: _metadata, ...asked } = decodeBody(scope, kind, request.body);
  const spec = 'spec' in asked && isObject(asked.spec) ? asked.spec : {};
  const namespace = request.namespace === undefined ? {} : { namespace: request.namespace };
  const made = kind.resource.startsWith('selfsubjectreviews.') ? { creationTimestamp: timestamp(scheduler.now()) } : {};
  // Reviews have metadata only in form: nothing of it but who set the spec.
  const object = { ...asked, kind: kind.kind, apiVersion: kind.apiVersion, metadata: { ...namespace, ...made } } as KubeObject;
  const reviewed = answer(scope, spec);
  // Only what a client is given back was set by him.
  const { metadata } = reviewed.spec ? object : represented(scope, owned(object, noted(scope, object))) as KubeObject;
  return { code: 201, body: { ...object, metadata, ...reviewed }, warnings: scope.warnings };
}

/** What a SubjectAccessReview asks about, or what is wrong with it. */
function attributesIn({ kind }: Scope, { resourceAttributes, nonResourceAttributes }: Spec, user: User): Attributes {
  const about = { resource: '', kind: '', group: kind.group };
  if (!resourceAttributes && !nonResourceAttributes)
    throw invalid(about, '', [invalidValue('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')]);
  if (isObject(nonResourceAttributes)) {
    const [path, verb] = [textIn(nonResourceAttributes, 'path'), textIn(nonResourceAttributes, 'verb')];
    if (resourceAttributes)
      throw invalid(about, '', [invalidValue('spec.nonResourceAttributes', { Path: path, Verb: verb }, 'cannot be specified in combination with resourceAttributes')]);
    return { user, verb, path };
  }
  const of = isObject(resourceAttributes) ? resourceAttributes : {};
  const text = (name: string): string => textIn(of, name);
  return {
    user, verb: text('verb'), group: text('group'), version: text('version') || '*', resource: text('resource'), subresource: text('subresource') || undefined,
    namespace: text('namespace') || undefined, name: text('name') || undefined, fieldSelector: selectorIn(of['fieldSelector']),
  };
}

const textIn = (of: JsonObject, name: string): string => (typeof of[name] === 'string' ? of[name] : '');

/** A field selector as reviews write it, in the form of a query. */
function selectorIn(selector: unknown): string | undefined {
  if (!isObject(selector)) return undefined;
  if (typeof selector['rawSelector'] === 'string') return selector['rawSelector'];
  const requirements: readonly unknown[] = Array.isArray(selector['requirements']) ? selector['requirements'] : [];
  return requirements.flatMap((each) => (isObject(each) && each['operator'] === 'In' && Array.isArray(each['values']) ? [`${textIn(each, 'key')}=${String(each['values'][0])}`] : [])).join(',');
}

function access(scope: Scope, spec: Spec, user: User): Reviewed {
  const { allowed, denied, reason } = scope.context.authorizer.authorize(attributesIn(scope, spec, user));
  return { status: { allowed, ...(denied && { denied }), ...(reason && { reason }) } };
}

const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);

function accessOfOthers(scope: Scope, spec: Spec): Reviewed {
  const groups = textsIn(spec['groups']);
  const name = textIn(spec, 'user');
  const extra = isObject(spec['extra']) ? Object.fromEntries(Object.entries(spec['extra']).map(([key, values]) => [key.toLowerCase(), textsIn(values)])) : undefined;
  if (!name && groups.length === 0)
    throw invalid({ resource: '', kind: '', group: scope.kind.group }, '', [invalidValue('spec.user', '', 'at least one of user or group must be specified')]);
  return access(scope, spec, { name, groups, ...(extra && { extra }) });
}

function localAccess(scope: Scope, spec: Spec): Reviewed {
  const { namespace = '' } = scope.request;
  const asked = isObject(spec['resourceAttributes']) ? textIn(spec['resourceAttributes'], 'namespace') : '';
  const about = { resource: '', kind: '', group: scope.kind.group };
  if (spec['nonResourceAttributes'])
    throw invalid(about, '', [invalidValue('spec.nonResourceAttributes', spec['nonResourceAttributes'], 'disallowed on this kind of request')]);
  if (spec['resourceAttributes'] && asked !== namespace)
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  return accessOfOthers(scope, spec);
}

const everything: readonly PolicyRule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }];

/** All that the asker may do in a namespace. */
function rulesReview({ request: { user }, context: { authorizer } }: Scope, spec: Spec): Reviewed {
  const namespace = textIn(spec, 'namespace');
  if (!namespace) throw badRequest('no namespace on request');
  const rules = authorizer.rules?.rulesFor(user, namespace) ?? everything;
  const resourceRules = rules.flatMap(({ verbs, apiGroups, resources = [], resourceNames }) =>
    (resources.length > 0 ? [{ verbs, ...(apiGroups && { apiGroups }), resources, ...(resourceNames && { resourceNames }) }] : []));
  const nonResourceRules = rules.flatMap(({ verbs, nonResourceURLs = [] }) => (nonResourceURLs.length > 0 ? [{ verbs, nonResourceURLs }] : []));
  // Upstream goes through bindings as a Go map gives them; here what is open everywhere comes last.
  const isEverywhere = ({ nonResourceURLs }: { readonly nonResourceURLs: readonly string[] }): boolean => nonResourceURLs.includes('*');
  const inOrder = [...nonResourceRules.filter((rule) => !isEverywhere(rule)), ...nonResourceRules.filter(isEverywhere)];
  return { spec: {}, status: { resourceRules, nonResourceRules: inOrder, incomplete: false } };
}

function tokenReview({ context: { authenticator } }: Scope, spec: Spec): Reviewed {
  const token = textIn(spec, 'token');
  if (!token) throw badRequest('token is required for TokenReview in authentication');
  const wanted = textsIn(spec['audiences']);
  const answer = authenticator.review(token, wanted.length > 0 ? wanted : [serviceAccountIssuer]);
  if (typeof answer === 'string') return { status: { user: {}, error: answer } };
  return { status: { authenticated: true, user: userInfo(answer.user), audiences: answer.audiences } };
}
