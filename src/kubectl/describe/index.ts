import type { KubeObject } from '../../api/types';
import { controllerOf } from '../../api/keys';
import type {
  ConfigMap, CoreV1Event, DaemonSet, Deployment, EndpointSlice, Lease, LimitRange, Namespace, Node, Pod, PriorityClass, ReplicaSet, ResourceQuota, Secret, Service, ServiceAccount, StatefulSet,
} from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { mappingFor, type Mapping } from '../resources';
import type { Context } from '../verb';
import { describeEvents } from './events';
import { describeGeneric } from './generic';
import { describeLimitRange, describeResourceQuota } from './limits';
import { describeNode } from './node';
import { describeConfigMap, describeNamespace, describeSecret, describeServiceAccount } from './plain-kinds';
import { describePod } from './pod';
import { describeService } from './service';
import { describeEndpointSlice, describePriorityClass } from './small-kinds';
import { describeDaemonSet, describeDeployment, describeReplicaSet, describeStatefulSet } from './workloads';
import { findNewReplicaSet, replicaSetsOf } from '../replica-sets';
import { Description } from './writer';

type Describer = (out: Description, object: never, context: Context) => Promise<void> | void;

/** Lists what a description needs beside its object. */
const list = async <T>(
  { connection }: Context, kind: string, namespace: string | undefined, selectors: { labelSelector?: string; fieldSelector?: string } = {},
): Promise<readonly T[]> =>
  (await connection.list(mappingFor(kind), namespace, selectors)).items as readonly T[];

/** The pods that a workload chooses, and that are its own. */
async function podsOf(context: Context, { metadata, spec }: ReplicaSet | DaemonSet | StatefulSet): Promise<readonly Pod[]> {
  const pods = await list<Pod>(context, 'pods', metadata.namespace, { labelSelector: formatLabelSelector(spec.selector) });
  return pods.filter((pod) => controllerOf(pod)?.uid === metadata.uid);
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

  'deployments.apps': async (out, deployment: Deployment, context) => {
    const sets = await replicaSetsOf(context, deployment);
    const fresh = findNewReplicaSet(deployment, sets);
    describeDeployment(out, deployment, fresh, sets.filter((set) => set !== fresh));
  },

  'replicasets.apps': async (out, set: ReplicaSet, context) => describeReplicaSet(out, set, await podsOf(context, set)),
  'daemonsets.apps': async (out, set: DaemonSet, context) => describeDaemonSet(out, set, await podsOf(context, set)),
  'statefulsets.apps': async (out, set: StatefulSet, context) => describeStatefulSet(out, set, await podsOf(context, set)),

  services: async (out, service: Service, context) =>
    describeService(
      out, service,
      await list<EndpointSlice>(
        context, 'endpointslices', service.metadata.namespace, { labelSelector: `kubernetes.io/service-name=${service.metadata.name}` },
      ),
    ),

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
const withoutEvents = new Set(['secrets', 'namespaces', 'events', 'resourcequotas', 'limitranges']);

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
