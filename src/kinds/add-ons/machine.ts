import type { Draft } from '../../api/types';
import type { CustomResourceDefinition, JSONSchemaProps, Taint } from '../../schema/types';
import { customResource, definitionOf, list, object, oneOf, text, texts, whole, type CustomObject } from './definition';

export const podariumGroup = 'podarium.dev';

/** What a machine's node begins with. */
export type NodeTemplate = {
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly version?: string;
};
export type MachineSpec = {
  readonly power?: 'On' | 'Off';
  readonly kubelet?: 'Running' | 'Stopped';
  readonly network?: 'Joined' | 'Cut';
  /** News from the API server reach the kubelet so much later. */
  readonly latencyMilliseconds?: number;
  readonly template?: NodeTemplate;
};
export type MachineStatus = {
  readonly observedGeneration?: number;
  readonly phase?: 'Provisioning' | 'Running' | 'Off' | 'Upgrading' | 'Deleting';
  readonly power?: string;
  readonly network?: string;
  readonly version?: string;
  readonly ready?: boolean;
  /** What it waits for. */
  readonly message?: string;
};
export type Machine = CustomObject<MachineSpec, MachineStatus>;

/** The machines under the nodes, by the names of their nodes: as bare-metal and cluster API providers have them. */
export const Machines = customResource<Machine>({ plural: 'machines', kind: 'Machine', group: podariumGroup, version: 'v1' });
/** On a machine: the next of its pool to go. */
export const deleteAnnotation = `${podariumGroup}/delete-machine`;
/** Keeps the object until its machine was drained and is gone. */
export const machineFinalizer = `${podariumGroup}/machine`;

const taint = object({ key: text, value: text, effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] }, timeAdded: text }, { required: ['key', 'effect'] });
export const nodeTemplateSchema: JSONSchemaProps = object({ labels: texts, taints: list(taint), capacity: texts, version: { type: 'string', pattern: '^v[0-9]+\\.[0-9]+\\.[0-9]+$' } });

export const machineDefinition: Draft<CustomResourceDefinition> = definitionOf(Machines, {
  spec: object({ power: oneOf('On', 'Off'), kubelet: oneOf('Running', 'Stopped'), network: oneOf('Joined', 'Cut'), latencyMilliseconds: whole(0, 0), template: nodeTemplateSchema }),
  status: object({ observedGeneration: { type: 'integer', format: 'int64' }, phase: text, power: text, network: text, version: text, ready: { type: 'boolean' }, message: text }),
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' }, { name: 'Ready', type: 'boolean', jsonPath: '.status.ready' },
    { name: 'Power', type: 'string', jsonPath: '.status.power' }, { name: 'Network', type: 'string', jsonPath: '.status.network' },
    { name: 'Version', type: 'string', jsonPath: '.status.version' }, { name: 'Pool', type: 'string', jsonPath: '.metadata.labels.podarium\\.dev/node-pool' },
    { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
  ],
});
