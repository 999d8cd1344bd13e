import type { Manifest } from './steps';

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const metadata = { name: 'web', labels };
/** A template of one container called `main`. */
export const template = (image: string, spec: object = {}) => ({ metadata: { labels }, spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 80 }] }], ...spec } });

const workload = (apiVersion: string, kind: string, spec: object): Manifest => ({ apiVersion, kind, metadata, spec });

export const deployment = (replicas: number, spec: object = {}, image = 'nginx:1'): Manifest => workload('apps/v1', 'Deployment', { replicas, selector, template: template(image), ...spec });
export const replicaSet = (replicas: number, spec: object = {}): Manifest => workload('apps/v1', 'ReplicaSet', { replicas, selector, template: template('nginx:1'), ...spec });
export const replicationController = (replicas: number): Manifest => workload('v1', 'ReplicationController', { replicas, selector: labels, template: template('nginx:1') });
export const statefulSet = (replicas: number, spec: object = {}): Manifest => workload('apps/v1', 'StatefulSet', { replicas, selector, serviceName: 'web', template: template('nginx:1'), ...spec });
export const daemonSet = (spec: object = {}, podSpec: object = {}): Manifest => workload('apps/v1', 'DaemonSet', { selector, template: template('nginx:1', podSpec), ...spec });

/** `args` as the machines understand them: seconds, exit code, exit code of some indexes. */
const work = (args: readonly string[]) => ({ spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work:1', args }] } });
export const job = (args: readonly string[], spec: object = {}): Manifest => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec: { template: work(args), ...spec } });
export const cronJob = (schedule: string, args: readonly string[], spec: object = {}, jobSpec: object = {}): Manifest =>
  ({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'work' }, spec: { schedule, jobTemplate: { spec: { template: work(args), ...jobSpec } }, ...spec } });

export const pod = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: template('nginx:1').spec });
export const service = (spec: object = {}): Manifest => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }], ...spec } });
export const budget = (spec: object): Manifest => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { selector, ...spec } });
export const quota = (hard: object): Manifest => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' }, spec: { hard } });
export const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
export const configMap = (name: string, finalizers?: readonly string[]): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(finalizers && { finalizers }) } });
export const endpoints = (addresses: readonly string[]): Manifest =>
  ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' }, subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ port: 80 }] }] });
export const autoscaler = (minReplicas: number, maxReplicas: number): Manifest => ({
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas, maxReplicas,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] },
});
/** The same in another namespace than default. */
export const within = (place: string, manifest: Manifest): Manifest => ({ ...manifest, metadata: { ...manifest.metadata, namespace: place } });
