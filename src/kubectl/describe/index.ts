import type { KubeObject } from '../../api/types';
import { controllerOf } from '../../api/keys';
import type {
  AutoscalingV2HorizontalPodAutoscaler, CertificateSigningRequest, ClusterRole, ClusterRoleBinding, ConfigMap, CoreV1Event, CronJob, CSINode, DaemonSet, Deployment, Endpoints, EndpointSlice,
  Ingress, IngressClass, IPAddress, Job, Lease, LimitRange, Namespace, NetworkPolicy, Node, PersistentVolume, PersistentVolumeClaim, Pod, PodDisruptionBudget, PriorityClass, ReplicaSet,
  ReplicationController, ResourceQuota, Role, RoleBinding, Secret, Service, ServiceAccount, ServiceCIDR, StatefulSet, StorageClass, VolumeAttributesClass,
} from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { mappingFor, type Mapping } from '../resources';
import type { Context } from '../verb';
import { StatusError } from '../../api/status';
import { formatLabels } from '../printers/table';
import { describeRole, describeRoleBinding } from './access';
import { describeEndpoints, describeIPAddress, describeServiceCIDR } from './addresses';
import { describeHorizontalPodAutoscaler } from './autoscaler';
import { describeCertificateRequest } from './certificate-request';
import { describePersistentVolumeClaim } from './claim';
import { describeEvents } from './events';
import { describeGeneric } from './generic';
import { describeIngress, describeIngressClass, servicesOf, type Behind } from './ingress';
import { describeCronJob, describeJob } from './jobs';
import { describeLimitRange, describeResourceQuota } from './limits';
import { describeNetworkPolicy } from './network-policy';
import { describeNode } from './node';
import { describePersistentVolume } from './persistent-volume';
import { describeConfigMap, describeNamespace, describeSecret, describeServiceAccount } from './plain-kinds';
import { describePod } from './pod';
import { describeService } from './service';
import { describeEndpointSlice, describePodDisruptionBudget, describePriorityClass } from './small-kinds';
import { describeCSINode, describeStorageClass, describeVolumeAttributesClass } from './storage';
import { describeDaemonSet, describeDeployment, describeReplicaSet, describeReplicationController, describeStatefulSet } from './workloads';
import { findNewReplicaSet, replicaSetsOf } from '../replica-sets';
import { Description } from './writer';

type Describer = (out: Description, object: never, context: Context) => Promise<void> | void;

/** Lists what a description needs beside its object. */
const list = async <T>(
  { connection }: Context, kind: string, namespace: string | undefined, selectors: { labelSelector?: string; fieldSelector?: string } = {},
): Promise<readonly T[]> =>
  (await connection.list(mappingFor(kind), namespace, selectors)).items as readonly T[];

/** The pods that a workload chooses, and that are its own. */
async function podsOf(context: Context, { metadata }: KubeObject, labelSelector: string): Promise<readonly Pod[]> {
  const pods = await list<Pod>(context, 'pods', metadata.namespace, { labelSelector });
  return pods.filter((pod) => controllerOf(pod)?.uid === metadata.uid);
}
const chosenBy = ({ spec }: ReplicaSet | DaemonSet | StatefulSet): string => formatLabelSelector(spec.selector);

const slicesOf = (context: Context, namespace: string | undefined, service: string): Promise<readonly EndpointSlice[]> =>
  list<EndpointSlice>(context, 'endpointslices', namespace, { labelSelector: `kubernetes.io/service-name=${service}` });

/** What is behind the service of an ingress' backend. */
async function behindService(context: Context, namespace: string | undefined, name: string): Promise<Behind> {
  try {
    const slices = await slicesOf(context, namespace, name);
    return { slices, service: await context.connection.get({ mapping: mappingFor('services'), namespace, name }) as Service };
  } catch (error) {
    if (error instanceof StatusError) return { error: error.message };
    throw error;
  }
}

