import type { User } from '../api/types';
import { serviceAccountUser } from '../apiserver/authentication/authenticator';
import { privilegedGroup } from '../apiserver/authorization/types';

/** A component of the control plane, by the name in its client certificate. */
export const componentUser = (name: string): User => ({ name, groups: ['system:authenticated'] });

/** The caches that stand for those of all kubelets at once: no single node may see so much. What a kubelet writes, it writes as its node. */
export const kubeletsUser: User = { name: 'system:nodes', groups: ['system:nodes', privilegedGroup, 'system:authenticated'] };

/** Controllers whose service account is not named as they are. */
const accounts: Readonly<Record<string, string>> = {
  controllermanager: 'disruption-controller',
  csrapproving: 'certificate-controller',
  csrcleaner: 'certificate-controller',
  csrsigning: 'certificate-controller',
  ephemeral_volume: 'ephemeral-volume-controller',
  volume_expand: 'expand-controller',
  'daemonset-controller': 'daemon-set-controller',
  'endpoint-slice-controller': 'endpointslice-controller',
  'endpointslice-mirroring-controller': 'endpointslicemirroring-controller',
  'garbage-collector-controller': 'generic-garbage-collector',
  'garbage-collector': 'generic-garbage-collector',
  'horizontal-pod-autoscaler-controller': 'horizontal-pod-autoscaler',
  horizontalpodautoscaler: 'horizontal-pod-autoscaler',
  'node-ipam-controller': 'node-controller',
  'node-lifecycle-controller': 'node-controller',
  'persistentvolume-binder-controller': 'persistent-volume-binder',
  'persistentvolume-controller': 'persistent-volume-binder',
  'rancher.io/local-path': 'persistent-volume-binder',
  'pod-garbage-collector-controller': 'pod-garbage-collector',
  'root-ca-certificate-publisher-controller': 'root-ca-cert-publisher',
  'serviceaccount-controller': 'service-account-controller',
  'taint-eviction-controller': 'node-controller',
};

/** Whom a controller of the controller manager writes as: its own account in kube-system. */
export const controllerUser = (controller: string): User => serviceAccountUser('kube-system', accounts[controller] ?? controller);
