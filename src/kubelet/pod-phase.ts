import type { ContainerWorker } from './container-worker';
import type { PodWorker } from './pod-worker';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The pod in one word, from what its containers do, as upstream's kubelet counts them. */
export function podPhase(worker: PodWorker): Phase {
  if (worker.failure) return 'Failed';
  const { phase: told } = worker.pod.status ?? {};
  if (told === 'Failed' || told === 'Succeeded') return told;   // nobody comes back from there, whoever sent it
  const { inits, mains } = worker;
  const policy = worker.pod.spec.restartPolicy ?? 'Always';
  if (inits.some((init) => init.role === 'init' && init.done && init.termination !== undefined && init.termination.exitCode !== 0)) return 'Failed';
  if (inits.some((init) => (init.role === 'init' ? !succeeded(init) : !hasRun(init))) && !mains.some(hasRun)) return 'Pending';
  if (mains.some((main) => !hasRun(main))) return worker.stopped && mains.some(hasRun) ? 'Failed' : 'Pending';
  if (mains.some(({ state }) => state.running)) return 'Running';
  if (worker.stopped) return mains.every(succeeded) ? 'Succeeded' : 'Failed';
  if (policy === 'Always' || worker.moment.name.startsWith('stopping')) return 'Running';
  if (mains.every(succeeded)) return 'Succeeded';
  return mains.every(({ done }) => done) ? 'Failed' : 'Running';
}

const hasRun = ({ state, termination }: ContainerWorker): boolean => !state.waiting || termination !== undefined;
const succeeded = ({ state }: ContainerWorker): boolean => state.terminated?.exitCode === 0;
