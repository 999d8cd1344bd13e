import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { Leases } from '../kinds/coordination/lease';
import { Nodes } from '../kinds/core/node';
import type { EventRecorder } from '../runtime/event-recorder';
import type { RequeueAfter } from '../runtime/workqueue';
import type { Node } from '../schema/types';
import { nodeDraft, nodeStatus } from './node-object';
import type { NodeWorker } from './node-worker';
import { microTimestamp } from '../lib/timestamp';

const leaseNamespace = 'kube-node-lease';
const leaseSeconds = 40;
/** Leases are renewed, and the status looked at, this often. */
const beatMs = 10_000;
/** A status that says nothing new is posted this often all the same. */
const reportMs = 300_000;

/** What makes a machine a node: it registers, renews its lease, and posts its status when that changes. */
export class NodeHeartbeat {
  #isRegistered = false;
  #nextBeatAt = 0;
  #postedAt = -Infinity;
  #postedReady: boolean | undefined;
  #postedImages = -1;
  #postedVolumes = 0;

  constructor(private readonly worker: NodeWorker, private readonly recorder: Pick<EventRecorder, 'record'>) {}

  /** Registered, and its object is known: mirrors can name it as their owner. */
  get isRegistered(): boolean { return this.#isRegistered; }

  /** @throws StatusError when the API cannot be reached; it is tried again. */
  beat(api: LocalClient, now: number): RequeueAfter {
    if (!this.#isRegistered) this.#register(api, now);
    const isDue = now >= this.#nextBeatAt;
    if (isDue) this.#renew(api, now);
    this.#post(api, now, isDue);
    if (isDue) this.#nextBeatAt = now + beatMs;
    return { requeueAfterMs: this.#nextBeatAt - now };
  }

  #register(api: LocalClient, now: number): void {
    this.#announce('Starting', 'Starting kubelet.');
    this.worker.object = createOrGet(api, this.worker, now);
    this.#isRegistered = true;
    for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']) this.#announceStatus(reason);
    this.#announce('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
  }

  #renew(api: LocalClient, now: number): void {
    const { name, object } = this.worker;
    const renewTime = microTimestamp(now);
    try {
      api.patch(Leases, { namespace: leaseNamespace, name }, { spec: { renewTime } });
    } catch (error) {
      if (!StatusError.is(error, 'NotFound')) throw error;
      const ownerReferences = object && [{ apiVersion: 'v1', kind: 'Node', name, uid: object.metadata.uid }];
      api.create(Leases, {
        metadata: { name, namespace: leaseNamespace, ...(ownerReferences && { ownerReferences }) },
        spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime },
      });
    }
  }

  #post(api: LocalClient, now: number, isDue: boolean): void {
    const { worker } = this;
    const { object } = worker;
    if (!object) return;
    const isOld = isDue && (now - this.#postedAt >= reportMs || this.#postedImages !== worker.images.version || isContradicted(object, worker));
    if (!isOld && this.#postedReady === worker.isReady && this.#postedVolumes === worker.volumes.version) return;
    try {
      worker.object = api.update(Nodes, { ...object, status: nodeStatus(worker, object.status, now) }, 'status');
    } catch (error) {
      if (StatusError.is(error, 'NotFound')) return;   // deleted by hand: it does not come back by itself
      if (!StatusError.is(error, 'Conflict')) throw error;
      const fresh = api.get(Nodes, { name: worker.name });
      worker.object = api.update(Nodes, { ...fresh, status: nodeStatus(worker, fresh.status, now) }, 'status');
    }
    if (worker.isReady && this.#postedReady !== true) this.#announceStatus('NodeReady');
    this.#postedAt = now;
    this.#postedReady = worker.isReady;
    this.#postedImages = worker.images.version;
    this.#postedVolumes = worker.volumes.version;
  }

  #announceStatus(reason: string): void { this.#announce(reason, `Node ${this.worker.name} status is now: ${reason}`); }

  #announce(reason: string, message: string): void {
    const { name } = this.worker;
    this.recorder.record({ object: { kind: 'Node', name, uid: name, apiVersion: 'v1' }, type: 'Normal', reason, message, component: 'kubelet', host: name });
  }
}

function createOrGet(api: LocalClient, worker: NodeWorker, now: number): Node {
  try {
    return api.create(Nodes, nodeDraft(worker, now));
  } catch (error) {
    if (StatusError.is(error, 'AlreadyExists')) return api.get(Nodes, { name: worker.name });
    throw error;
  }
}

/** Somebody (the node lifecycle controller, after a silence) wrote otherwise than the kubelet knows. */
const isContradicted = ({ status }: Node, worker: NodeWorker): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status !== (worker.isReady ? 'True' : 'False');
