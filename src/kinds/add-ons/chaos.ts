import type { Draft } from '../../api/types';
import type { LabelSelector } from '../../lib/selectors';
import type { CustomResourceDefinition, JSONSchemaProps } from '../../schema/types';
import { customResource, definitionOf, list, object, oneOf, text, texts, whole, type CustomObject } from './definition';
import { podariumGroup } from './machine';

export const chaosTypes = ['NodeCrash', 'NodePartition', 'NodeSlow', 'KubeletStop', 'PodKill', 'ContainerKill', 'ComponentKill'] as const;
export type ChaosType = (typeof chaosTypes)[number];

/** One kind of mischief, and to whom. */
export type ChaosAction = {
  readonly type: ChaosType;
  /** How often it is chosen beside the others. */
  readonly weight?: number;
  /** Of nodes: all workers when absent. */
  readonly nodeSelector?: LabelSelector;
  /** Of pods, and the namespaces they are in: all but kube-system when absent. */
  readonly podSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  /** Which container of the pod; any when absent. */
  readonly container?: string;
  /** Which part of the control plane; any when absent. */
  readonly component?: string;
  /** Nodes are healed after so long. */
  readonly durationSeconds?: number;
  readonly latencyMilliseconds?: number;
  /** What killed pods are given instead of their own grace period. */
  readonly gracePeriodSeconds?: number;
};
export type ChaosSpec = {
  /** The same seed does the same to the same cluster. */
  readonly seed?: number;
  readonly paused?: boolean;
  readonly intervalSeconds?: number;
  /** How far each interval may be off, in percent. */
  readonly jitterPercent?: number;
  /** No more disruptions than these at a time, and in all. */
  readonly maxConcurrent?: number;
  readonly limit?: number;
  readonly respectDisruptionBudgets?: boolean;
  readonly actions: readonly ChaosAction[];
};
/** `Active` until it is healed; `Done` needs no healing. */
export type ChaosOutcome = 'Active' | 'Healed' | 'Done' | 'Refused' | 'NoTarget' | 'Failed';
export type ChaosEntry = {
  readonly round: number;
  readonly type: ChaosType;
  readonly at: string;
  readonly outcome: ChaosOutcome;
  /** `node/node-1`, `pod/default/web`, `container/default/web/nginx`. */
  readonly target?: string;
  readonly until?: string;
  readonly message?: string;
};
export type ChaosStatus = {
  readonly observedGeneration?: number;
  readonly phase?: 'Running' | 'Paused' | 'Completed' | 'Healing';
  readonly rounds?: number;
  readonly disruptions?: number;
  readonly active?: number;
  readonly nextAt?: string;
  /** What it did last, and all that is not healed yet. */
  readonly history?: readonly ChaosEntry[];
};
export type Chaos = CustomObject<ChaosSpec, ChaosStatus>;

/** Mischief with a seed: what tools such as kube-monkey and Chaos Mesh do to a cluster. */
export const Chaoses = customResource<Chaos>({ plural: 'chaos', kind: 'Chaos', group: podariumGroup, version: 'v1' });
/** Keeps the object until everything is healed. */
export const chaosFinalizer = `${podariumGroup}/chaos`;

export const chaosComponents = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

const choice = (...values: readonly string[]): JSONSchemaProps => ({ type: 'string', enum: [...values] });
const time: JSONSchemaProps = { type: 'string', format: 'date-time' };
const truth = (initial: boolean): JSONSchemaProps => ({ type: 'boolean', default: initial });
const selector = object({
  matchLabels: texts,
  matchExpressions: list(object({ key: text, operator: choice('In', 'NotIn', 'Exists', 'DoesNotExist'), values: list(text) }, { required: ['key', 'operator'] })),
});
const onlyFor = (field: string, types: readonly ChaosType[], name = `self.${field}`) =>
  ({ rule: `!has(${name}) || self.type in [${types.map((type) => `'${type}'`).join(', ')}]`, message: `${field} is of no use to this type`, fieldPath: `.${field}` });

