import { Subscription } from 'rxjs';
import { LocalClient } from '../../src/api/local-client';
import type { ApiServer, User } from '../../src/api/types';
import { Leases } from '../../src/kinds/coordination/lease';
import { Nodes } from '../../src/kinds/core/node';
import { isTerminal, setCondition } from '../../src/kinds/core/pod-conditions';
import { Pods } from '../../src/kinds/core/pod';
import { timestamp } from '../../src/lib/timestamp';
import { unlessGone } from '../../src/runtime/claim';
import type { Pod, PodCondition, PodStatus } from '../../src/schema/types';
import type { VirtualClock } from '../../src/sim/clock';

const kubelets: User = { name: 'system:nodes', groups: ['system:nodes'] };
const leaseNamespace = 'kube-node-lease';
const heartbeatMs = 30_000;
/** From bound to Ready, and from told to end to gone. */
const startMs = 1_000;
const endMs = 500;
const restartMs = 10_000;

type Machine = { up: boolean; boots: number };

/**
 * The simplest machines that could be: pods start after a second, work as long as their arguments say, and end when told to. A pod whose image
 * has `bad` in it never becomes Ready; arguments are seconds, exit code, and `<code>@<index>,<index>` for indexes that end otherwise.
 */
export class Machines {
  readonly #client: LocalClient;
  readonly #machines = new Map<string, Machine>();
  readonly #known = new Set<string>();   // by uid: those that run or are about to
  readonly #subscription = new Subscription();
  /** How many pods there ever were. */
  pods = 0;
  #addresses = 0;

