import type { Container, Pod, PodSpec } from '../schema/types';
import { controlPlaneAddress } from './machines';

/** A pod as a file in the kubelet's manifest folder has it. */
export type StaticPod = { readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Readonly<Record<string, string>> }; readonly spec: Pod['spec'] };

const version = 'v1.36.2';
/** Image repositories of the components: what runs in such a container is the component itself. */
export const componentImages = {
  etcd: 'registry.k8s.io/etcd',
  apiServer: 'registry.k8s.io/kube-apiserver',
  controllerManager: 'registry.k8s.io/kube-controller-manager',
  scheduler: 'registry.k8s.io/kube-scheduler',
  proxy: 'registry.k8s.io/kube-proxy',
  dns: 'registry.k8s.io/coredns/coredns',
} as const;

function staticPod(name: string, container: Omit<Container, 'name'>, labels: Readonly<Record<string, string>>, rest: Partial<PodSpec> = {}): StaticPod {
  return {
    metadata: { name, namespace: 'kube-system', labels },
    spec: {
      containers: [{ name, imagePullPolicy: 'IfNotPresent', ...container }],
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      priority: 2_000_001_000,
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      ...rest,
    },
  };
}

const controlPlane = (component: string) => ({ component, tier: 'control-plane' });
const requests = (cpu: string, memory?: string) => ({ requests: { cpu, ...(memory && { memory }) } });

/** The four pods of the control plane, as kubeadm writes them, in the order in which they depend on each other. */
export const controlPlanePods = (podNetwork: string): readonly StaticPod[] => [
  staticPod('etcd', {
    image: `${componentImages.etcd}:3.6.5-0`,
    command: ['etcd', `--advertise-client-urls=https://${controlPlaneAddress}:2379`, '--data-dir=/var/lib/etcd'],
    resources: requests('100m', '100Mi'),
  }, controlPlane('etcd')),
  staticPod('kube-apiserver', {
    image: `${componentImages.apiServer}:${version}`,
    command: ['kube-apiserver', `--advertise-address=${controlPlaneAddress}`, '--service-cluster-ip-range=10.96.0.0/12', '--secure-port=6443'],
    resources: requests('250m'),
  }, controlPlane('kube-apiserver')),
  staticPod('kube-controller-manager', {
    image: `${componentImages.controllerManager}:${version}`,
    command: ['kube-controller-manager', '--allocate-node-cidrs=true', `--cluster-cidr=${podNetwork}`, '--leader-elect=true'],
    resources: requests('200m'),
  }, controlPlane('kube-controller-manager')),
  staticPod('kube-scheduler', {
    image: `${componentImages.scheduler}:${version}`,
    command: ['kube-scheduler', '--leader-elect=true'],
    resources: requests('100m'),
  }, controlPlane('kube-scheduler')),
];

/** kube-proxy of one node. A DaemonSet in kubeadm; a static pod here until there is a controller for those. */
export const proxyPod: StaticPod = staticPod('kube-proxy', {
  image: `${componentImages.proxy}:${version}`,
  command: ['/usr/local/bin/kube-proxy', '--proxy-mode=iptables'],
}, { 'k8s-app': 'kube-proxy' });
