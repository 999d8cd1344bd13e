import { matchesNodeSelector } from '../../kinds/core/node-selector';
import { findUntolerated } from '../../kinds/core/tolerations';
import { isList } from '../../lib/json';
import { matches } from '../../lib/selectors';
import type { Pod } from '../../schema/types';
import type { Evictor } from './evictor';
import type { Arguments } from './policy';
import { taintsOf, type Place, type Situation } from './situation';

export type Run = { readonly situation: Situation; readonly evictor: Evictor; readonly args: Arguments; readonly now: number; readonly terminal: readonly Pod[] };
export type Strategy = (run: Run, name: string) => void;

const texts = (value: unknown): readonly string[] | undefined => (isList(value) ? value.map(String) : undefined);
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** Looks at each pod by itself, with the node it is on. */
const each = (wrong: (pod: Pod, node: Place, run: Run) => boolean): Strategy => (run, name) => {
  const { situation, evictor, args } = run;
  for (const node of situation.all) for (const pod of node.pods) if (evictor.concerns(pod, args) && wrong(pod, node, run)) evictor.evict(pod, name);
};

const statuses = ({ status }: Pod, withInit: boolean) => [...(status?.containerStatuses ?? []), ...(withInit ? status?.initContainerStatuses ?? [] : [])];

/** What a pod may be asked about: its phase, its reason, and what its containers wait for or ended with. */
function statesOf(pod: Pod, withInit: boolean): readonly string[] {
  const { phase, reason } = pod.status ?? {};
  return [phase, reason, ...statuses(pod, withInit).flatMap(({ state }) => [state?.waiting?.reason, state?.terminated?.reason])].filter((text) => text !== undefined && text !== null);
}

const repels = (pod: Pod, other: Pod, nodeOf: ReadonlyMap<string, Place>): boolean =>
  (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(({ topologyKey, labelSelector, namespaces }) => {
    const [own, its] = [pod, other].map(({ spec }) => nodeOf.get(spec.nodeName ?? '')?.labels[topologyKey]);
    const isNear = own !== undefined && own === its;
    return isNear && (namespaces?.length ? namespaces.includes(other.metadata.namespace) : other.metadata.namespace === pod.metadata.namespace) && matches(labelSelector, other.metadata.labels);
  });

/** Pods that are wrong where they are, by upstream's names for the reasons. */
export const deschedule: Readonly<Record<string, Strategy>> = {
  RemovePodsViolatingNodeAffinity: each((pod, node, { situation }) =>
    !matchesNodeSelector(pod, node.labels, node.name) && situation.nodes.some((other) => matchesNodeSelector(pod, other.labels, other.name))),

  RemovePodsViolatingNodeTaints: each((pod, node, { args }) => {
    const effects = args['includePreferNoSchedule'] === true ? ['NoSchedule', 'PreferNoSchedule'] : ['NoSchedule'];
    const [excluded, included] = [texts(args['excludedTaints']), texts(args['includedTaints'])];
    const says = (list: readonly string[], { key, value = '' }: { readonly key: string; readonly value?: string }): boolean => list.includes(key) || list.includes(`${key}=${value}`);
    const counted = taintsOf(node, effects).filter((taint) => !(excluded && says(excluded, taint)) && !(included && !says(included, taint)));
    return findUntolerated(counted, pod.spec.tolerations ?? [], effects) !== undefined;
  }),

  RemovePodsViolatingInterPodAntiAffinity: (run, name) => {
    const { situation, evictor, args } = run;
    const nodeOf = new Map(situation.all.map((place) => [place.name, place]));
    const { pods } = situation;
    const repelling = pods.filter(({ spec }) => spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length);
    for (const pod of repelling.length > 0 ? pods : [])
      if (evictor.concerns(pod, args) && repelling.some((other) => other !== pod && !evictor.isGone(other) && repels(other, pod, nodeOf))) evictor.evict(pod, name);
  },

  RemovePodsHavingTooManyRestarts: each((pod, _node, { args }) => {
    const withInit = args['includingInitContainers'] === true;
    const states = texts(args['states']);
    if (states && !statesOf(pod, withInit).some((state) => states.includes(state))) return false;
    return statuses(pod, withInit).reduce((sum, { restartCount }) => sum + restartCount, 0) >= number(args['podRestartThreshold'], Infinity);
  }),

  PodLifeTime: each((pod, _node, { args, now }) => {
    const states = texts(args['states']);
    if (states && !statesOf(pod, args['includingInitContainers'] === true).some((state) => states.includes(state))) return false;
    return now - Date.parse(pod.metadata.creationTimestamp) > number(args['maxPodLifeTimeSeconds'], Infinity) * 1_000;
  }),

  RemoveFailedPods: ({ terminal, evictor, args, now }, name) => {
    const [reasons, kinds] = [texts(args['reasons']), texts(args['excludeOwnerKinds'])];
    for (const pod of terminal) {
      if (pod.status?.phase !== 'Failed' || !evictor.concerns(pod, args)) continue;
      if (reasons && !statesOf(pod, args['includingInitContainers'] === true).some((state) => reasons.includes(state))) continue;
      if (kinds && pod.metadata.ownerReferences?.some(({ kind }) => kinds.includes(kind))) continue;
      if (now - Date.parse(pod.metadata.creationTimestamp) >= number(args['minPodLifetimeSeconds'], 0) * 1_000) evictor.evict(pod, name);
    }
  },
};
