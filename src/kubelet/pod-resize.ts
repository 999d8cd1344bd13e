import { getCondition } from '../kinds/core/pod-conditions';
import { podRequests } from '../kinds/core/pod-resources';
import { mapItems, set } from '../kinds/sharing';
import { equal } from '../lib/equality';
import { compareQuantities, milliValue, value } from '../lib/quantity';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../schema/types';
import type { ContainerWorker } from './container-worker';
import type { Refusal } from './node-admission';
import type { PodWorker } from './pod-worker';

/** From the moment that resources are set aside until the containers have them: a turn of the pod's sync, and one of the runtime's relist. */
const actuationMs = 1_000;
/** What could not be done is tried again after this long. */
const retryMs = 10_000;

/** A condition that says how the resize goes; there is none when there is nothing to say. */
type Finding = { readonly type: 'PodResizePending' | 'PodResizeInProgress'; readonly generation: number | undefined; readonly reason?: string; readonly message?: string };
type Pending = Refusal & { readonly generation: number | undefined };
type Sizes = ReadonlyMap<string, ResourceRequirements | undefined>;

/** The pod as it runs: while a resize waits, what its status says was set aside, not what its spec asks for. */
export function heldBack(pod: Pod): Pod {
  if (!getCondition(pod.status, 'PodResizePending')) return pod;
  const statuses = new Map([...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].map((each) => [each.name, each]));
  const asItRuns = (container: Container): Container => {
    const status = statuses.get(container.name);
    if (!status?.allocatedResources) return container;
    const limits = status.resources?.limits;
    return set(container, 'resources', { ...container.resources, requests: status.allocatedResources, ...(limits && { limits }) });
  };
  const spec = set(pod.spec, 'containers', mapItems(pod.spec.containers, asItRuns));
  return { ...pod, spec: spec.initContainers ? set(spec, 'initContainers', mapItems(spec.initContainers, asItRuns)) : spec };
}

/** The change of a running pod's resources: asked of the node, set aside there, and given to the containers. Made for the few pods that see one. */
export class PodResize {
  /** What is set aside for each container on the node. */
  allocated: Sizes;
  /** When the containers get what was set aside. */
  dueAt = Infinity;
  waitingSince = Infinity;
  #pending: Pending | undefined;
  #progress: { readonly generation: number | undefined; readonly error?: string } | undefined;
  #isAsked = true;
  readonly #restarting = new Set<ContainerWorker>();

  constructor(private readonly worker: PodWorker) { this.allocated = new Map(resizable(worker).map(({ name, spec }) => [name, spec.resources])); }

