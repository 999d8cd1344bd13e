import { controllerOf } from '../../src/api/keys';
import type { KubeObject } from '../../src/api/types';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { DaemonSets } from '../../src/kinds/apps/daemonset';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { StatefulSets } from '../../src/kinds/apps/statefulset';
import { HorizontalPodAutoscalers } from '../../src/kinds/autoscaling/horizontalpodautoscaler';
import { CronJobs } from '../../src/kinds/batch/cronjob';
import { Jobs } from '../../src/kinds/batch/job';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Nodes } from '../../src/kinds/core/node';
import { isConditionTrue, isPodReady, isTerminal } from '../../src/kinds/core/pod-conditions';
import { Pods } from '../../src/kinds/core/pod';
import { podRequests } from '../../src/kinds/core/pod-resources';
import { ResourceQuotas } from '../../src/kinds/core/resourcequota';
import { Services } from '../../src/kinds/core/service';
import { EndpointSlices } from '../../src/kinds/discovery/endpointslice';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import { milliValue } from '../../src/lib/quantity';
import { matches } from '../../src/lib/selectors';
import type { Pod } from '../../src/schema/types';
import type { World } from './world';

/** Everything as it is at the end, listed once. */
class End {
  readonly pods: readonly Pod[];
  constructor(readonly world: World) { this.pods = world.all(Pods); }
  podsOf(owner: KubeObject): readonly Pod[] { return this.pods.filter((pod) => controllerOf(pod)?.uid === owner.metadata.uid); }
}

const at = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

/** Says where fields are not as they should be. */
function* differences(object: KubeObject, is: Readonly<Record<string, unknown>> | undefined, should: Readonly<Record<string, unknown>>): Generator<string> {
  for (const [field, value] of Object.entries(should)) if ((is?.[field] ?? 0) !== value) yield `${at(object)}: ${field} is ${String(is?.[field])}, not ${String(value)}`;
}

type Workload = KubeObject & { readonly status?: { readonly observedGeneration?: number } };
function* observed(object: Workload): Generator<string> {
  if (object.status?.observedGeneration !== object.metadata.generation) yield `${at(object)}: observed generation ${object.status?.observedGeneration}, not ${object.metadata.generation}`;
}

/** A group of pods: as many as wanted, all well. */
function* complete(owner: KubeObject, pods: readonly Pod[], wanted: number): Generator<string> {
  if (pods.length !== wanted) yield `${at(owner)}: ${pods.length} pods, not ${wanted}: ${pods.map(({ metadata }) => metadata.name).join(', ')}`;
  for (const pod of pods) if (!isPodReady(pod)) yield `${at(owner)}: ${pod.metadata.name} is not Ready (${pod.status?.phase}, on ${pod.spec.nodeName})`;
}

function* deployments({ world }: End): Generator<string> {
  const sets = world.all(ReplicaSets);
  for (const deployment of world.all(Deployments)) {
    const { replicas = 1, revisionHistoryLimit = 10 } = deployment.spec;
    yield* observed(deployment);
    yield* differences(deployment, deployment.status, { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas, unavailableReplicas: 0 });
    if (!isConditionTrue(deployment.status, 'Available')) yield `${at(deployment)}: not Available`;
    const progressing = deployment.status?.conditions?.find(({ type }) => type === 'Progressing');
    if (progressing?.status !== 'True' || progressing.reason !== 'NewReplicaSetAvailable') yield `${at(deployment)}: Progressing ${progressing?.status} ${progressing?.reason}`;
    const own = sets.filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
    if (own.filter(({ spec }) => (spec.replicas ?? 1) > 0).length > 1) yield `${at(deployment)}: several ReplicaSets have pods`;
    if (own.length - 1 > revisionHistoryLimit) yield `${at(deployment)}: ${own.length - 1} old ReplicaSets, ${revisionHistoryLimit} are to be kept`;
  }
}

function* replicaSets(end: End): Generator<string> {
  for (const set of end.world.all(ReplicaSets)) {
    const { replicas = 1 } = set.spec;
    yield* observed(set);
    yield* complete(set, end.podsOf(set).filter((pod) => !isTerminal(pod)), replicas);   // those that failed for good stay, as a record
    yield* differences(set, set.status, { replicas, readyReplicas: replicas, availableReplicas: replicas, fullyLabeledReplicas: replicas, terminatingReplicas: 0 });
  }
}

