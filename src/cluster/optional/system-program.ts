import { Deployments } from '../../kinds/apps/deployment';
import { ServiceAccounts } from '../../kinds/core/serviceaccount';
import { ClusterRoleBindings, ClusterRoles } from '../../kinds/rbac/roles';
import type { Container, PolicyRule } from '../../schema/types';
import { installed, type Installed } from '../optional-part';

const namespace = 'kube-system';

/** A program of the cluster's own on the control plane's node: its account, its rights, and a Deployment of one. */
export function systemProgram(name: string, image: string, rules: readonly PolicyRule[], container: Partial<Container> = {}): readonly Installed[] {
  const labels = { app: name };
  return [
    installed(ServiceAccounts, { metadata: { name, namespace } }),
    installed(ClusterRoles, { metadata: { name }, rules }),
    installed(ClusterRoleBindings, { metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }, subjects: [{ kind: 'ServiceAccount', name, namespace }] }),
    installed(Deployments, {
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1, selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name, priorityClassName: 'system-cluster-critical', nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
            tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
            containers: [{ name, image, resources: { requests: { cpu: '100m', memory: '100Mi' } }, ...container }],
          },
        },
      },
    }),
  ];
}
