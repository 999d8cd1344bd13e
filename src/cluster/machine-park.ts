import { Subject } from 'rxjs';
import type { Kubelets } from '../kubelet/kubelets';
import type { Machinery, MachineState, MachineTemplate } from '../runtime/machines';
import { proxyPod } from './static-pods';

/** The machines of a cluster: what can be done to them without the API. */
export class MachinePark implements Machinery {
  readonly changes = new Subject<string>();

  constructor(private readonly kubeletsOf: () => Kubelets) {}

  get #kubelets(): Kubelets { return this.kubeletsOf(); }

  get names(): readonly string[] { return this.#kubelets.nodes; }

  state(name: string): MachineState | undefined {
    const found = this.#kubelets.condition(name);
    return found && {
      power: found.state === 'off' ? 'Off' : 'On', kubelet: found.state === 'up' ? 'Running' : 'Stopped',
      network: found.cut ? 'Cut' : 'Joined', latencyMs: found.latencyMs, version: found.version,
    };
  }

  add(name: string, template: MachineTemplate): void {
    this.#kubelets.addNode(name, { staticPods: [proxyPod], ...template });
    this.changes.next(name);
  }

  remove(name: string): void {
    if (!this.state(name)) return;
    this.#kubelets.removeNode(name);
    this.changes.next(name);
  }

  kill(pod: { readonly namespace: string; readonly name: string }, container: string): void { this.#kubelets.kill(pod, container); }

  set(name: string, { power, kubelet, network, latencyMs, version }: Partial<MachineState>): void {
    const kubelets = this.#kubelets;
    const before = this.state(name);
    if (!before) return;
    if (network !== undefined && network !== before.network) kubelets.partitionNode(name, network === 'Cut');
    if (latencyMs !== undefined && latencyMs !== before.latencyMs) kubelets.slowNode(name, latencyMs);
    if (version !== undefined && version !== before.version) kubelets.upgradeNode(name, version);
    if (power === 'Off' && before.power === 'On') kubelets.crashNode(name);
    else if (kubelet === 'Stopped' && before.kubelet === 'Running') kubelets.stopHeartbeat(name);
    else if ((power === 'On' && before.power === 'Off') || (kubelet === 'Running' && before.kubelet === 'Stopped' && before.power === 'On')) kubelets.restartNode(name);
    this.changes.next(name);
  }
}
