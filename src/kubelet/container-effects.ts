import { StartError } from '../containers/types';
import { formatDuration } from '../lib/durations';
import { timestamp } from '../lib/timestamp';
import type { ContainerStateWaiting } from '../schema/types';
import { containerConfig } from './container-config';
import { containerEvents } from './container-life';
import { backOffMs } from './container-machine';
import { leastGraceMs, type ContainerWorker } from './container-worker';
import { ConfigError } from './environment';
import { act } from './handlers';
import { pullImage } from './image-pull';

type Effect = (container: ContainerWorker) => void;

/** What each named action of the container machine means. Names that only change the context are not here. */
export const containerEffects: Readonly<Record<string, Effect | undefined>> = {
  pull: pullImage,
  create,
  runPostStart,
  runPreStop,
  sendStopSignal,
  sendKill: ({ running }) => running?.signal(9),
  watchProbes: (container) => { if (hasProbes(container)) container.pod.watchProbes(container); },
  countRestart: (container) => { container.restarts++; },
  postStartFailed: (container) => {
    container.killAt = container.pod.now + container.pod.graceSeconds * 1_000;
    container.announce('Warning', 'FailedPostStartHook', 'PostStartHook failed');
    container.announce('Normal', 'Killing', 'FailedPostStartHook');
  },

  showErrImagePull: (container) => {
    failed(container, 'ErrImagePull');
    waiting(container, { message: container.trouble, reason: 'ErrImagePull' });
  },
  showImagePullBackOff: (container) => {
    container.announce('Normal', 'BackOff', `Back-off pulling image "${container.image}"`);
    failed(container, 'ImagePullBackOff');
    waiting(container, { message: `Back-off pulling image "${container.image}": ErrImagePull: ${container.trouble}`, reason: 'ImagePullBackOff' });
  },
  showErrImageNeverPull: (container) => {
    failed(container, 'ErrImageNeverPull');
    waiting(container, { message: container.trouble, reason: 'ErrImageNeverPull' });
  },
  showInvalidImageName: (container) => {
    failed(container, 'InvalidImageName');
    waiting(container, { message: container.trouble, reason: 'InvalidImageName' });
  },
  showConfigError: (container) => {
    failed(container, container.trouble);
    waiting(container, { message: container.trouble, reason: 'CreateContainerConfigError' });
  },
  showCreateError: (container) => {
    failed(container, container.trouble);
    waiting(container, { message: container.trouble, reason: 'CreateContainerError' });
  },
  showRunning: (container) => container.show(container.pod.shared.values.running(timestamp(container.startedAt))),
  showReadiness: (container) => container.pod.changed(),
  showTerminated: (container) => { if (container.termination) container.show({ terminated: container.termination }); },
  showCrashLoopBackOff: (container) => {
    const { pod, name } = container;
    const where = `${pod.pod.metadata.name}_${pod.pod.metadata.namespace}(${pod.uid})`;
    container.announce('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${where}`);
    waiting(container, { message: `back-off ${formatDuration(backOffMs(container.moment.context.crashes))} restarting failed container=${name} pod=${where}`, reason: 'CrashLoopBackOff' });
  },
  showLastTermination: (container) => {
    if (!container.termination) return;
    container.show({ terminated: container.termination });
  },
};

const failed = (container: ContainerWorker, what: string): void => container.announce('Warning', 'Failed', `Error: ${what}`);
const waiting = (container: ContainerWorker, state: ContainerStateWaiting): void => container.show({ waiting: state });
const hasProbes = ({ spec }: ContainerWorker): boolean => !!(spec.startupProbe || spec.livenessProbe || spec.readinessProbe);

/** Puts the container together and starts it. */
function create(container: ContainerWorker): void {
  const { pod } = container;
  try {
    const running = pod.shared.runtime.start(containerConfig(container), pod.surroundings());
    container.announce('Normal', 'Created', 'Container created');
    container.announce('Normal', 'Started', 'Container started');
    container.trouble = '';
    container.began(running);
  } catch (error) {
    if (error instanceof ConfigError) {
      container.trouble = error.message;
      container.send(containerEvents.configError);
    } else if (error instanceof StartError) {
      couldNotStart(container, error.message);
    } else throw error;
  }
}

/** The command cannot be run: to the machine that is an end like any other, with the code containerd reports. */
function couldNotStart(container: ContainerWorker, message: string): void {
  container.announce('Normal', 'Created', 'Container created');
  failed(container, message);
  const at = timestamp(container.pod.now);
  container.ended({ exitCode: 128, finishedAt: at, message, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' }, false);
}

function runPostStart(container: ContainerWorker): void {
  const surface = container.surface();
  const hook = container.spec.lifecycle?.postStart;
  if (!surface || !hook) return;
  container.hooked(act(hook, surface).subscribe((verdict) => {
    if (!verdict.ok) container.trouble = verdict.output;
    container.send(verdict.ok ? containerEvents.hookDone : containerEvents.hookFailed);
    container.pod.wake();
  }));
}

function runPreStop(container: ContainerWorker): void {
  const surface = container.surface();
  const hook = container.spec.lifecycle?.preStop;
  if (!surface || !hook) return;
  container.expectDeadline(container.killAt);
  container.hooked(act(hook, surface).subscribe((verdict) => {
    if (!verdict.ok) container.announce('Warning', 'FailedPreStopHook', 'PreStopHook failed');
    container.send(verdict.ok ? containerEvents.hookDone : containerEvents.hookFailed);
  }));
}

const signals: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGUSR1: 10, SIGUSR2: 12, SIGTERM: 15 };

/** Asks it to end, and plans to insist. */
function sendStopSignal(container: ContainerWorker): void {
  const { moment, running } = container;
  running?.signal(signals[container.spec.lifecycle?.stopSignal ?? 'SIGTERM'] ?? 15);
  if (container.moment !== moment) return;   // it has ended within the signal
  container.expectDeadline(Math.max(container.killAt, container.pod.now + leastGraceMs));
}
