import { invalidValue, notSupported, required } from '../../api/status';
import { equal } from '../../lib/equality';
import { isPathSegmentName } from '../../lib/names';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacV1Subject, Role, RoleBinding, RoleRef } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { requiredName, type Errors } from '../rule-parts';
import { change, fill, mapItems } from '../sharing';

const group = 'rbac.authorization.k8s.io';

function* policyRules(rules: readonly PolicyRule[] | null | undefined, namespaced: boolean): Errors {
  for (const [i, { verbs, nonResourceURLs = [], apiGroups = [], resources = [] }] of (rules ?? []).entries()) {
    const at = `rules[${i}]`;
    if (verbs.length === 0) yield required(`${at}.verbs`, 'verbs must contain at least one value');
    if (nonResourceURLs.length > 0) {
      if (namespaced) yield invalidValue(`${at}.nonResourceURLs`, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs');
      if (apiGroups.length + resources.length > 0)
        yield invalidValue(`${at}.nonResourceURLs`, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs');
      continue;
    }
    if (apiGroups.length === 0) yield required(`${at}.apiGroups`, 'resource rules must supply at least one api group');
    if (resources.length === 0) yield required(`${at}.resources`, 'resource rules must supply at least one resource');
  }
}

type Binding = { readonly roleRef: RoleRef; readonly subjects?: readonly RbacV1Subject[] };
const subjectKinds = ['ServiceAccount', 'User', 'Group'];

function* bindingRules<T extends Binding>({ roleRef, subjects = [] }: T, { previous }: RuleContext<T>, kinds: readonly string[]): Errors {
  // An empty group means this one.
  if (roleRef.apiGroup && roleRef.apiGroup !== group) yield notSupported('roleRef.apiGroup', roleRef.apiGroup, [group]);
  if (!kinds.includes(roleRef.kind)) yield notSupported('roleRef.kind', roleRef.kind, kinds);
  yield* requiredName(isPathSegmentName, 'roleRef.name', roleRef.name);
  for (const [i, subject] of subjects.entries()) yield* subjectRules(subject, `subjects[${i}]`);
  if (previous && !equal(previous.roleRef, roleRef)) yield invalidValue('roleRef', internalForm('RoleRef', roleRef), 'cannot change roleRef');
}

function* subjectRules({ kind, name, namespace, apiGroup = '' }: RbacV1Subject, at: string): Errors {
  if (!name) yield required(`${at}.name`);
  if (!subjectKinds.includes(kind)) return yield notSupported(`${at}.kind`, kind, subjectKinds);
  const expected = kind === 'ServiceAccount' ? '' : group;
  if (apiGroup !== expected) yield notSupported(`${at}.apiGroup`, apiGroup, [expected]);
  if (kind === 'ServiceAccount' && !namespace && namespace !== undefined) yield required(`${at}.namespace`);
}

const subjectDefaults = (subject: RbacV1Subject): RbacV1Subject =>
  subject.kind === 'User' || subject.kind === 'Group' ? fill(subject, { apiGroup: group }) : subject;
const bindingDefaults = <T extends Binding>(binding: T): T => change(binding, 'subjects', (subjects) => mapItems(subjects ?? [], subjectDefaults));

export const Roles = defineKind<Role>('roles.rbac.authorization.k8s.io', { nameForm: 'path-segment', rules: ({ rules }) => policyRules(rules, true) });
export const ClusterRoles = defineKind<ClusterRole>('clusterroles.rbac.authorization.k8s.io', {
  nameForm: 'path-segment',
  rules: ({ rules }) => policyRules(rules, false),
});
export const RoleBindings = defineKind<RoleBinding>('rolebindings.rbac.authorization.k8s.io', {
  nameForm: 'path-segment',
  defaults: bindingDefaults,
  rules: (binding, context) => bindingRules(binding, context, ['Role', 'ClusterRole']),
});
export const ClusterRoleBindings = defineKind<ClusterRoleBinding>('clusterrolebindings.rbac.authorization.k8s.io', {
  nameForm: 'path-segment',
  defaults: bindingDefaults,
  rules: (binding, context) => bindingRules(binding, context, ['ClusterRole']),
});