function* statefulSets(end: End): Generator<string> {
  for (const set of end.world.all(StatefulSets)) {
    const { replicas = 1, ordinals, revisionHistoryLimit = 10 } = set.spec;
    const pods = end.podsOf(set);
    yield* observed(set);
    yield* complete(set, pods, replicas);
    const names = Array.from({ length: replicas }, (_each, index) => `${set.metadata.name}-${index + (ordinals?.start ?? 0)}`);
    for (const name of names) if (!pods.some(({ metadata }) => metadata.name === name)) yield `${at(set)}: ${name} is missing`;
    yield* differences(set, set.status, { replicas, readyReplicas: replicas, availableReplicas: replicas, currentReplicas: replicas, updatedReplicas: replicas });
    if (set.status?.currentRevision !== set.status?.updateRevision) yield `${at(set)}: revision ${set.status?.currentRevision}, not ${set.status?.updateRevision}`;
    for (const pod of pods) if (pod.metadata.labels?.['controller-revision-hash'] !== set.status?.updateRevision) yield `${at(set)}: ${pod.metadata.name} is old`;
    yield* history(end, set, revisionHistoryLimit);
  }
}

function* history({ world }: End, owner: KubeObject, limit: number): Generator<string> {
  const own = world.all(ControllerRevisions).filter((revision) => controllerOf(revision)?.uid === owner.metadata.uid);
  if (own.length - 1 > limit) yield `${at(owner)}: ${own.length - 1} old revisions, ${limit} are to be kept`;
}

