import type { Draft } from '../../api/types';
import { Pods } from '../../kinds/core/pod';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { Container, EnvVar, Job, Pod, PodSpec } from '../../schema/types';

/** Keeps a pod until the job has counted it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
const indexKey = 'batch.kubernetes.io/job-completion-index';
const failureCountKey = 'batch.kubernetes.io/job-index-failure-count';
const ignoredCountKey = 'batch.kubernetes.io/job-index-ignored-failure-count';
const maxHostnameLength = 63;

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod);
export const isSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';

/** Whether only pods that have come to their end are replaced, and not those still terminating. */
export const replacesOnlyFailed = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;

/** Takes the job's finalizer off a pod. */
export function release({ metadata }: Pod, { api }: Context): void {
  unlessGone(() => api.patch(Pods, metadata, { metadata: { uid: metadata.uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } }, 'strategic'));
}

/** A pod being deleted counts as failed at once, unless the job waits for its end. */
export const isFailed = (pod: Pod, job: Job): boolean =>
  pod.status?.phase === 'Failed' || (!replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && !isSucceeded(pod));

/** The completion index of a pod; undefined when it has none that counts. */
export function indexOf({ metadata }: Pod, completions = Number.POSITIVE_INFINITY): number | undefined {
  const text = metadata.annotations?.[indexKey];
  const index = text === undefined ? Number.NaN : Number(text);
  return Number.isInteger(index) && index >= 0 && index < completions ? index : undefined;
}

/** How often pods of its index failed before this one, counted and ignored. */
export const failuresBefore = ({ metadata }: Pod): { readonly counted: number; readonly ignored: number } =>
  ({ counted: Number(metadata.annotations?.[failureCountKey] ?? 0) || 0, ignored: Number(metadata.annotations?.[ignoredCountKey] ?? 0) || 0 });

/** What the next pod of an index takes over from the failed one before it. */
export type IndexHistory = { readonly counted: number; readonly ignored: number };

/** A pod of the job; with its index when it is an indexed one. */
export function podFor(job: Job, index: number | undefined, history: IndexHistory | undefined): Draft<Pod> {
  const { metadata: { name, namespace }, spec: { template } } = job;
  const { labels, annotations, finalizers = [] } = template.metadata ?? {};
  const common = { namespace, ownerReferences: controlledBy(job), finalizers: [...finalizers, trackingFinalizer] };
  const spec = template.spec ?? { containers: [] };
  if (index === undefined)
    return { metadata: { ...common, generateName: `${name}-`, ...(labels && { labels }), ...(annotations && { annotations }) }, spec };
  const counts = history && { [failureCountKey]: String(history.counted), ...(history.ignored > 0 && { [ignoredCountKey]: String(history.ignored) }) };
  return {
    metadata: { ...common, generateName: `${name}-${index}-`, labels: { ...labels, [indexKey]: String(index) }, annotations: { ...annotations, [indexKey]: String(index), ...counts } },
    spec: indexedSpec(spec, `${name}-${index}`),
  };
}

const indexVariable: EnvVar = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } } };
const withVariable = (container: Container): Container =>
  (container.env?.some(({ name }) => name === indexVariable.name) ? container : { ...container, env: [...container.env ?? [], indexVariable] });

const indexedSpec = (spec: PodSpec, hostname: string): PodSpec => ({
  ...spec,
  hostname: spec.hostname ?? hostname.slice(0, maxHostnameLength),
  containers: spec.containers.map(withVariable),
  ...(spec.initContainers && { initContainers: spec.initContainers.map(withVariable) }),
});
