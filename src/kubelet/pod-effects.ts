import { podEvents } from './pod-life';
import type { PodWorker } from './pod-worker';
import { containerEvents } from './container-life';
import { ClaimError, MountError, NotAttached, setUpVolume } from './volumes';

type Effect = (worker: PodWorker) => void;

/** What each named action of the pod machine means. Names that only change the context are not here. */
export const podEffects: Readonly<Record<string, Effect | undefined>> = {
  admit(worker) {
    const refused = worker.node.refuses(worker.pod);
    if (refused) {
      worker.failure = { reason: refused.reason, message: `Pod was rejected: ${refused.message}` };
      worker.announce('Warning', refused.reason, refused.message);
    } else worker.node.take(worker);
    worker.send(refused ? podEvents.rejected : podEvents.admitted);
  },
  reject: (worker) => worker.changed(),
  mount,
  createSandbox,
  beginInit: (worker) => worker.inits[worker.moment.context.init]?.send(containerEvents.begin),
  beginContainers: (worker) => { for (const main of worker.mains) main.send(containerEvents.begin); },
  stopMain(worker) {
    for (const container of [...worker.mains, ...worker.inits, ...worker.debuggers]) if (container.role !== 'sidecar' && !container.done) container.stop(worker.remainingGraceMs);
    worker.containerMoved();
  },
  stopSidecar(worker) {
    const last = worker.inits.findLast(({ role, done }) => role === 'sidecar' && !done);
    if (last) last.stop(worker.remainingGraceMs); else worker.send(podEvents.allStopped);
  },
  release: (worker) => worker.release(),
};

/** Sets up what is not set up yet; what fails is told of, and tried again later. */
function mount(worker: PodWorker): void {
  const failures = new Map<string, MountError>();
  for (const volume of worker.pod.spec.volumes ?? []) {
    if (worker.volumes.has(volume.name)) continue;
    try {
      worker.keepVolume(volume.name, setUpVolume(volume, worker));
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      failures.set(volume.name, error);
    }
  }
  if (failures.size > 0) tellOf(failures, worker);
  worker.send(failures.size === 0 ? podEvents.mounted : podEvents.notMounted);
}

/** Volumes on their way to the node are waited for so long before that is told. */
const attachTimeoutMs = 123_000;

function tellOf(failures: ReadonlyMap<string, MountError>, worker: PodWorker): void {
  const unattached: string[] = [];
  const unprocessed: string[] = [];
  for (const [name, error] of failures) {
    if (error instanceof ClaimError) unprocessed.push(name);
    else if (error instanceof NotAttached) unattached.push(name);
    else worker.announce('Warning', 'FailedMount', `${error.failed ?? `MountVolume.SetUp failed for volume "${name}"`} : ${error.message}`);
  }
  const isLate = unattached.length > 0 && worker.now - Date.parse(worker.startTime) >= attachTimeoutMs;
  if (unprocessed.length === 0 && !isLate) return;
  const problem = unprocessed.map((name) => failures.get(name)?.message ?? '').join('; ') || 'context deadline exceeded';
  const lists = `unmounted volumes=[${[...failures.keys()].join(' ')}], unattached volumes=[${unattached.join(' ')}], failed to process volumes=[${unprocessed.join(' ')}]`;
  worker.announce('Warning', 'FailedMount', `Unable to attach or mount volumes: ${lists}: ${problem}`);
}

const networkNotReady = 'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** The pause container and its network: from here on the pod has an address. */
function createSandbox(worker: PodWorker): void {
  if (worker.hadSandbox) worker.announce('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  const problem = worker.node.connect(worker);
  if (problem === undefined) return worker.send(podEvents.sandboxed);
  if (problem === 'no network') worker.announce('Warning', 'NetworkNotReady', networkNotReady);
  else
    worker.announce('Warning', 'FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="host-local" failed (add): ' +
      'failed to allocate for range 0: no IP addresses available in range set');
  worker.send(podEvents.notSandboxed);
}
