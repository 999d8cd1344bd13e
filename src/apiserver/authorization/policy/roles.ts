import type { PolicyRule } from '../../../schema/types';
import { eventsRule, read, readUpdate, readWrite, rule, urlRule, write } from './rule';

const aggregateTo = (name: string): string => `rbac.authorization.k8s.io/aggregate-to-${name}`;
const signer = 'kubernetes.io/';
const certificates = 'certificates.k8s.io';
const health = '/healthz /livez /readyz /version /version/';
const reviews = [rule('create', 'authentication.k8s.io', 'tokenreviews'), rule('create', 'authorization.k8s.io', 'subjectaccessreviews')];

/** What a kubelet may do; the Node authorizer and NodeRestriction narrow it to its own node. */
export const nodeRules: readonly PolicyRule[] = [
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews subjectaccessreviews'),
  rule(read, 'core', 'services'),
  rule(`create ${read}`, 'core', 'nodes'),
  rule('update patch', 'core', 'nodes/status'),
  rule('update patch', 'core', 'nodes'),
  rule('create update patch', 'core', 'events'),
  rule(read, 'core', 'pods'),
  rule('create delete', 'core', 'pods'),
  rule('update patch', 'core', 'pods/status'),
  rule('create', 'core', 'pods/eviction'),
  rule(read, 'core', 'configmaps secrets'),
  rule('get', 'core', 'persistentvolumeclaims persistentvolumes'),
  rule('get', 'core', 'endpoints'),
  rule(`create ${read}`, certificates, 'certificatesigningrequests'),
  rule('get create update patch delete', 'coordination.k8s.io', 'leases'),
  rule('get', 'storage.k8s.io', 'volumeattachments'),
  rule('get update patch', 'core', 'persistentvolumeclaims/status'),
  rule('create', 'core', 'serviceaccounts/token'),
  rule(read, 'storage.k8s.io', 'csidrivers'),
  rule('get create update patch delete', 'storage.k8s.io', 'csinodes'),
  rule(read, 'node.k8s.io', 'runtimeclasses'),
  rule('get', 'resource.k8s.io', 'resourceclaims'),
  rule('deletecollection', 'resource.k8s.io', 'resourceslices'),
  rule(`${read} create update patch delete`, 'resource.k8s.io', 'resourceslices'),
];

const adminRules = [
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule(readWrite, 'rbac.authorization.k8s.io', 'rolebindings roles'),
];

