import type { Taint } from '../schema/types';

/** What a simulated machine is before its kubelet registers it. */
export type Machine = {
  readonly name: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, string>>;
};

const capacity = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110' };
/** As kind's docker network: the control plane has the second address. */
const addressOf = (index: number): string => `172.18.${Math.floor((index + 2) / 256)}.${(index + 2) % 256}`;

export const controlPlaneName = 'control-plane';
export const controlPlaneAddress = addressOf(0);

export const controlPlaneMachine: Machine = {
  name: controlPlaneName,
  ip: controlPlaneAddress,
  labels: { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' },
  taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
  capacity,
};

/** The worker machine `node-<index>`, counted from 1. */
export const workerMachine = (index: number): Machine => ({ name: `node-${index}`, ip: addressOf(index), labels: {}, taints: [], capacity });