  constructor(server: ApiServer, private readonly clock: VirtualClock, names: readonly string[], private readonly heartbeats: boolean) {
    this.#client = new LocalClient(server, kubelets);
    for (const name of names) this.#join(name);
    this.#subscription.add(this.#client.watch(Pods, { since: '0' }).subscribe(({ type, object }) => {
      if (type === 'ADDED') this.pods++;
      if (type !== 'DELETED') this.#see(object);
    }));
  }

  /** Power off: nothing runs there and nobody answers. */
  crash(name: string): void {
    const machine = this.#machine(name);
    machine.up = false;
    machine.boots++;
  }

  /** Power on: what had not ended begins anew, what was told to end does. */
  boot(name: string): void {
    const machine = this.#machine(name);
    machine.up = true;
    this.#client.patch(Nodes, { name }, { status: { conditions: conditions(timestamp(this.clock.now())) } }, 'merge', 'status');
    this.#beat(name);
    for (const pod of this.#client.list(Pods).items) {
      if (pod.spec.nodeName !== name) continue;
      if (pod.metadata.deletionTimestamp !== undefined) this.#after(name, endMs, () => this.#end(pod.metadata));
      else if (!isTerminal(pod)) this.#again(name, pod);
    }
  }

  stop(): void { this.#subscription.unsubscribe(); }

  #machine(name: string): Machine {
    const found = this.#machines.get(name);
    if (!found) throw new Error(`no machine ${name}`);
    return found;
  }

  #join(name: string): void {
    this.#machines.set(name, { up: true, boots: 0 });
    const amounts = { cpu: '16', memory: '64Gi', pods: '110' };
    const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-of-${name}` };
    this.#client.create(Nodes, { metadata: { name, labels }, spec: {}, status: { capacity: amounts, allocatable: amounts, conditions: conditions(timestamp(this.clock.now())) } });
    if (!this.heartbeats) {   // nobody is there who would take the taint of a new node away
      this.#client.patch(Nodes, { name }, { spec: { taints: null } });
      return;
    }
    this.#client.create(Leases, { metadata: { name, namespace: leaseNamespace }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: this.#microTime() } });
    this.#after(name, heartbeatMs, () => this.#beat(name));
  }

  #beat(name: string): void {
    if (!this.heartbeats) return;
    this.#client.patch(Leases, { namespace: leaseNamespace, name }, { spec: { renewTime: this.#microTime() } });
    this.#after(name, heartbeatMs, () => this.#beat(name));
  }

  #microTime(): string { return `${timestamp(this.clock.now()).slice(0, -1)}.000000Z`; }

  #see(pod: Pod): void {
    const { metadata, spec: { nodeName } } = pod;
    if (!nodeName || !this.#machines.get(nodeName)?.up) return;
    if (metadata.deletionTimestamp !== undefined) this.#after(nodeName, endMs, () => this.#end(metadata));
    else if (!this.#known.has(metadata.uid) && !isTerminal(pod)) {
      this.#known.add(metadata.uid);
      this.#after(nodeName, startMs, () => this.#run(nodeName, metadata, 0));
    }
  }

  /** After a boot: a pod that may not restart has failed, any other starts again. */
  #again(node: string, pod: Pod): void {
    if (pod.spec.restartPolicy === 'Never' && this.#known.has(pod.metadata.uid)) return void this.#after(node, 1, () => this.#exit(node, pod.metadata, 137, 0));
    this.#known.add(pod.metadata.uid);
    this.#write(pod.metadata, (status) => this.#withReady(status, false));
    this.#after(node, startMs, () => this.#run(node, pod.metadata, 1));
  }

  #run(node: string, metadata: Pod['metadata'], restarts: number): void {
    const podIP = `10.244.${Math.floor(this.#addresses / 250)}.${(this.#addresses++ % 250) + 1}`;
    const running = this.#write(metadata, (status, { spec: { containers: [container] } }) => ({
      ...this.#withReady(status, !container?.image?.includes('bad')),
      phase: 'Running', podIP, podIPs: [{ ip: podIP }], startTime: status.startTime ?? timestamp(this.clock.now()),
      containerStatuses: [{
        name: container?.name ?? '', image: container?.image ?? '', imageID: '', ready: true, restartCount: restarts, state: { running: { startedAt: timestamp(this.clock.now()) } },
      }],
    }));
    const args = running?.spec.containers[0]?.args;
    if (args) this.#after(node, Number(args[0]) * 1_000, () => this.#exit(node, metadata, exitCode(running, args), restarts));
  }

  #exit(node: string, metadata: Pod['metadata'], code: number, restarts: number): void {
    const pod = this.#find(metadata);
    if (pod?.spec.restartPolicy === 'Always' || (pod?.spec.restartPolicy === 'OnFailure' && code !== 0)) {
      this.#write(metadata, (status) => this.#withReady(status, false));
      return void this.#after(node, restartMs, () => this.#run(node, metadata, restarts + 1));
    }
    this.#finish(metadata, code);
  }

  #finish(metadata: Pod['metadata'], exitCodeOf: number): void {
    const finishedAt = timestamp(this.clock.now());
    this.#write(metadata, (status, { spec: { containers: [container] } }) => ({
      ...this.#withReady(status, false), phase: exitCodeOf === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{ name: container?.name ?? '', image: container?.image ?? '', imageID: '', ready: false, restartCount: 0,
        state: { terminated: { exitCode: exitCodeOf, finishedAt, startedAt: finishedAt, reason: exitCodeOf === 0 ? 'Completed' : 'Error' } } }],
    }));
  }

  /** What had not ended by itself is ended: with success only where a server stops when it is asked to. */
  #end(metadata: Pod['metadata']): void {
    const pod = this.#find(metadata);
    if (!pod || pod.metadata.deletionTimestamp === undefined) return;
    if (!isTerminal(pod)) this.#finish(metadata, pod.spec.restartPolicy === 'Always' ? 0 : 137);
    unlessGone(() => this.#client.delete(Pods, metadata, { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } }));
  }

  #withReady(status: PodStatus, ready: boolean): PodStatus {
    return setCondition<PodCondition, PodStatus>(status, { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: timestamp(this.clock.now()) });
  }

  #write(metadata: Pod['metadata'], next: (status: PodStatus, pod: Pod) => PodStatus): Pod | undefined {
    const pod = this.#find(metadata);
    return pod && this.#client.update(Pods, { ...pod, status: next(pod.status ?? {}, pod) }, 'status');
  }

  #find({ namespace, name, uid }: Pod['metadata']): Pod | undefined {
    const pod = unlessGone(() => this.#client.get(Pods, { namespace, name }));
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  /** Done unless the machine has lost its power since. */
  #after(node: string, delayMs: number, work: () => void): void {
    const { boots } = this.#machine(node);
    this.clock.schedule(() => { const machine = this.#machine(node); if (machine.up && machine.boots === boots) work(); }, delayMs);
  }
}

function exitCode({ metadata }: Pod, [, code = '0', otherwise]: readonly string[]): number {
  const [other, indexes = ''] = (otherwise ?? '').split('@');
  const index = metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
  return Number(index !== undefined && indexes.split(',').includes(index) ? other : code);
}

const conditions = (at: string) => [['Ready', 'True'], ['MemoryPressure', 'False'], ['DiskPressure', 'False'], ['PIDPressure', 'False']]
  .map(([type = '', status = '']) => ({ type, status, lastHeartbeatTime: at, lastTransitionTime: at, reason: 'Kubelet', message: '' }));
