import { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { ApiServer } from '../api/types';
import type { SchedulerLike } from 'rxjs';

/** How well the kubelet of one node and the API server reach each other. */
type Reach = { cut: boolean; latencyMs: number; dueAt: number };

const timedOut = (): never => { throw new StatusError('ServiceUnavailable', 'dial tcp 172.18.0.2:6443: i/o timeout'); };
const nobody: ApiServer = { call: timedOut, watch: timedOut, connect: timedOut };

/** The network between kubelets and the API server: who is cut off from it, and to whom its news come late. */
export class ApiReach {
  readonly #nodes = new Map<string, Reach>();

  constructor(private readonly scheduler: SchedulerLike) {}

  isCut(node: string): boolean { return this.#nodes.get(node)?.cut ?? false; }
  latencyMs(node: string): number { return this.#nodes.get(node)?.latencyMs ?? 0; }
  cut(node: string, cut: boolean): void { this.#of(node).cut = cut; }
  slow(node: string, latencyMs: number): void { this.#of(node).latencyMs = latencyMs; }
  forget(node: string): void { this.#nodes.delete(node); }

  /** Where the node's kubelet writes to: nowhere while it is cut off. */
  client(node: string, usual: LocalClient): LocalClient { return this.isCut(node) ? new LocalClient(nobody, usual.user) : usual; }

  /** @throws StatusError while the node is cut off. */
  check(node: string): void { if (this.isCut(node)) timedOut(); }

  /** News for a node: at once, late and in order, or never. What is on its way when the node is cut off does not arrive. */
  deliver(node: string, take: () => void): void {
    const reach = this.#nodes.get(node);
    if (!reach) return take();
    if (reach.cut) return;
    const now = this.scheduler.now();
    const dueAt = Math.max(now + reach.latencyMs, reach.dueAt);
    if (dueAt <= now) return take();
    reach.dueAt = dueAt;
    this.scheduler.schedule(() => { if (!reach.cut) take(); }, dueAt - now);
  }

  #of(node: string): Reach {
    const known = this.#nodes.get(node) ?? { cut: false, latencyMs: 0, dueAt: 0 };
    this.#nodes.set(node, known);
    return known;
  }
}
