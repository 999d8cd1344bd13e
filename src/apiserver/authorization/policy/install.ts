import type { LocalClient } from '../../../api/local-client';
import type { Draft } from '../../../api/types';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../../kinds/rbac/roles';
import type { ClusterRole, RbacV1Subject } from '../../../schema/types';
import { controllerRoles } from './controllers';
import { clusterRoles, clusterRoleSubjects, namespacedBindings, namespacedRoles, type BootstrapRole } from './roles';

const apiGroup = 'rbac.authorization.k8s.io';
const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/** `Group system:masters`, `ServiceAccount kube-system coredns`. */
export function subjectOf(text: string): RbacV1Subject {
  const [kind = '', first = '', second] = text.split(' ');
  return second === undefined ? { kind, apiGroup, name: first } : { kind, name: second, namespace: first };
}

const roleDraft = (name: string, { rules, gathers, labels: more }: BootstrapRole): Draft<ClusterRole> => ({
  metadata: { name, annotations, labels: { ...labels, ...more } },
  ...(rules && { rules }),
  ...(gathers !== undefined && { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [gathers]: 'true' } }] } }),
});

const metadata = { annotations, labels };

/** The default roles and bindings of the API server's RBAC post-start hook. */
export function installPolicy(client: LocalClient): void {
  for (const [name, role] of Object.entries(clusterRoles)) client.create(ClusterRoles, roleDraft(name, role));
  for (const [name, rules] of Object.entries(controllerRoles)) client.create(ClusterRoles, roleDraft(`system:controller:${name}`, { rules }));
  for (const [name, subjects] of Object.entries(clusterRoleSubjects)) bindCluster(client, name, name, subjects);
  for (const name of Object.keys(controllerRoles)) bindCluster(client, `system:controller:${name}`, `system:controller:${name}`, [`ServiceAccount kube-system ${name}`]);
  for (const { name, namespace, rules } of namespacedRoles) client.create(Roles, { metadata: { name, namespace, ...metadata }, rules });
  for (const { name, namespace, role, subjects } of namespacedBindings)
    client.create(RoleBindings, { metadata: { name, namespace, ...metadata }, roleRef: { apiGroup, kind: 'Role', name: role }, subjects: subjects.map(subjectOf) });
}

function bindCluster(client: LocalClient, name: string, role: string, subjects: readonly string[]): void {
  client.create(ClusterRoleBindings, {
    metadata: { name, ...metadata }, roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    ...(subjects.length > 0 && { subjects: subjects.map(subjectOf) }),
  });
}
