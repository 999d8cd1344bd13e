import { getCondition } from '../kinds/core/pod-conditions';
import { timestamp } from '../lib/timestamp';
import type { PodCondition, PodStatus } from '../schema/types';
import type { ContainerWorker } from './container-worker';
import type { Phase } from './pod-phase';
import type { PodWorker } from './pod-worker';

type Finding = { readonly status: 'True' | 'False'; readonly reason?: string; readonly message?: string };

/** The types a kubelet decides; all others on a pod are somebody else's and are left alone. */
const own = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'] as const;
export type OwnCondition = (typeof own)[number];
const isOwn = (type: string): boolean => own.some((each) => each === type);

const yes: Finding = { status: 'True' };
const no: Finding = { status: 'False' };
const completed: Finding = { status: 'False', reason: 'PodCompleted' };
const failed: Finding = { status: 'False', reason: 'PodFailed' };

/** The pod's conditions. One whose status did not change keeps the time of its last change. */
export function podConditions(worker: PodWorker, phase: Phase, previous: PodStatus | undefined): readonly PodCondition[] {
  const { metadata } = worker.pod;
  const containers = containersReady(worker, phase);
  const findings: Readonly<Record<OwnCondition, Finding>> = {
    PodReadyToStartContainers: worker.hasSandbox ? yes : no,
    Initialized: initialized(worker, phase),
    Ready: containers.status === 'True' ? gates(worker, previous) : containers,
    ContainersReady: containers,
    PodScheduled: yes,
  };
  const now = timestamp(worker.now);
  const conditions = own.map((type) => {
    const { status, reason = '', message = '' } = findings[type];
    const before = getCondition(previous, type);
    if (before && before.status === status && (before.reason ?? '') === reason && (before.message ?? '') === message && before.observedGeneration === metadata.generation) return before;
    const since = before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : now;
    return worker.shared.values.condition(type, status, since, metadata.generation, reason, message);
  });
  const foreign = previous?.conditions?.filter(({ type }) => !isOwn(type) && !resizing(type)) ?? [];
  const resize = worker.resize?.findings.map(({ type, generation, reason = '', message = '' }) => {
    const before = getCondition(previous, type);
    return worker.shared.values.condition(type, 'True', before?.lastTransitionTime ?? now, generation, reason, message);
  }) ?? [];
  return worker.shared.values.conditions(foreign.length + resize.length > 0 ? [...resize, ...foreign, ...conditions] : conditions);
}

const resizing = (type: string): boolean => type === 'PodResizePending' || type === 'PodResizeInProgress';

function initialized({ inits, mains }: PodWorker, phase: Phase): Finding {
  if (inits.length === 0) return phase === 'Succeeded' ? { ...yes, reason: 'PodCompleted' } : yes;
  if (phase === 'Succeeded') return { ...yes, reason: 'PodCompleted' };
  if (mains.some(({ state, termination }) => !state.waiting || termination !== undefined)) return yes;
  const incomplete = inits.filter(({ role, started, state }) => (role === 'sidecar' ? !started : state.terminated?.exitCode !== 0));
  return incomplete.length === 0 ? yes : { ...no, reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${names(incomplete)}]` };
}

function containersReady({ inits, mains }: PodWorker, phase: Phase): Finding {
  if (phase === 'Succeeded') return completed;
  if (phase === 'Failed') return failed;
  const counted = inits.length === 0 ? mains : [...inits.filter(({ role }) => role === 'sidecar'), ...mains];
  if (counted.every(isReady)) return yes;
  const unready = counted.filter((container) => !isReady(container));
  return { ...no, reason: 'ContainersNotReady', message: `containers with unready status: [${names(unready)}]` };
}

/** Conditions that others must set before the pod counts as ready. */
function gates({ pod }: PodWorker, previous: PodStatus | undefined): Finding {
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = getCondition(previous, conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return condition.status === 'True' ? [] : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return messages.length === 0 ? yes : { ...no, reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

const isReady = ({ moment }: ContainerWorker): boolean => moment.context.ready;
const names = (containers: readonly ContainerWorker[]): string => containers.map(({ name }) => name).join(' ');
