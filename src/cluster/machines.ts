import type { Taint } from '../schema/types';

/** What a simulated machine is before its kubelet registers it. */
export type Machine = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, string>>;
};

const capacity = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110' };
export const controlPlaneName = 'control-plane';
/** The first machine's address in the nodes' network, as its kubelet has it. */
export const controlPlaneAddress = '172.18.0.2';

export const controlPlaneMachine: Machine = {
  name: controlPlaneName,
  labels: { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' },
  taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
  capacity,
};

/** The worker machine `node-<index>`, counted from 1. */
export const workerMachine = (index: number): Machine => ({ name: `node-${index}`, labels: {}, taints: [], capacity });