const describers: Readonly<Record<string, Describer>> = {
  pods: (out, pod: Pod, { connection }) => describePod(out, pod, connection.now()),
  configmaps: (out, configMap: ConfigMap) => describeConfigMap(out, configMap),
  secrets: (out, secret: Secret) => describeSecret(out, secret),
  resourcequotas: (out, quota: ResourceQuota) => describeResourceQuota(out, quota),
  limitranges: (out, range: LimitRange) => describeLimitRange(out, range),
  serviceaccounts: (out, account: ServiceAccount) => describeServiceAccount(out, account),
  'endpointslices.discovery.k8s.io': (out, slice: EndpointSlice) => describeEndpointSlice(out, slice),
  'priorityclasses.scheduling.k8s.io': (out, priority: PriorityClass) => describePriorityClass(out, priority),

  'poddisruptionbudgets.policy': (out, budget: PodDisruptionBudget) => describePodDisruptionBudget(out, budget),
  'jobs.batch': (out, job: Job) => describeJob(out, job),
  'cronjobs.batch': (out, cronJob: CronJob) => describeCronJob(out, cronJob),
  'storageclasses.storage.k8s.io': (out, storageClass: StorageClass) => describeStorageClass(out, storageClass),
  'volumeattributesclasses.storage.k8s.io': (out, attributes: VolumeAttributesClass) => describeVolumeAttributesClass(out, attributes),
  'csinodes.storage.k8s.io': (out, node: CSINode) => describeCSINode(out, node),
  'roles.rbac.authorization.k8s.io': (out, role: Role) => describeRole(out, role),
  'clusterroles.rbac.authorization.k8s.io': (out, role: ClusterRole) => describeRole(out, role),
  'rolebindings.rbac.authorization.k8s.io': (out, binding: RoleBinding) => describeRoleBinding(out, binding),
  'clusterrolebindings.rbac.authorization.k8s.io': (out, binding: ClusterRoleBinding) => describeRoleBinding(out, binding),
  'certificatesigningrequests.certificates.k8s.io': (out, request: CertificateSigningRequest) => describeCertificateRequest(out, request),
  endpoints: (out, endpoints: Endpoints) => describeEndpoints(out, endpoints),
  'ingressclasses.networking.k8s.io': (out, ingressClass: IngressClass) => describeIngressClass(out, ingressClass),
  'networkpolicies.networking.k8s.io': (out, policy: NetworkPolicy) => describeNetworkPolicy(out, policy),
  'servicecidrs.networking.k8s.io': (out, range: ServiceCIDR) => describeServiceCIDR(out, range),
  'ipaddresses.networking.k8s.io': (out, address: IPAddress) => describeIPAddress(out, address),
  persistentvolumes: (out, volume: PersistentVolume, { connection }) => describePersistentVolume(out, volume, connection.now()),

  persistentvolumeclaims: async (out, claim: PersistentVolumeClaim, context) =>
    describePersistentVolumeClaim(out, claim, await list<Pod>(context, 'pods', claim.metadata.namespace), context.connection.now()),

  // Whatever version was asked for: only v2 tells all metrics.
  'horizontalpodautoscalers.autoscaling': async (out, { metadata: { namespace, name } }: AutoscalingV2HorizontalPodAutoscaler, { connection }) =>
    describeHorizontalPodAutoscaler(out, await connection.get({ mapping: mappingFor('horizontalpodautoscalers'), namespace, name }) as AutoscalingV2HorizontalPodAutoscaler),

  'ingresses.networking.k8s.io': async (out, ingress: Ingress, context) => {
    const behind = await Promise.all(servicesOf(ingress).map(async (name) => [name, await behindService(context, ingress.metadata.namespace, name)] as const));
    describeIngress(out, ingress, new Map(behind));
  },

  replicationcontrollers: async (out, controller: ReplicationController, context) =>
    describeReplicationController(out, controller, await podsOf(context, controller, formatLabels(controller.spec.selector ?? {}))),

  'deployments.apps': async (out, deployment: Deployment, context) => {
    const sets = await replicaSetsOf(context, deployment);
    const fresh = findNewReplicaSet(deployment, sets);
    describeDeployment(out, deployment, fresh, sets.filter((set) => set !== fresh));
  },

  'replicasets.apps': async (out, set: ReplicaSet, context) => describeReplicaSet(out, set, await podsOf(context, set, chosenBy(set))),
  'daemonsets.apps': async (out, set: DaemonSet, context) => describeDaemonSet(out, set, await podsOf(context, set, chosenBy(set))),
  'statefulsets.apps': async (out, set: StatefulSet, context) => describeStatefulSet(out, set, await podsOf(context, set, chosenBy(set))),

  services: async (out, service: Service, context) =>
    describeService(out, service, await slicesOf(context, service.metadata.namespace, service.metadata.name)),

  nodes: async (out, node: Node, context) => {
    const lease = await context.connection.find({ mapping: mappingFor('leases'), namespace: 'kube-node-lease', name: node.metadata.name });
    const pods = await list<Pod>(
      context, 'pods', undefined, { fieldSelector: `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed` },
    );
    describeNode(out, node, lease as Lease | undefined, pods, context.connection.now());
  },

  namespaces: async (out, namespace: Namespace, context) => {
    const name = namespace.metadata.name;
    describeNamespace(out, namespace, await list<ResourceQuota>(context, 'resourcequotas', name), await list<LimitRange>(context, 'limitranges', name));
  },
};

/** Kinds whose descriptions say nothing of events. */
const withoutEvents = new Set([
  'secrets', 'namespaces', 'events', 'resourcequotas', 'limitranges', 'networkpolicies.networking.k8s.io', 'roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io',
]);

/** The whole description of one object, as `kubectl describe` prints it. */
export async function describeObject(context: Context, mapping: Mapping, object: KubeObject, showEvents: boolean): Promise<string> {
  const out = new Description();
  const describer = describers[mapping.resource];
  if (describer) await describer(out, object as never, context);
  else describeGeneric(out, object);
  if (showEvents && !withoutEvents.has(mapping.resource)) describeEvents(out, await eventsOf(context, mapping, object), context.connection.now());
  return out.toString();
}

/** Events about exactly this object. */
export async function eventsOf(context: Context, mapping: Mapping, { metadata }: KubeObject): Promise<readonly CoreV1Event[]> {
  const about = (uid: string) => [
    `involvedObject.name=${metadata.name}`, ...(metadata.namespace ? [`involvedObject.namespace=${metadata.namespace}`] : []), `involvedObject.uid=${uid}`,
  ].join(',');
  const found = await list<CoreV1Event>(context, 'events', metadata.namespace, { fieldSelector: about(metadata.uid) });
  // A kubelet reports on its node before it knows the node's uid, and puts the name there.
  return mapping.resource === 'nodes' ? [...found, ...await list<CoreV1Event>(context, 'events', undefined, { fieldSelector: about(metadata.name) })] : found;
}