function* daemonSets(end: End): Generator<string> {
  for (const set of end.world.all(DaemonSets)) {
    const nodes = end.world.all(Nodes).filter(({ spec }) => !spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule'));
    const pods = end.podsOf(set);
    const wanted = nodes.length;
    yield* observed(set);
    yield* complete(set, pods, wanted);
    if (new Set(pods.map(({ spec }) => spec.nodeName)).size !== wanted) yield `${at(set)}: not one pod on each node`;
    yield* differences(set, set.status, {
      desiredNumberScheduled: wanted, currentNumberScheduled: wanted, numberReady: wanted, numberAvailable: wanted, updatedNumberScheduled: wanted, numberMisscheduled: 0, numberUnavailable: 0 });
    yield* history(end, set, set.spec.revisionHistoryLimit ?? 10);
  }
}

function* jobs(end: End): Generator<string> {
  for (const job of end.world.all(Jobs)) {
    const { status } = job;
    const isComplete = isConditionTrue(status, 'Complete');
    if (isComplete === isConditionTrue(status, 'Failed')) yield `${at(job)}: neither Complete nor Failed, or both: ${JSON.stringify(status)}`;
    if (isComplete && (status?.succeeded ?? 0) < (job.spec?.completions ?? 1)) yield `${at(job)}: Complete with ${status?.succeeded} of ${job.spec?.completions}`;
    if ((status?.active ?? 0) !== 0 || (status?.ready ?? 0) !== 0
      || (status?.terminating ?? 0) !== 0) yield `${at(job)}: over, and ${status?.active} active, ${status?.ready} ready, ${status?.terminating} terminating`;
    if ((status?.uncountedTerminatedPods?.succeeded?.length ?? 0) + (status?.uncountedTerminatedPods?.failed?.length ?? 0) > 0) yield `${at(job)}: pods are not counted`;
    for (const pod of end.podsOf(job)) if (!isTerminal(pod)) yield `${at(job)}: over, and ${pod.metadata.name} is ${pod.status?.phase}`;
    if (job.spec?.ttlSecondsAfterFinished !== undefined) yield `${at(job)}: outlived its time`;
  }
  for (const cronJob of end.world.all(CronJobs)) {
    const own = end.world.all(Jobs).filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
    if ((cronJob.status?.active ?? []).length > 0) yield `${at(cronJob)}: says that Jobs run: ${JSON.stringify(cronJob.status?.active)}`;
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec ?? {};
    if (own.filter(({ status }) => isConditionTrue(status, 'Complete')).length > successfulJobsHistoryLimit) yield `${at(cronJob)}: more completed Jobs than ${successfulJobsHistoryLimit}`;
    if (own.filter(({ status }) => isConditionTrue(status, 'Failed')).length > failedJobsHistoryLimit) yield `${at(cronJob)}: more failed Jobs than ${failedJobsHistoryLimit}`;
  }
}

/** Nothing hangs: no pod on its way out, none on a node that is not there, nothing whose owner or namespace is gone. */
function* orphans({ world, pods }: End): Generator<string> {
  const everything: KubeObject[] = [...pods];
  for (const kind of [Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs, ControllerRevisions, EndpointSlices, Services, PodDisruptionBudgets,
    ResourceQuotas]) everything.push(...world.client.list<KubeObject>(kind).items);
  const uids = new Set([...everything, ...world.all(Nodes)].map(({ metadata }) => metadata.uid));
  const known = new Set(world.all(Namespaces).map(({ metadata }) => metadata.name));
  for (const object of everything) {
    const { namespace = '', ownerReferences = [], deletionTimestamp, finalizers = [] } = object.metadata;
    for (const { uid, kind, name } of ownerReferences) if (!uids.has(uid) && kind !== 'EndpointSlice' && kind !== 'Endpoints') yield `${at(object)}: its owner ${kind} ${name} is gone`;
    if (!known.has(namespace)) yield `${at(object)}: its namespace is gone`;
    if (deletionTimestamp !== undefined) yield `${at(object)}: still going (finalizers: ${finalizers.join(', ')})`;
    if (object.kind === Pods.kind && finalizers.length > 0) yield `${at(object)}: has finalizers ${finalizers.join(', ')}`;
  }
  const nodes = new Set(world.all(Nodes).map(({ metadata }) => metadata.name));
  for (const pod of pods) if (!nodes.has(pod.spec.nodeName ?? '')) yield `${at(pod)}: on ${pod.spec.nodeName ?? 'no node'}`;
  for (const namespace of world.all(Namespaces)) if (namespace.metadata.deletionTimestamp !== undefined) yield `${at(namespace)}: still going`;
  for (const node of world.all(Nodes)) if (!isConditionTrue(node.status, 'Ready')) yield `${at(node)}: not Ready`;
}

function* policies({ world, pods }: End): Generator<string> {
  for (const quota of world.all(ResourceQuotas)) {
    const counted = pods.filter((pod) => pod.metadata.namespace === quota.metadata.namespace && !isTerminal(pod));
    if (Number(quota.status?.used?.['pods']) !== counted.length) yield `${at(quota)}: ${quota.status?.used?.['pods']} pods used, not ${counted.length}`;
    const cpuMilli = counted.reduce((sum, pod) => sum + podRequests(pod.spec).cpuMilli, 0);
    if (milliValue(quota.status?.used?.['requests.cpu'] ?? '') !== cpuMilli) yield `${at(quota)}: ${quota.status?.used?.['requests.cpu']} cpu used, not ${cpuMilli}m`;
    if (JSON.stringify(quota.status?.hard) !== JSON.stringify(quota.spec?.hard)) yield `${at(quota)}: limits in its status are old`;
  }
  for (const budget of world.all(PodDisruptionBudgets)) {
    const healthy = pods.filter((pod) => pod.metadata.namespace === budget.metadata.namespace && matches(budget.spec?.selector, pod.metadata.labels) && isPodReady(pod)).length;
    const { currentHealthy, desiredHealthy = 0, expectedPods = 0, disruptionsAllowed, disruptedPods } = budget.status ?? {};
    yield* observed(budget);
    if (currentHealthy !== healthy) yield `${at(budget)}: ${currentHealthy} healthy, not ${healthy}`;
    if (disruptionsAllowed !== (expectedPods > 0 ? Math.max(0, healthy - desiredHealthy)
      : 0)) yield `${at(budget)}: ${disruptionsAllowed} disruptions of ${healthy} healthy, ${desiredHealthy} desired, ${expectedPods} expected`;
    if (disruptedPods && Object.keys(disruptedPods).length > 0) yield `${at(budget)}: still disrupted: ${Object.keys(disruptedPods).join(', ')}`;
  }
  for (const autoscaler of world.all(HorizontalPodAutoscalers)) {
    const { scaleTargetRef: { kind, name }, minReplicas = 1, maxReplicas } = autoscaler.spec ?? { scaleTargetRef: { kind: '', name: '' }, maxReplicas: 0 };
    const target = [...world.all(Deployments), ...world.all(StatefulSets)]
      .find((each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === autoscaler.metadata.namespace);
    const replicas = target?.spec.replicas ?? 1;
    if (target && replicas !== 0 && (replicas < minReplicas || replicas > maxReplicas)) yield `${at(autoscaler)}: ${replicas} replicas, of ${minReplicas} to ${maxReplicas}`;
  }
}

/** Endpoints are the pods that a service selects and that have an address; ready are those that are Ready. */
function* endpoints({ world, pods }: End): Generator<string> {
  const slices = world.all(EndpointSlices);
  for (const service of world.all(Services)) {
    const { namespace, name } = service.metadata;
    if (!service.spec?.selector) continue;
    const shown = slices.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name)
      .flatMap(({ endpoints: each }) => each ?? []).filter(({ conditions }) => conditions?.ready).flatMap(({ addresses }) => addresses).sort();
    const wanted = pods.filter((pod) => pod.metadata.namespace === namespace && matches({ matchLabels: service.spec?.selector ?? {} }, pod.metadata.labels) && isPodReady(pod) && !isTerminal(pod))
      .map(({ status }) => status?.podIP ?? '').sort();
    if (shown.join() !== wanted.join()) yield `${at(service)}: endpoints ${shown.join()}, pods ${wanted.join()}`;
  }
  const addresses = pods.filter((pod) => !isTerminal(pod) && !pod.spec.hostNetwork).map(({ status }) => status?.podIP);
  if (new Set(addresses).size !== addresses.length) yield `two pods have one address: ${addresses.sort().join()}`;
}

const checks = [deployments, replicaSets, statefulSets, daemonSets, jobs, orphans, policies, endpoints];

/** What is not as it should be when the dust has settled. */
export function* unsettled(world: World): Generator<string> {
  const end = new End(world);
  for (const check of checks) yield* check(end);
}
