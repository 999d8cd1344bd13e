import type { Pod } from '../../schema/types';
import { failuresBefore } from './pods';

const baseMs = 10_000;
const maxMs = 600_000;

/** When a pod ended, in milliseconds: its last container's end, or the time of its deletion. */
export function finishedAt({ metadata, status }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt).filter((end) => end !== undefined && end !== null);
  if (ends.length > 0) return Math.max(...ends.map((end) => Date.parse(end)));
  return Date.parse(metadata.deletionTimestamp ?? metadata.creationTimestamp);
}

/** Failures in a row and when the last was: what a job's next pods wait for. Kept while the controller runs, as upstream keeps it. */
export type Streak = { readonly failures: number; readonly lastFailureAt: number };

const noStreak: Streak = { failures: 0, lastFailureAt: 0 };

/** The streak after these pods came to their end: a success begins anew. */
export function streakAfter(before: Streak = noStreak, succeeded: readonly Pod[], failed: readonly Pod[]): Streak {
  const lastSuccessAt = succeeded.length > 0 ? Math.max(...succeeded.map(finishedAt)) : undefined;
  const newer = failed.map(finishedAt).filter((at) => lastSuccessAt === undefined || at >= lastSuccessAt);
  const base = lastSuccessAt === undefined ? before : noStreak;
  return newer.length === 0 ? base : { failures: base.failures + newer.length, lastFailureAt: Math.max(base.lastFailureAt, ...newer) };
}

/** How long the next pod still waits. */
export function waitMs({ failures, lastFailureAt }: Streak, now: number): number {
  if (failures === 0) return 0;
  return Math.max(0, lastFailureAt + Math.min(baseMs * 2 ** (failures - 1), maxMs) - now);
}

/** The same for the next pod of an index whose last one failed. */
export function indexWaitMs(failedPod: Pod, now: number): number {
  const { counted, ignored } = failuresBefore(failedPod);
  return waitMs({ failures: counted + ignored + 1, lastFailureAt: finishedAt(failedPod) }, now);
}
