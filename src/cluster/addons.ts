import type { LocalClient } from '../api/local-client';
import { Deployments } from '../kinds/apps/deployment';
import { ConfigMaps } from '../kinds/core/configmap';
import { ServiceAccounts } from '../kinds/core/serviceaccount';
import { Services } from '../kinds/core/service';
import { APIServices } from '../kinds/apiregistration/apiservice';
import { nodeMetricsFacts } from '../kinds/metrics/metrics';
import { StorageClasses } from '../kinds/storage/storageclass';
import { ClusterRoleBindings, ClusterRoles } from '../kinds/rbac/roles';
import { componentImages } from './static-pods';

/** The address of the cluster's DNS service, as kubeadm chooses it. */
export const clusterDNS = '10.96.0.10';
export const clusterDomain = 'cluster.local';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };
const corefile = `.:53 {
    errors
    health
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
       pods insecure
       ttl 30
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

/** What kubeadm installs once the API server answers: CoreDNS with its service and its rights, and who is an administrator. */
export function installAddons(client: LocalClient): void {
  const account = { kind: 'ServiceAccount', name: 'coredns', namespace };
  client.create(ServiceAccounts, { metadata: { name: 'coredns', namespace } });
  client.create(ClusterRoles, { metadata: { name: 'system:coredns' }, rules: corednsRules });
  client.create(ClusterRoleBindings, { metadata: { name: 'system:coredns' }, roleRef: toClusterRole('system:coredns'), subjects: [account] });
  client.create(ClusterRoleBindings, {
    metadata: { name: 'kubeadm:cluster-admins' }, roleRef: toClusterRole('cluster-admin'), subjects: [{ kind: 'Group', apiGroup: rbacGroup, name: 'kubeadm:cluster-admins' }],
  });
  installMetrics(client);
  installStorage(client);
  client.create(ConfigMaps, { metadata: { name: 'coredns', namespace }, data: { Corefile: corefile } });
  client.create(Services, {
    metadata: { name: 'kube-dns', namespace, labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' } },
    spec: {
      clusterIP: clusterDNS,
      selector: labels,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  });
  client.create(Deployments, { metadata: { name: 'coredns', namespace, labels }, spec: corednsSpec });
}

/** The default StorageClass of a kind cluster; its provisioner is simulated, see src/controllers/persistent-volume/provisioner.ts. */
function installStorage(client: LocalClient): void {
  client.create(StorageClasses, {
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer',
  });
}

/** The resource metrics API and who may read it. The API server answers for it itself: no metrics server runs as a pod. */
function installMetrics(client: LocalClient): void {
  const { group, version } = nodeMetricsFacts;
  client.create(APIServices, { metadata: { name: `${version}.${group}` }, spec: { group, version, groupPriorityMinimum: 100, versionPriority: 100 } });
  const aggregated = Object.fromEntries(['view', 'edit', 'admin'].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']));
  client.create(ClusterRoles, {
    metadata: { name: 'system:aggregated-metrics-reader', labels: aggregated }, rules: [{ apiGroups: [group], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
  });
}

const rbacGroup = 'rbac.authorization.k8s.io';
const toClusterRole = (name: string) => ({ apiGroup: rbacGroup, kind: 'ClusterRole', name });
const corednsRules = [
  { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
];

const corednsSpec = {
  replicas: 2,
  selector: { matchLabels: labels },
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
  template: {
    metadata: { labels },
    spec: {
      priorityClassName: 'system-cluster-critical',
      serviceAccountName: 'coredns',
      dnsPolicy: 'Default',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }, { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
      containers: [{
        name: 'coredns',
        image: `${componentImages.dns}:v1.13.1`,
        args: ['-conf', '/etc/coredns/Corefile'],
        ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' }],
        resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '170Mi' } },
        volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
      }],
      volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
    },
  },
} as const;
