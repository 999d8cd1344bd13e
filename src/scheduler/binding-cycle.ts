import type { Subscription } from 'rxjs';
import { keyOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { Resource } from '../api/types';
import { Pods } from '../kinds/core/pod';
import type { Informers } from '../runtime/informers';
import type { Binding, PersistentVolume, PersistentVolumeClaim, Pod } from '../schema/types';
import type { ClusterView } from './cluster-view';
import { PreBindError, type Plugin, type PreBinding } from './framework';
import type { NodeInfo } from './node-info';
import type { NodeTable } from './node-table';
import type { QueuedPod } from './queue';

/** A binding is posted to the pod it binds. */
const PodBindings: Resource<Binding> = { resource: Pods.resource, group: '', version: 'v1', apiVersion: 'v1', kind: 'Binding', namespaced: true };

/** How long volumes may take to be bound. */
const bindTimeoutMs = 600_000;

/** Who hears how bindings end. */
export type BindingListener = {
  bound(queued: QueuedPod, node: string): void;
  /** The pod has its room no more, and is nominated to where it was before. */
  failed(queued: QueuedPod, failure: BindingFailure, api: LocalClient): void;
};
export type BindingFailure = {
  readonly error: StatusError;
  readonly message: string;
  /** There is no such pod any more. */
  readonly isGone: boolean;
  readonly nominated: string | undefined;
};

type Placement = { readonly queued: QueuedPod; readonly node: string; readonly api: LocalClient; readonly nominated: string | undefined };
type Step = { readonly plugin: string; readonly isDone: (node: NodeInfo) => boolean };
/** A pod that has its room but is not bound yet, because its volumes are not. */
type Flight = Placement & { readonly steps: readonly Step[]; readonly claims: readonly string[]; readonly timeout: Subscription; look?: Subscription };

/** Takes chosen nodes to bindings: the pod takes its room at once, plugins prepare the node, and when that has come about the binding is posted. */
export class BindingCycle {
  /** Pods that take room though the watch has not shown their binding, with their uid. */
  readonly #assumed = new Map<string, string>();
  readonly #flights = new Map<string, Flight>();
  readonly #byClaim = new Map<string, Set<Flight>>();

  constructor(
    private readonly informers: Informers, private readonly nodes: NodeTable, private readonly cluster: ClusterView,
    private readonly preBinders: (pod: Pod) => readonly Plugin[], private readonly listener: BindingListener,
  ) {}

  stop(): void { for (const flight of this.#flights.values()) this.#land(flight); }

  isAssumed(key: string, uid: string): boolean { return this.#assumed.get(key) === uid; }
  isInFlight(key: string): boolean { return this.#flights.has(key); }

  /** The pod is bound, over or gone. */
  forget(key: string): void {
    this.#assumed.delete(key);
    const flight = this.#flights.size > 0 ? this.#flights.get(key) : undefined;
    if (flight) this.#land(flight);
  }

  /** Takes the room, and binds now or as soon as what plugins begin has come about. */
  begin(queued: QueuedPod, node: string, api: LocalClient): void {
    const { key, pod } = queued;
    const placement = { queued, node, api, nominated: this.nodes.nominationOf(key) };
    this.nodes.setPod(key, node, pod);
    this.#assumed.set(key, pod.metadata.uid);
    this.nodes.nominate(key, pod, undefined);
    const preBindings = this.#preBindings(pod, node);
    if (preBindings) this.#prepare(placement, preBindings); else this.#post(placement);
  }

  claimChanged(claim: PersistentVolumeClaim | undefined): void { if (claim && this.#byClaim.size > 0) this.#lookAt(this.#byClaim.get(keyOf(claim))); }
  volumeChanged(volume: PersistentVolume | undefined): void {
    const { claimRef } = volume?.spec ?? {};
    if (claimRef && this.#byClaim.size > 0) this.#lookAt(this.#byClaim.get(`${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`));
  }
  nodeGone(node: string): void { for (const flight of this.#flights.values()) if (flight.node === node) this.#lookAt([flight]); }

  #preBindings(pod: Pod, nodeName: string): Map<string, PreBinding> | undefined {
    const node = this.nodes.get(nodeName);
    let all: Map<string, PreBinding> | undefined;   // most pods need nothing
    for (const plugin of this.preBinders(pod)) {
      const preBinding = node && plugin.preBind?.({ pod, node, cluster: this.cluster });
      if (preBinding) (all ??= new Map<string, PreBinding>()).set(plugin.name, preBinding);
    }
    return all;
  }

  #prepare(placement: Placement, preBindings: ReadonlyMap<string, PreBinding>): void {
    const { queued, api } = placement;
    this.#announce(placement);
    const steps: Step[] = [];
    for (const [plugin, preBinding] of preBindings) {
      try {
        steps.push({ plugin, isDone: preBinding.begin(api) });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        return this.#fail(placement, running(plugin, error));
      }
    }
    const late = () => this.#end(flight, new PreBindError('binding volumes: context deadline exceeded'));
    const claims = [...preBindings.values()].flatMap((each) => each.claims);
    const flight: Flight = { ...placement, steps, claims, timeout: this.informers.scheduler.schedule(late, bindTimeoutMs) };
    this.#flights.set(queued.key, flight);
    for (const claim of claims) this.#byClaim.set(claim, (this.#byClaim.get(claim) ?? new Set()).add(flight));
    this.#lookAt([flight]);
  }

  /** While it takes time, the pod's status says where it is to go: autoscalers leave the node alone, and a new scheduler begins there. */
  #announce({ queued, node, api }: Placement): void {
    const { pod } = queued;
    if (pod.status?.nominatedNodeName === node) return;
    try {
      queued.pod = api.patch(Pods, pod.metadata, { status: { nominatedNodeName: node } }, 'strategic', 'status');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;   // the pod has changed or gone: binding it will tell
    }
  }

  #lookAt(flights: Iterable<Flight> | undefined): void {
    for (const flight of flights ?? []) flight.look ??= this.informers.scheduler.schedule(() => { delete flight.look; this.#look(flight); });
  }

  #look(flight: Flight): void {
    const node = this.nodes.get(flight.node);
    for (const { plugin, isDone } of flight.steps) {
      try {
        if (!node?.node) throw new PreBindError(`failed to get node ${JSON.stringify(flight.node)}: node ${JSON.stringify(flight.node)} not found`);
        if (!isDone(node)) return;
      } catch (error) {
        if (!(error instanceof PreBindError)) throw error;
        return this.#end(flight, new PreBindError(`binding volumes: ${error.message}`), plugin);
      }
    }
    this.#land(flight);
    this.#post(flight);
  }

  #end(flight: Flight, error: PreBindError, plugin = flight.steps[0]?.plugin ?? ''): void {
    this.#land(flight);
    this.#fail(flight, running(plugin, error));
  }

  #land(flight: Flight): void {
    flight.timeout.unsubscribe();
    flight.look?.unsubscribe();
    this.#flights.delete(flight.queued.key);
    for (const claim of flight.claims) {
      const others = this.#byClaim.get(claim);
      others?.delete(flight);
      if (others?.size === 0) this.#byClaim.delete(claim);
    }
  }

  #post(placement: Placement): void {
    const { queued, node, api } = placement;
    const { name, namespace, uid } = queued.pod.metadata;
    try {
      api.create(PodBindings, { metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } }, 'binding');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const message = `binding rejected: running Bind plugin "DefaultBinder": ${error.message}`;
      return this.#fail(placement, { error, message, isGone: error.reason === 'NotFound' });
    }
    this.listener.bound(queued, node);
  }

  #fail({ queued, api, nominated }: Placement, failure: Omit<BindingFailure, 'nominated'>): void {
    const { key, pod } = queued;
    this.nodes.removePod(key);
    this.#assumed.delete(key);
    this.nodes.nominate(key, pod, nominated);
    this.listener.failed(queued, { ...failure, nominated }, api);
  }
}

const running = (plugin: string, cause: Error): Omit<BindingFailure, 'nominated'> => {
  const message = `running PreBind plugin ${JSON.stringify(plugin)}: ${cause.message}`;
  return { error: cause instanceof StatusError ? cause : new StatusError('InternalError', message), message, isGone: false };
};
