import { controllerOf } from '../../../src/api/keys';
import { DaemonSets } from '../../../src/kinds/apps/daemonset';
import { StatefulSets } from '../../../src/kinds/apps/statefulset';
import { Jobs } from '../../../src/kinds/batch/job';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { isActive, isPodReady, isTerminal } from '../../../src/kinds/core/pod-conditions';
import { podRequests, resourcesOf } from '../../../src/kinds/core/pod-resources';
import type { Node, Pod } from '../../../src/schema/types';
import { invariant } from './invariant';

const uses = (pod: Pod): boolean => !isTerminal(pod);

/** What is bound to a node never asks for more than the node has. */
export const nodesHold = invariant<Pod>('pods', function* ({ next, previous, now }, known, { lagMs }) {
  const name = next?.spec.nodeName;
  if (!next || !name || previous?.spec.nodeName || next.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
  const node = known.get(Nodes, undefined, name);
  if (!node) return;
  const allocatable = resourcesOf(node.status?.allocatable);
  let milliCpu = 0, memory = 0, count = 0;
  for (const pod of known.onNode(name, Pods)) {
    if (!uses(pod)) continue;
    const requests = podRequests(pod.spec);
    milliCpu += requests.cpuMilli;
    memory += requests.memoryBytes;
    count++;
  }
  if (milliCpu > allocatable.cpuMilli) yield `node ${name}: ${next.metadata.name} makes ${milliCpu}m of ${allocatable.cpuMilli}m`;
  if (memory > allocatable.memoryBytes) yield `node ${name}: ${next.metadata.name} makes ${memory} of ${allocatable.memoryBytes} bytes`;
  if (count > Number(node.status?.allocatable?.['pods'])) yield `node ${name}: ${next.metadata.name} is the pod number ${count}`;
  const versions = known.recent(node, Nodes, now, lagMs);
  const refuses = ({ spec }: Node): boolean => spec.unschedulable === true && controllerOf(next)?.kind !== 'DaemonSet';
  if (versions.length > 0 && versions.every(refuses)) yield `node ${name}: ${next.metadata.name} is bound to it although it takes no pods`;
});

/** In order: a pod is made when those before it are well, and goes when those after it are gone. */
export const ordinals = invariant<Pod>('pods', function* ({ next, previous, cause, now }, known, { lagMs }) {
  const pod = next ?? previous;
  if (!pod || cause?.component !== 'statefulset-controller') return;
  const owner = controllerOf(pod);
  const set = owner && known.get(StatefulSets, pod.metadata.namespace, owner.name);
  if (!set || set.metadata.uid !== owner.uid) return;
  const versions = known.recent(set, StatefulSets, now, lagMs);
  const ordinal = Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf('-') + 1));
  const starts = versions.map(({ spec }) => spec.ordinals?.start ?? 0);
  const sizes = versions.map(({ spec }) => spec.replicas ?? 1);
  const first = Math.min(...starts);
  const last = Math.max(...starts) + Math.max(...sizes) - 1;
  if (next && !previous && (ordinal < first || ordinal > last)) yield `statefulset ${set.metadata.name}: makes ordinal ${ordinal}, of ${first} to ${last}`;
  if (set.spec.podManagementPolicy === 'Parallel') return;
  if (next && !previous) {
    for (let before = Math.max(...starts); before < ordinal; before++) {
      const other = known.get(Pods, pod.metadata.namespace, `${set.metadata.name}-${before}`);
      const wasReady = other && known.recent(other, Pods, now, lagMs).some((each) => isPodReady(each) && each.metadata.deletionTimestamp === undefined);
      if (!wasReady) yield `statefulset ${set.metadata.name}: makes ordinal ${ordinal} while ${before} is not ready`;
    }
  }
  const dismissed = previous && previous.metadata.deletionTimestamp === undefined && (!next || next.metadata.deletionTimestamp !== undefined) && ordinal > last;
  if (!dismissed) return;
  for (const other of known.controlledBy(owner.uid, Pods)) {
    const number = Number(other.metadata.name.slice(other.metadata.name.lastIndexOf('-') + 1));
    if (number > ordinal) yield `statefulset ${set.metadata.name}: lets ordinal ${ordinal} go while ${number} is there`;
  }
});

const meantFor = ({ spec }: Pod): string | undefined =>
  spec.nodeName ?? spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];

/** One daemon on a node, and one more while it surges. */
export const daemons = invariant<Pod>('pods', function* ({ next, previous, cause, now }, known, { lagMs }) {
  if (!next || previous || cause?.component !== 'daemonset-controller') return;
  const owner = controllerOf(next);
  const set = owner && known.get(DaemonSets, next.metadata.namespace, owner.name);
  if (!set || set.metadata.uid !== owner.uid) return;
  const node = meantFor(next);
  const surges = known.recent(set, DaemonSets, now, lagMs).some(({ spec }) => spec.updateStrategy?.type !== 'OnDelete' && ![0, '0%', undefined].includes(spec.updateStrategy?.rollingUpdate?.maxSurge));
  const here = [...known.controlledBy(owner.uid, Pods)].filter((pod) => isActive(pod) && meantFor(pod) === node);
  if (here.length > (surges ? 2 : 1)) yield `daemonset ${set.metadata.name}: ${here.length} pods for ${node}: ${here.map(({ metadata }) => metadata.name).join(', ')}`;
});

/** Whether an index is in a text like `0,2-4`. */
const isAmong = (index: number, ranges = ''): boolean => ranges.split(',').some((range) => { const [from = NaN, to = from] = range.split('-').map(Number); return from <= index && index <= to; });

/** Never more at once than the Job wants, and no pod that ended is forgotten. */
export const jobPods = invariant<Pod>('pods', function* ({ next, previous, cause, now }, known, { lagMs }) {
  const pod = next ?? previous;
  const owner = pod && controllerOf(pod);
  if (!pod || owner?.kind !== 'Job') return;
  const job = known.get(Jobs, pod.metadata.namespace, owner.name);
  if (!job || job.metadata.uid !== owner.uid) return;
  const versions = known.recent(job, Jobs, now, lagMs);
  if (next && !previous && cause?.component === 'job-controller') {
    const active = [...known.controlledBy(owner.uid, Pods)].filter(isActive).length;
    const most = Math.max(...versions.map(({ spec }) => (spec?.suspend ? 0 : spec?.parallelism ?? 1)));
    if (active > most) yield `job ${job.metadata.name}: ${active} active pods, at most ${most} are wanted`;
  }
  const finalizer = 'batch.kubernetes.io/job-tracking';
  const released = previous?.metadata.finalizers?.includes(finalizer) && !next?.metadata.finalizers?.includes(finalizer) && isTerminal(previous);
  if (!released || job.metadata.deletionTimestamp !== undefined || job.status?.conditions?.some(({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True')) return;
  const index = pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
  if (pod.status?.phase === 'Succeeded' && index !== undefined && isAmong(Number(index), job.status?.completedIndexes)) return;
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  if (![...succeeded, ...failed].includes(pod.metadata.uid)) yield `job ${job.metadata.name}: ${pod.metadata.name} was let go before it was counted`;
});