const editRules = [
  rule(read, 'core', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
  rule('impersonate', 'core', 'serviceaccounts'),
  rule(write, 'core', 'pods pods/attach pods/exec pods/portforward pods/proxy'),
  rule('create', 'core', 'pods/eviction'),
  rule(write, 'core', 'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy'),
  rule('create', 'core', 'serviceaccounts/token'),
  rule(write, 'apps', 'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale'),
  rule(write, 'autoscaling', 'horizontalpodautoscalers'),
  rule(write, 'batch', 'cronjobs jobs'),
  rule(write, 'extensions',
    'daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale'),
  rule(write, 'policy', 'poddisruptionbudgets'),
  rule(write, 'networking.k8s.io', 'ingresses networkpolicies'),
  rule(readWrite, 'coordination.k8s.io', 'leases'),
  rule(write, 'resource.k8s.io', 'resourceclaims resourceclaimtemplates'),
];

const viewRules = [
  rule(read, 'core', 'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods '
    + 'replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status'),
  rule(read, 'core', 'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status'),
  rule(read, 'core', 'namespaces'),
  rule(read, 'discovery.k8s.io', 'endpointslices'),
  rule(read, 'apps', 'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status '
    + 'replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status'),
  rule(read, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule(read, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
  rule(read, 'extensions', 'daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies '
    + 'replicasets replicasets/scale replicasets/status replicationcontrollers/scale'),
  rule(read, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule(read, 'networking.k8s.io', 'ingresses ingresses/status networkpolicies'),
  rule(read, 'resource.k8s.io', 'resourceclaims resourceclaims/status resourceclaimtemplates'),
];

const schedulerRules = [
  eventsRule,
  rule('create', 'coordination.k8s.io', 'leases'),
  rule('get update', 'coordination.k8s.io', 'leases', 'kube-scheduler'),
  rule(read, 'core', 'nodes'),
  rule(`${read} delete`, 'core', 'pods'),
  rule('create', 'core', 'bindings pods/binding'),
  rule('patch update', 'core', 'pods/status'),
  rule(read, 'core', 'replicationcontrollers services'),
  rule(read, 'apps extensions', 'replicasets'),
  rule(read, 'apps', 'statefulsets'),
  rule(read, 'policy', 'poddisruptionbudgets'),
  rule(read, 'core', 'persistentvolumeclaims persistentvolumes'),
  ...reviews,
  rule(read, 'storage.k8s.io', 'csinodes'),
  rule(read, 'core', 'namespaces'),
  rule(read, 'storage.k8s.io', 'csidrivers'),
  rule(read, 'storage.k8s.io', 'csistoragecapacities'),
  rule(read, 'storage.k8s.io', 'volumeattachments'),
  rule(read, 'resource.k8s.io', 'deviceclasses resourceslices'),
  rule(readUpdate, 'resource.k8s.io', 'resourceclaims'),
  rule(readUpdate, 'resource.k8s.io', 'resourceclaims/status'),
  rule('update', 'core', 'pods/finalizers'),
];

const controllerManagerRules = [
  eventsRule,
  rule('create', 'coordination.k8s.io', 'leases'),
  rule('get update', 'coordination.k8s.io', 'leases', 'kube-controller-manager'),
  rule('create', 'core', 'secrets serviceaccounts'),
  rule('delete', 'core', 'secrets'),
  rule('get', 'core', 'configmaps namespaces secrets serviceaccounts'),
  rule('update', 'core', 'secrets serviceaccounts'),
  ...reviews,
  rule('list watch', '*', '*'),
  rule('create', 'core', 'serviceaccounts/token'),
];

/** A bootstrap ClusterRole: its rules, or the label of the roles that it gathers. */
export type BootstrapRole = { readonly rules?: readonly PolicyRule[]; readonly gathers?: string; readonly labels?: Readonly<Record<string, string>> };
const rules = (...each: readonly PolicyRule[]): BootstrapRole => ({ rules: each });
const approver = (name: string): BootstrapRole => rules(rule('approve', certificates, 'signers', `${signer}${name}`));

/** The ClusterRoles every API server of 1.36 makes, but for those of controllers. */
export const clusterRoles: Readonly<Record<string, BootstrapRole>> = {
  'cluster-admin': rules(rule('*', '*', '*'), urlRule('*', '*')),
  'system:monitoring': rules(urlRule('get', '/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*')),
  'system:discovery': rules(urlRule('get', `${health} /api /api/* /apis /apis/* /openapi /openapi/*`)),
  'system:basic-user': rules(
    rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
    rule('create', 'authentication.k8s.io', 'selfsubjectreviews'),
  ),
  'system:public-info-viewer': rules(urlRule('get', health)),
  admin: { gathers: aggregateTo('admin') },
  edit: { gathers: aggregateTo('edit'), labels: { [aggregateTo('admin')]: 'true' } },
  view: { gathers: aggregateTo('view'), labels: { [aggregateTo('edit')]: 'true' } },
  'system:aggregate-to-admin': { rules: adminRules, labels: { [aggregateTo('admin')]: 'true' } },
  'system:aggregate-to-edit': { rules: editRules, labels: { [aggregateTo('edit')]: 'true' } },
  'system:aggregate-to-view': { rules: viewRules, labels: { [aggregateTo('view')]: 'true' } },
  'system:heapster': rules(rule(read, 'core', 'events namespaces nodes pods'), rule(read, 'extensions', 'deployments')),
  'system:node': { rules: nodeRules },
  'system:node-problem-detector': rules(rule('get', 'core', 'nodes'), rule('patch', 'core', 'nodes/status'), eventsRule),
  'system:kubelet-api-admin': rules(
    rule(read, 'core', 'nodes'), rule('proxy', 'core', 'nodes'),
    rule('*', 'core', 'nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats'),
  ),
  'system:node-bootstrapper': rules(rule(`create ${read}`, certificates, 'certificatesigningrequests')),
  'system:auth-delegator': rules(...reviews),
  'system:kube-aggregator': rules(rule(read, 'core', 'endpoints services')),
  'system:kube-controller-manager': { rules: controllerManagerRules },
  'system:kube-dns': rules(rule('list watch', 'core', 'endpoints services')),
  'system:persistent-volume-provisioner': rules(
    rule(`${read} create delete`, 'core', 'persistentvolumes'), rule(`${read} update`, 'core', 'persistentvolumeclaims'),
    rule(read, 'storage.k8s.io', 'storageclasses'), rule('watch', 'core', 'events'), eventsRule,
  ),
  'system:certificates.k8s.io:certificatesigningrequests:nodeclient': rules(rule('create', certificates, 'certificatesigningrequests/nodeclient')),
  'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient': rules(rule('create', certificates, 'certificatesigningrequests/selfnodeclient')),
  'system:volume-scheduler': rules(
    rule(readUpdate, 'core', 'persistentvolumes'), rule(read, 'storage.k8s.io', 'storageclasses'), rule(readUpdate, 'core', 'persistentvolumeclaims'),
  ),
  'system:certificates.k8s.io:legacy-unknown-approver': approver('legacy-unknown'),
  'system:certificates.k8s.io:kubelet-serving-approver': approver('kubelet-serving'),
  'system:certificates.k8s.io:kube-apiserver-client-approver': approver('kube-apiserver-client'),
  'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver': approver('kube-apiserver-client-kubelet'),
  'system:service-account-issuer-discovery': rules(urlRule('get', '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/')),
  'system:node-proxier': rules(
    rule('list watch', 'core', 'endpoints services'), rule(read, 'core', 'nodes'), eventsRule, rule('list watch', 'discovery.k8s.io', 'endpointslices'),
  ),
  'system:kube-scheduler': { rules: schedulerRules },
};

const authenticated = 'Group system:authenticated';
const unauthenticated = 'Group system:unauthenticated';

/** Who has which of them from the start. */
export const clusterRoleSubjects: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['Group system:masters'],
  'system:monitoring': ['Group system:monitoring'],
  'system:discovery': [authenticated],
  'system:basic-user': [authenticated],
  'system:public-info-viewer': [authenticated, unauthenticated],
  'system:node-proxier': ['User system:kube-proxy'],
  'system:kube-controller-manager': ['User system:kube-controller-manager'],
  'system:kube-dns': ['ServiceAccount kube-system kube-dns'],
  'system:kube-scheduler': ['User system:kube-scheduler'],
  'system:volume-scheduler': ['User system:kube-scheduler'],
  'system:node': [],
  'system:service-account-issuer-discovery': ['Group system:serviceaccounts'],
};

type NamespacedRole = { readonly namespace: string; readonly name: string; readonly rules: readonly PolicyRule[] };
const lock = (component: string): readonly PolicyRule[] => [rule('watch', 'core', 'configmaps'), rule('get update', 'core', 'configmaps', component)];

/** The Roles of kube-system and kube-public. */
export const namespacedRoles: readonly NamespacedRole[] = [
  { namespace: 'kube-system', name: 'extension-apiserver-authentication-reader', rules: [rule(read, 'core', 'configmaps', 'extension-apiserver-authentication')] },
  { namespace: 'kube-system', name: 'system:controller:bootstrap-signer', rules: [rule(read, 'core', 'secrets')] },
  { namespace: 'kube-system', name: 'system:controller:cloud-provider', rules: [rule(`create ${read}`, 'core', 'configmaps')] },
  { namespace: 'kube-system', name: 'system:controller:token-cleaner', rules: [rule(`${read} delete`, 'core', 'secrets'), eventsRule] },
  { namespace: 'kube-system', name: 'system::leader-locking-kube-controller-manager', rules: lock('kube-controller-manager') },
  { namespace: 'kube-system', name: 'system::leader-locking-kube-scheduler', rules: lock('kube-scheduler') },
  { namespace: 'kube-public', name: 'system:controller:bootstrap-signer',
    rules: [rule(read, 'core', 'configmaps'), rule('update', 'core', 'configmaps', 'cluster-info'), eventsRule] },
];

type NamespacedBinding = { readonly namespace: string; readonly name: string; readonly role: string; readonly subjects: readonly string[] };
const toAccount = (namespace: string, account: string): NamespacedBinding =>
  ({ namespace, name: `system:controller:${account}`, role: `system:controller:${account}`, subjects: [`ServiceAccount kube-system ${account}`] });
const toComponent = (component: string): NamespacedBinding => ({
  namespace: 'kube-system', name: `system::leader-locking-${component}`, role: `system::leader-locking-${component}`,
  subjects: [`User system:${component}`, `ServiceAccount kube-system ${component}`],
});

export const namespacedBindings: readonly NamespacedBinding[] = [
  { namespace: 'kube-system', name: 'system::extension-apiserver-authentication-reader', role: 'extension-apiserver-authentication-reader',
    subjects: ['User system:kube-controller-manager', 'User system:kube-scheduler'] },
  toComponent('kube-controller-manager'),
  toComponent('kube-scheduler'),
  toAccount('kube-system', 'bootstrap-signer'),
  toAccount('kube-system', 'cloud-provider'),
  toAccount('kube-system', 'token-cleaner'),
  toAccount('kube-public', 'bootstrap-signer'),
];
