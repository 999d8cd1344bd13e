import { forbidden, notFound } from '../../api/status';
import type { KubeObject, User } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { quoteGo } from '../../lib/go-format';
import { equal } from '../../lib/equality';
import type { AggregationRule, PolicyRule, RoleRef } from '../../schema/types';
import type { Admission } from '../admission/types';
import { missingRights } from './rules';
import { privilegedGroup, type Authorizer, type RuleSource } from './types';

const group = 'rbac.authorization.k8s.io';
const version = 'v1';
const everything: readonly PolicyRule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }];

type Parts = KubeObject & { readonly rules?: readonly PolicyRule[] | null; readonly roleRef?: RoleRef; readonly aggregationRule?: AggregationRule };
type Write = { readonly kind: Kind; readonly user: User; readonly namespace: string | undefined; readonly object: Parts; readonly previous: Parts | undefined };

/**
 * Nobody hands on rights that he has not: roles and bindings are looked at as upstream's storage of them does it, after all changing admission
 * and before validation. The verbs `escalate` and `bind` lift that.
 */
export const escalationCheck = (authorizer: Authorizer): Admission => ({
  name: 'RBACEscalationCheck',
  resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((plural) => `${plural}.${group}`),

  mutate(object, { operation, kind, user, namespace, previous }) {
    const { rules } = authorizer;
    if (rules && operation !== 'delete' && !user.groups.includes(privilegedGroup)) {
      const write = { kind, user, namespace, object, previous };
      if (write.object.kind.endsWith('Binding')) checkBinding(authorizer, rules, write); else checkRole(authorizer, rules, write);
    }
    return object;
  },
});

function checkRole(authorizer: Authorizer, source: RuleSource, { kind, user, namespace, object, previous }: Write): void {
  const { aggregationRule, metadata: { name } } = object;
  const rules = object.rules ?? [];   // written as null where there are none
  if (previous && equal(previous.rules ?? [], rules) && equal(previous.aggregationRule, aggregationRule)) return;
  // The request of a create has no name yet.
  const asked = { user, verb: 'escalate', group, version, resource: kind.facts.plural, namespace, name: previous ? name : undefined };
  if (authorizer.authorize(asked).allowed) return;
  confirm(source, user, namespace, rules, kind, name);
  if (aggregationRule && missingRights(source.rulesFor(user, namespace), everything).length > 0)
    throw forbidden(kind, name, 'must have cluster-admin privileges to use the aggregationRule');
}

function checkBinding(authorizer: Authorizer, source: RuleSource, { kind, user, namespace, object, previous }: Write): void {
  const { roleRef, metadata: { name } } = object;
  if (!roleRef || (previous && equal({ ...object, metadata: 0 }, { ...previous, metadata: 0 }))) return;
  const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
  if (authorizer.authorize({ user, verb: 'bind', group, version, resource, namespace, name: roleRef.name }).allowed) return;
  const rules = source.rulesOf(roleRef, namespace);
  if (!rules) throw notFound(kind, roleRef.name);
  confirm(source, user, namespace, rules, kind, name);
}

function confirm(source: RuleSource, user: User, namespace: string | undefined, rules: readonly PolicyRule[], kind: Kind, name: string): void {
  const missing = missingRights(source.rulesFor(user, namespace), rules);
  if (missing.length === 0) return;
  const groups = user.groups.map(quoteGo).join(' ');
  throw forbidden(kind, name,
    `user ${quoteGo(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`);
}