  get findings(): readonly Finding[] {
    const [pending, progress] = [this.#pending, this.#progress];
    return [
      ...(pending ? [{ type: 'PodResizePending', ...pending } as const] : []),
      ...(progress ? [{ type: 'PodResizeInProgress', generation: progress.generation, ...(progress.error !== undefined && { reason: 'Error', message: progress.error }) } as const] : []),
    ];
  }

  /** Compares again what is wanted with what the node has. */
  ask(): void { this.#isAsked = true; }

  advance(now: number): void {
    const { moment } = this.worker;
    if (moment.name.startsWith('stopping') || this.worker.done || this.worker.rejected || this.worker.stopped) return void (this.dueAt = Infinity);
    if (this.#isAsked) this.#allocate(now);
    if (this.dueAt <= now) this.#actuate(now);
  }

  #allocate(now: number): void {
    this.#isAsked = false;
    const { worker } = this;
    const { spec, metadata: { generation } } = worker.pod;
    const wanted = sizesOf(spec, this.allocated);
    if ([...wanted].every(([name, each]) => sameCompute(each, this.allocated.get(name)))) return this.#withdraw();
    const refused = worker.node.refusesResize(worker, podRequests(spec));
    if (refused) return this.#wait({ ...refused, generation }, now);
    this.#pending = undefined;
    this.waitingSince = Infinity;
    this.allocated = wanted;
    worker.node.resize(worker, podRequests(spec));
    this.#progress = { generation };
    this.dueAt = now + actuationMs;
    worker.announce('Normal', 'ResizeStarted', this.#told('started'));
    worker.changed();
  }

  /** What is wanted is what is there already. */
  #withdraw(): void {
    this.worker.node.awaitRoom(this.worker, false);
    if (!this.#pending) return;
    this.#pending = undefined;
    this.#settle();
  }

  /** With nothing left to say it is over. */
  #settle(): void {
    if (!this.#pending && !this.#progress) this.worker.resize = undefined;
    this.worker.changed();
  }

  #wait(pending: Pending, now: number): void {
    const before = this.#pending;
    this.worker.node.awaitRoom(this.worker, pending.reason === 'Deferred');
    if (before?.reason === pending.reason && before.message === pending.message && before.generation === pending.generation) return;
    if (!before) this.waitingSince = now;
    this.#pending = pending;
    this.worker.announce('Warning', `Resize${pending.reason}`, this.#told(pending.reason, pending.message));
    this.worker.changed();
  }

  /** Gives the containers what was set aside for them, one of them perhaps by a restart. */
  #actuate(now: number): void {
    this.dueAt = Infinity;
    let error: string | undefined;
    for (const container of resizable(this.worker)) {
      const resources = this.allocated.get(container.name);
      if (sameCompute(resources, container.spec.resources)) { container.spec = set(container.spec, 'resources', resources); continue; }
      error ??= this.#give(container, resources);
    }
    for (const container of this.#restarting) if (container.done || (container.moment.name === 'running' && container.killAt === Infinity)) this.#restarting.delete(container);
    if (error === undefined && this.#restarting.size === 0) return this.#complete();
    this.dueAt = now + (error === undefined ? actuationMs : retryMs);
    if (error === undefined || this.#progress?.error === error) return;
    this.#progress = { generation: this.#progress?.generation, error };
    this.worker.announce('Warning', 'ResizeError', this.#told('error', error));
    this.worker.changed();
  }

  /** Why it cannot have them, if so. */
  #give(container: ContainerWorker, resources: ResourceRequirements | undefined): string | undefined {
    const { running, spec } = container;
    const sized = set(spec, 'resources', resources);
    if (running && needsRestart(spec, resources)) {
      if (container.moment.name !== 'running') return undefined;   // its beginning is waited for
      container.spec = sized;
      this.#restarting.add(container);
      container.replace('resize requires restart');
      return undefined;
    }
    const { memory, cpu } = resources?.limits ?? {};
    const used = running?.usage?.memoryBytes ?? 0;
    if (memory !== undefined && value(memory) < used) return `attempting to set pod memory limit (${value(memory)}) below current usage (${used})`;
    container.spec = sized;
    running?.resize({ ...(memory !== undefined && { memoryLimitBytes: value(memory) }), ...(cpu !== undefined && { cpuLimitMilli: milliValue(cpu) }) });
    return undefined;
  }

  #complete(): void {
    if (!this.#progress) return;
    if (resizable(this.worker).some(({ name, spec }) => !sameCompute(spec.resources, this.allocated.get(name)))) return void (this.dueAt = this.worker.now + actuationMs);
    this.worker.announce('Normal', 'ResizeCompleted', this.#told('completed'));
    this.#progress = undefined;
    this.#settle();
    this.worker.node.offerRoom();
  }

  #told(what: string, error?: string): string {
    const { spec, metadata: { generation = 0 } } = this.worker.pod;
    const summary = (containers: readonly Container[]) =>
      containers.map(({ name, resources = {} }) =>
        ({ name, resources: { ...(resources.limits && { limits: sorted(resources.limits) }), ...(resources.requests && { requests: sorted(resources.requests) }) } }));
    return `Pod resize ${what}: ${JSON.stringify({
      ...(spec.initContainers?.length && { initContainers: summary(spec.initContainers) }), containers: summary(spec.containers), generation, ...(error !== undefined && { error }),
    })}`;
  }
}

/** Containers whose resources can be changed while they run. */
const resizable = ({ inits, mains }: PodWorker): readonly ContainerWorker[] => (inits.length === 0 ? mains : [...inits.filter(({ role }) => role === 'sidecar'), ...mains]);

const sizesOf = ({ containers, initContainers = [] }: PodSpec, like: Sizes): Sizes =>
  new Map([...initContainers, ...containers].filter(({ name }) => like.has(name)).map(({ name, resources }) => [name, resources]));

/** Cpu and memory alone, in numbers. */
const computeOf = ({ requests, limits }: ResourceRequirements = {}) =>
  [requests, limits].map(({ cpu, memory } = {}) => ({ ...(cpu && { cpu: milliValue(cpu) }), ...(memory && { memory: value(memory) }) }));
const sameCompute = (a: ResourceRequirements | undefined, b: ResourceRequirements | undefined): boolean => a === b || equal(computeOf(a), computeOf(b));

/** A container says for each resource whether it takes a change of it only by a restart. */
function needsRestart({ resizePolicy = [], resources: before }: Container, after: ResourceRequirements | undefined): boolean {
  const differs = (a: string | undefined, b: string | undefined): boolean => (a === undefined || b === undefined ? a !== b : compareQuantities(a, b) !== 0);
  return resizePolicy.some(({ resourceName: name, restartPolicy }) => restartPolicy === 'RestartContainer'
    && (differs(before?.requests?.[name], after?.requests?.[name]) || differs(before?.limits?.[name], after?.limits?.[name])));
}

const sorted = (list: Readonly<Record<string, string>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
