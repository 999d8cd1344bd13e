import { keyOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { PersistentVolumeClaims, PersistentVolumes } from '../kinds/served';
import type { Informers } from '../runtime/informers';
import type { PersistentVolumeClaim } from '../schema/types';
import type { PodWorker } from './pod-worker';

/** The file systems of volumes that have grown: the kubelet of a node where one is mounted grows them too, and says in the claim that there is more room now. */
export class VolumeGrowth {
  /** Who has the volume of a claim (`namespace/name`) mounted. */
  readonly #users = new Map<string, Set<PodWorker>>();
  readonly #due = new Map<PodWorker, Set<string>>();
  #isWatching = false;

  constructor(private readonly informers: Informers) {}

  mounted(claim: PersistentVolumeClaim, worker: PodWorker): void {
    const key = keyOf(claim);
    this.#users.set(key, (this.#users.get(key) ?? new Set()).add(worker));
    if (!this.#isWatching) this.informers.of(PersistentVolumeClaims).changes.subscribe(({ next }) => { if (next) this.#changed(next); });
    else this.#changed(claim);
    this.#isWatching = true;
  }

  left(worker: PodWorker): void {
    if (this.#users.size === 0) return;
    this.#due.delete(worker);
    for (const [claim, users] of this.#users) if (users.delete(worker) && users.size === 0) this.#users.delete(claim);
  }

  /** Grows what is to be grown for the pod. */
  finish(worker: PodWorker, api: LocalClient): void {
    const due = this.#due.size > 0 ? this.#due.get(worker) : undefined;
    if (!due) return;
    this.#due.delete(worker);
    for (const key of due) {
      const claim = this.informers.of(PersistentVolumeClaims).get(key);
      if (claim && isPending(claim)) grow(claim, worker, api, this.informers);
    }
  }

  #changed(claim: PersistentVolumeClaim): void {
    const key = keyOf(claim);
    const [worker] = this.#users.get(key) ?? [];
    if (!worker || !isPending(claim)) return;
    this.#due.set(worker, (this.#due.get(worker) ?? new Set()).add(key));
    worker.wake();
  }
}

const isPending = ({ status }: PersistentVolumeClaim): boolean => status?.allocatedResourceStatuses?.['storage'] === 'NodeResizePending';

function grow(claim: PersistentVolumeClaim, worker: PodWorker, api: LocalClient, informers: Informers): void {
  const volume = informers.of(PersistentVolumes).get(claim.spec.volumeName ?? '');
  const storage = volume?.spec.capacity?.['storage'];
  if (!volume || storage === undefined) return;
  const { conditions: _conditions, allocatedResourceStatuses: _statuses, ...status } = claim.status ?? {};
  try {
    api.update(PersistentVolumeClaims, { ...claim, status: { ...status, capacity: { ...status.capacity, storage } } }, 'status');
  } catch (error) {
    if (StatusError.is(error, 'Conflict') || StatusError.is(error, 'NotFound')) return;   // it has changed: its news say whether there is still something to do
    throw error;
  }
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.metadata.name}" ${worker.node.name}`;
  worker.announce('Normal', 'FileSystemResizeSuccessful', message);
  worker.shared.recorder.record({ object: claim, type: 'Normal', reason: 'FileSystemResizeSuccessful', message, component: 'kubelet', host: worker.node.name });
}
