import type { KubeObject } from '../../api/types';
import { byText } from '../../lib/json';
import type { Affinity, Container, Pod, PodAffinityTerm, PodSpec, ResourceRequirements, ScopedResourceSelectorRequirement } from '../../schema/types';
import { qosClass } from '../core/pod-resources';
import { podAmounts } from './pod-amounts';
import { nothing, sameAmounts, type Amounts } from './amounts';
import { nameMatches } from './scopes';
import type { Evaluator } from './types';

const isPod = (object: KubeObject): object is Pod => object.kind === 'Pod';

/** It was a mistake upstream regrets: a quota of these makes every container say how much it wants. No others may follow. */
const mustBeGiven: ReadonlySet<string> = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);
const overcommitted = ['cpu', 'memory', 'ephemeral-storage'];
const counted: ReadonlySet<string> = new Set(['count/pods', 'pods', ...['', 'requests.', 'limits.'].flatMap((sum) => overcommitted.map((name) => `${sum}${name}`))]);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isCountedName = (name: string): boolean =>
  counted.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-') || (!isNative(name) && name.startsWith('requests.'));

/** Requests and limits under the names that quotas have for them. */
function named(requests: Amounts, limits: Amounts): Amounts {
  const amounts: Record<string, string> = { pods: '1' };
  for (const name in requests) {
    const amount = requests[name] ?? '0';
    if (overcommitted.includes(name) || isHugePages(name)) amounts[name] = amounts[`requests.${name}`] = amount;
    else if (!isNative(name)) amounts[`requests.${name}`] = amount;
  }
  for (const name in limits) if (overcommitted.includes(name)) amounts[`limits.${name}`] = limits[name] ?? '0';
  return amounts;
}

const onlyTheObject: Amounts = { 'count/pods': '1' };
/** Remembered for a template's containers: a spec that differs elsewhere, as by its node, uses the same. */
const known = new WeakMap<readonly Container[], { readonly spec: PodSpec; readonly amounts: Amounts }>();

function usage(pod: KubeObject, now: number): Amounts {
  if (!isPod(pod) || isOver(pod, now)) return onlyTheObject;
  const { spec } = pod;
  const before = known.get(spec.containers);
  if (before && before.spec.initContainers === spec.initContainers && before.spec.overhead === spec.overhead && before.spec.resources === spec.resources) return before.amounts;
  const amounts = { ...onlyTheObject, ...named(podAmounts(spec, 'requests'), podAmounts(spec, 'limits')) };
  known.set(spec.containers, { spec, amounts });
  return amounts;
}

/** It uses nothing any more: it has ended, or should have after its deletion. */
function isOver({ metadata: { deletionTimestamp, deletionGracePeriodSeconds }, status }: Pod, now: number): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds !== undefined && now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1_000;
}

/** Which containers say too little, by resource. Amounts given for the whole pod stand for all its containers. */
function missing(required: readonly string[], pod: KubeObject): string | undefined {
  const wanted = required.filter((name) => mustBeGiven.has(name)).sort(byText);
  if (!isPod(pod) || wanted.length === 0 || hasPodLevel(pod.spec.resources)) return undefined;
  const containers: readonly Container[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const given = containers.map(({ resources }) => named(resources?.requests ?? nothing, resources?.limits ?? nothing));
  const texts = wanted.flatMap((name) => {
    const lacking = containers.filter((_container, i) => given[i]?.[name] === undefined).map((container) => container.name);
    return lacking.length > 0 ? [`${name} for: ${[...new Set(lacking)].sort(byText).join(',')}`] : [];
  });
  return texts.length > 0 ? `must specify ${texts.join('; ')}` : undefined;
}

const hasPodLevel = (resources: ResourceRequirements | undefined): boolean => Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0;

type Scope = (pod: Pod, scope: ScopedResourceSelectorRequirement) => boolean;

const isTerminating = ({ spec: { activeDeadlineSeconds } }: Pod): boolean => activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0;

const scopes: Readonly<Record<string, Scope>> = {
  Terminating: isTerminating,
  NotTerminating: (pod) => !isTerminating(pod),
  BestEffort: ({ spec }) => qosClass(spec) === 'BestEffort',
  NotBestEffort: ({ spec }) => qosClass(spec) !== 'BestEffort',
  PriorityClass: ({ spec }, scope) => nameMatches(scope, spec.priorityClassName),
  CrossNamespacePodAffinity: ({ spec: { affinity } }) => termsOf(affinity).some(({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined),
};

const termsOf = ({ podAffinity, podAntiAffinity }: Affinity = {}): PodAffinityTerm[] => [podAffinity, podAntiAffinity].flatMap((each) => [
  ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
]);

/** Pods: what they request and may use, as long as they have not ended; `count/pods` counts all of them. */
export const podEvaluator: Evaluator = {
  handles: ({ operation, subresource }) => (subresource ? subresource === 'resize' && operation === 'update' : operation === 'create'),
  matching: (names) => [...names].filter(isCountedName),
  missing,
  usage,
  inScope: (object, scope) => isPod(object) && (scopes[scope.scopeName]?.(object, scope) ?? false),
  frees: (previous, next, now) => isPod(previous) && isPod(next) && previous !== next
    && (isOver(next, now) !== isOver(previous, now) || (previous.spec.containers !== next.spec.containers && !sameAmounts(usage(previous, now), usage(next, now)))),
};
