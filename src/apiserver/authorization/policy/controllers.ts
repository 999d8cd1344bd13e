import type { PolicyRule } from '../../../schema/types';
import { eventsRule, read, rule } from './rule';

const signers = 'kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown';
const slices = (...also: readonly PolicyRule[]): readonly PolicyRule[] =>
  [...also, rule(`${read} create update delete`, 'discovery.k8s.io', 'endpointslices'), eventsRule];

/** What each controller's service account may do: ClusterRole `system:controller:NAME`, bound to `kube-system/NAME`. */
export const controllerRoles: Readonly<Record<string, readonly PolicyRule[]>> = {
  'attachdetach-controller': [
    rule('list watch', 'core', 'persistentvolumeclaims persistentvolumes'), rule(read, 'core', 'nodes'), rule('patch update', 'core', 'nodes/status'),
    rule('list watch', 'core', 'pods'), eventsRule, rule(`${read} create delete`, 'storage.k8s.io', 'volumeattachments'),
    rule(read, 'storage.k8s.io', 'csidrivers'), rule(read, 'storage.k8s.io', 'csinodes'),
  ],
  'clusterrole-aggregation-controller': [rule(`escalate ${read} update patch`, 'rbac.authorization.k8s.io', 'clusterroles')],
  'cronjob-controller': [
    rule(`${read} update`, 'batch', 'cronjobs'), rule(`${read} create update delete patch`, 'batch', 'jobs'), rule('update', 'batch', 'cronjobs/status'),
    rule('update', 'batch', 'cronjobs/finalizers'), rule('list watch delete', 'core', 'pods'), eventsRule,
  ],
  'daemon-set-controller': [
    rule(read, 'apps extensions', 'daemonsets'), rule('update', 'apps extensions', 'daemonsets/status'), rule('update', 'apps extensions', 'daemonsets/finalizers'),
    rule('list watch', 'core', 'nodes'), rule('list watch create delete patch', 'core', 'pods'), rule('create', 'core', 'pods/binding'),
    rule(`${read} create delete update patch`, 'apps', 'controllerrevisions'), eventsRule,
  ],
  'deployment-controller': [
    rule(`${read} update`, 'apps extensions', 'deployments'), rule('update', 'apps extensions', 'deployments/status'),
    rule('update', 'apps extensions', 'deployments/finalizers'), rule(`${read} create update patch delete`, 'apps extensions', 'replicasets'),
    rule(`${read} update`, 'core', 'pods'), eventsRule,
  ],
  'disruption-controller': [
    rule(read, 'apps extensions', 'deployments'), rule(read, 'apps extensions', 'replicasets'), rule(read, 'core', 'replicationcontrollers'),
    rule(read, 'policy', 'poddisruptionbudgets'), rule(read, 'apps', 'statefulsets'), rule('update', 'policy', 'poddisruptionbudgets/status'),
    rule('patch update', 'core', 'pods/status'), rule('get', '*', '*/scale'), eventsRule,
  ],
  'endpoint-controller': [
    rule(read, 'core', 'pods services'), rule(`${read} create update delete`, 'core', 'endpoints'), rule('create', 'core', 'endpoints/restricted'), eventsRule,
  ],
  'endpointslice-controller': slices(rule(read, 'core', 'nodes pods services'), rule('update', 'core', 'services/finalizers')),
  'endpointslicemirroring-controller':
    slices(rule(read, 'core', 'endpoints services'), rule('update', 'core', 'services/finalizers'), rule('update', 'core', 'endpoints/finalizers')),
  'expand-controller': [
    rule(`${read} update patch`, 'core', 'persistentvolumes'), rule('update patch', 'core', 'persistentvolumeclaims/status'),
    rule(read, 'core', 'persistentvolumeclaims'), eventsRule, rule('get', 'core', 'services'),
  ],
  'ephemeral-volume-controller': [
    rule(read, 'core', 'pods'), rule('update', 'core', 'pods/finalizers'), rule(`${read} create`, 'core', 'persistentvolumeclaims'), eventsRule,
  ],
  'resource-claim-controller': [
    rule(read, 'core', 'pods'), rule('update', 'core', 'pods/finalizers'), rule(`${read} create delete`, 'resource.k8s.io', 'resourceclaims'),
    rule('update patch', 'resource.k8s.io', 'resourceclaims resourceclaims/status'), rule('update patch', 'core', 'pods/status'), eventsRule,
  ],
  'generic-garbage-collector': [rule(`${read} patch update delete`, '*', '*'), eventsRule],
  'horizontal-pod-autoscaler': [
    rule(read, 'autoscaling', 'horizontalpodautoscalers'), rule('update', 'autoscaling', 'horizontalpodautoscalers/status'), rule('get update', '*', '*/scale'),
    rule('list watch', 'core', 'pods'), rule('list watch', 'metrics.k8s.io', 'pods'), rule(read, 'custom.metrics.k8s.io', '*'),
    rule(read, 'external.metrics.k8s.io', '*'), eventsRule,
  ],
  'job-controller': [
    rule(`${read} update patch`, 'batch', 'jobs'), rule('update', 'batch', 'jobs/status'), rule('update', 'batch', 'jobs/finalizers'),
    rule('list watch create delete patch', 'core', 'pods'), eventsRule,
  ],
  'namespace-controller': [
    rule(`${read} delete`, 'core', 'namespaces'), rule('update', 'core', 'namespaces/finalize namespaces/status'),
    rule(`${read} delete deletecollection`, '*', '*'),
  ],
  'node-controller': [
    rule(`${read} update delete patch`, 'core', 'nodes'), rule('patch update', 'core', 'nodes/status'), rule('patch update', 'core', 'pods/status'),
    rule(`${read} delete`, 'core', 'pods'), eventsRule,
  ],
  'persistent-volume-binder': [
    rule(`${read} update create delete`, 'core', 'persistentvolumes'), rule('update', 'core', 'persistentvolumes/status'),
    rule(`${read} update`, 'core', 'persistentvolumeclaims'), rule('update', 'core', 'persistentvolumeclaims/status'),
    rule(`${read} create delete`, 'core', 'pods'), rule(read, 'storage.k8s.io', 'storageclasses'), rule('list watch', 'core', 'nodes'), eventsRule,
    rule('watch', 'core', 'events'), rule('get', 'core', 'services'),
  ],
  'pod-garbage-collector': [rule('list watch delete', 'core', 'pods'), rule(read, 'core', 'nodes'), rule('patch', 'core', 'pods/status')],
  'replicaset-controller': [
    rule(`${read} update`, 'apps extensions', 'replicasets'), rule('update', 'apps extensions', 'replicasets/status'),
    rule('update', 'apps extensions', 'replicasets/finalizers'), rule('list watch patch create delete', 'core', 'pods'), eventsRule,
  ],
  'replication-controller': [
    rule(`${read} update`, 'core', 'replicationcontrollers'), rule('update', 'core', 'replicationcontrollers/status'),
    rule('update', 'core', 'replicationcontrollers/finalizers'), rule('list watch patch create delete', 'core', 'pods'), eventsRule,
  ],
  'resourcequota-controller': [rule('list watch', '*', '*'), rule('update', 'core', 'resourcequotas/status'), eventsRule],
  'route-controller': [rule('list watch', 'core', 'nodes'), rule('patch', 'core', 'nodes/status'), eventsRule],
  'service-account-controller': [rule('create', 'core', 'serviceaccounts'), eventsRule],
  'service-controller': [rule(read, 'core', 'services'), rule('patch update', 'core', 'services/status'), rule('list watch', 'core', 'nodes'), eventsRule],
  'service-cidrs-controller': [
    rule(`${read} patch update`, 'networking.k8s.io', 'servicecidrs'), rule('patch update', 'networking.k8s.io', 'servicecidrs/finalizers'),
    rule('patch update', 'networking.k8s.io', 'servicecidrs/status'), rule(read, 'networking.k8s.io', 'ipaddresses'), eventsRule,
  ],
  'statefulset-controller': [
    rule('list watch', 'core', 'pods'), rule(read, 'apps', 'statefulsets'), rule('update', 'apps', 'statefulsets/status'),
    rule('update', 'apps', 'statefulsets/finalizers'), rule('get create delete update patch', 'core', 'pods'),
    rule('get create delete update patch list watch', 'apps', 'controllerrevisions'), rule('get create list watch', 'core', 'persistentvolumeclaims'),
    rule('update delete', 'core', 'persistentvolumeclaims'), rule('update', 'core', 'pods/finalizers'), eventsRule,
  ],
  'ttl-controller': [rule('update patch list watch', 'core', 'nodes'), eventsRule],
  'certificate-controller': [
    rule(`${read} delete`, 'certificates.k8s.io', 'certificatesigningrequests'),
    rule('update', 'certificates.k8s.io', 'certificatesigningrequests/approval certificatesigningrequests/status'),
    rule('approve', 'certificates.k8s.io', 'signers', 'kubernetes.io/kube-apiserver-client-kubelet'), rule('sign', 'certificates.k8s.io', 'signers', signers),
    rule('create', 'authorization.k8s.io', 'subjectaccessreviews'), eventsRule,
  ],
  'pvc-protection-controller': [rule(`${read} update`, 'core', 'persistentvolumeclaims'), rule(read, 'core', 'pods'), eventsRule],
  'pv-protection-controller': [rule(`${read} update`, 'core', 'persistentvolumes'), eventsRule],
  'volumeattributesclass-protection-controller': [
    rule(read, 'core', 'persistentvolumeclaims'), rule(read, 'core', 'persistentvolumes'), rule(`${read} update`, 'storage.k8s.io', 'volumeattributesclasses'), eventsRule,
  ],
  'ttl-after-finished-controller': [rule(`${read} delete`, 'batch', 'jobs'), eventsRule],
  'root-ca-cert-publisher': [rule('create update', 'core', 'configmaps'), eventsRule],
  'validatingadmissionpolicy-status-controller': [
    rule(read, 'admissionregistration.k8s.io', 'validatingadmissionpolicies'),
    rule('get patch update', 'admissionregistration.k8s.io', 'validatingadmissionpolicies/status'), eventsRule,
  ],
  'legacy-service-account-token-cleaner': [
    rule('get', 'core', 'configmaps', 'kube-apiserver-legacy-service-account-token-tracking'), rule('patch delete', 'core', 'secrets'),
  ],
  'selinux-warning-controller': [
    eventsRule, rule(read, 'core', 'persistentvolumes'), rule(read, 'core', 'persistentvolumeclaims'), rule(read, 'core', 'pods'), rule(read, 'storage.k8s.io', 'csidrivers'),
  ],
};
