import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { Pods } from '../kinds/core/pod';
import { equal } from '../lib/equality';
import { annotations } from '../kinds/core/well-known';
import type { Pod } from '../schema/types';
import { podStatus } from './pod-status';
import type { PodWorker } from './pod-worker';
import { mirrorDraft } from './static-pods';

/** A write that the API could not take is tried again after this long; the containers do not wait for it. */
const retryMs = 1_000;

/** Writes the pod's status, or its mirror's. A failure is remembered and never thrown: the kubelet's own work goes on. */
export function writeStatus(worker: PodWorker, api: LocalClient): void {
  worker.retryAt = Infinity;
  if (worker.orphaned || worker.dropped) return void (worker.dirty = false);
  attempt(worker, () => {
    if (worker.isStatic) writeMirror(worker, api);
    else worker.see(updated(worker, worker.pod, api));
    worker.dirty = false;
  });
}

/** All of the pod has ended: it may go from the API. */
export function removeObject(worker: PodWorker, api: LocalClient): void {
  attempt(worker, () => removeNow(api, worker.pod));
}

function attempt(worker: PodWorker, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (StatusError.is(error, 'NotFound')) worker.dirty = false;   // the watch will tell that it is gone
    else worker.retryAt = worker.now + retryMs;
  }
}

function updated(worker: PodWorker, target: Pod, api: LocalClient): Pod {
  worker.dirty = false;   // what changes during the write is written next time
  const status = podStatus(worker, target.status);
  const { contested } = worker;
  worker.contested = false;
  if (contested && equal(status, target.status)) return target;
  try {
    return api.update(Pods, { ...target, status }, 'status');
  } catch (error) {
    worker.dirty = true;
    if (!StatusError.is(error, 'Conflict')) throw error;
    const fresh = api.get(Pods, target.metadata);
    if (fresh.metadata.uid !== target.metadata.uid) throw error;
    return api.update(Pods, { ...fresh, status: podStatus(worker, fresh.status) }, 'status');
  }
}

/** A mirror that is gone, going or outdated is made anew; the pod itself never notices. */
function writeMirror(worker: PodWorker, api: LocalClient): void {
  const { mirror, node } = worker;
  if (!node.object) throw new StatusError('ServiceUnavailable', `node ${node.name} is not registered yet`);
  if (mirror && (mirror.metadata.deletionTimestamp || mirror.metadata.annotations?.[annotations.configHash] !== worker.uid)) {
    removeNow(api, mirror);
    worker.mirror = undefined;
  }
  worker.mirror = updated(worker, worker.mirror ?? createMirror(worker, api, node.object.metadata.uid), api);
}

function createMirror(worker: PodWorker, api: LocalClient, nodeUid: string): Pod {
  try {
    return api.create(Pods, mirrorDraft(worker, nodeUid));
  } catch (error) {
    if (StatusError.is(error, 'AlreadyExists')) return api.get(Pods, worker.pod.metadata);
    throw error;
  }
}

const removeNow = (api: LocalClient, { metadata }: Pod): unknown =>
  api.delete(Pods, metadata, { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } });
