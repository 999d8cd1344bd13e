import type { Observable } from 'rxjs';
import type { Taint } from '../schema/types';

/** What a machine is bought with. */
export type MachineTemplate = {
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly capacity?: Readonly<Record<string, string>>;
  /** Of its kubelet. */
  readonly version?: string;
};

/** How a machine is. `latencyMs`: how late news from the API server reach its kubelet, and its heartbeats the server. */
export type MachineState = {
  readonly power: 'On' | 'Off';
  readonly kubelet: 'Running' | 'Stopped';
  readonly network: 'Joined' | 'Cut';
  readonly latencyMs: number;
  readonly version: string;
};

/** The machines under the nodes, as whoever stands beside them, or their cloud, reaches them: no part of the Kubernetes API. */
export interface Machinery {
  readonly names: readonly string[];
  state(name: string): MachineState | undefined;
  /** @throws Error when there is one of that name. */
  add(name: string, template: MachineTemplate): void;
  /** Takes the machine away for good, and its Node with it. Nothing happens when there is none. */
  remove(name: string): void;
  /** Makes a machine be so. Nothing happens when there is none. */
  set(name: string, state: Partial<MachineState>): void;
  /** SIGKILL to a container, from its machine. @throws Error when it does not run. */
  kill(pod: { readonly namespace: string; readonly name: string }, container: string): void;
  /** Names of machines that came, went, or are otherwise now. */
  readonly changes: Observable<string>;
}