const about = (fields: Readonly<Record<string, JSONSchemaProps>>, words: Readonly<Record<string, string>>): Readonly<Record<string, JSONSchemaProps>> =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, words[name] === undefined ? schema : { ...schema, description: words[name] }]));

const action = object(about({
  type: choice(...chaosTypes), weight: whole(1, 1), nodeSelector: selector, podSelector: selector, namespaces: { ...list(text), maxItems: 100 }, container: text,
  component: choice(...chaosComponents), durationSeconds: whole(1), latencyMilliseconds: whole(1), gracePeriodSeconds: whole(0),
}, {
  type: 'What is done. Node types last for durationSeconds and are healed; what is killed comes back by itself.',
  weight: 'How often this action is chosen beside the others.',
  nodeSelector: 'Nodes it may be done to. Defaults to all but the control plane.',
  podSelector: 'Pods it may be done to. Defaults to all of the namespaces.',
  namespaces: 'Namespaces of the pods. Defaults to all but kube-system.',
  container: 'The container to kill. Any when absent.',
  component: 'The part of the control plane to kill. Any when absent.',
  durationSeconds: 'A node is healed after so long. Defaults to 60.',
  latencyMilliseconds: 'How late a slow node hears of everything. Defaults to 5000.',
  gracePeriodSeconds: 'What killed pods are given instead of their own grace period.',
}), {
  required: ['type'],
  'x-kubernetes-validations': [
    onlyFor('nodeSelector', ['NodeCrash', 'NodePartition', 'NodeSlow', 'KubeletStop']), onlyFor('durationSeconds', ['NodeCrash', 'NodePartition', 'NodeSlow', 'KubeletStop']),
    onlyFor('podSelector', ['PodKill', 'ContainerKill']), onlyFor('namespaces', ['PodKill', 'ContainerKill'], 'self.namespaces'),
    onlyFor('container', ['ContainerKill']), onlyFor('component', ['ComponentKill']), onlyFor('latencyMilliseconds', ['NodeSlow']), onlyFor('gracePeriodSeconds', ['PodKill']),
  ],
});

const entry = object({ round: whole(0), type: text, at: time, outcome: oneOf('Active', 'Healed', 'Done', 'Refused', 'NoTarget', 'Failed'), target: text, until: time, message: text });

export const chaosDefinition: Draft<CustomResourceDefinition> = definitionOf(Chaoses, {
  spec: object(about({
    seed: { type: 'integer', format: 'int32', default: 1 }, paused: truth(false), intervalSeconds: whole(1, 30), jitterPercent: { ...whole(0, 0), maximum: 100 },
      maxConcurrent: whole(1, 1), limit: whole(1),
    respectDisruptionBudgets: truth(false), actions: { ...list(action), minItems: 1, maxItems: 32 },
  }, {
    seed: 'The same seed does the same to the same cluster.',
    paused: 'Nothing new is done; what is broken is healed in time.',
    intervalSeconds: 'From one disruption to the next.',
    jitterPercent: 'How far each interval may be off.',
    maxConcurrent: 'No more nodes than these are disturbed at a time.',
    limit: 'It is over after so many disruptions. Endless when absent.',
    respectDisruptionBudgets: 'Nothing is done that a PodDisruptionBudget would not allow to an eviction.',
    actions: 'What may be done.',
  }), { required: ['actions'] }),
  status: object({
    observedGeneration: { type: 'integer', format: 'int64' }, phase: text, rounds: whole(0), disruptions: whole(0), active: whole(0), nextAt: time, history: list(entry),
  }),
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' }, { name: 'Disruptions', type: 'integer', jsonPath: '.status.disruptions' },
      { name: 'Active', type: 'integer', jsonPath: '.status.active' },
    { name: 'Last', type: 'string', jsonPath: '.status.history[-1:].target', priority: 1 }, { name: 'Seed', type: 'integer', jsonPath: '.spec.seed', priority: 1 },
  ],
});
