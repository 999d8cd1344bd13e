import { parseCron, type Schedule } from '../../lib/cron';
import type { CronJob } from '../../schema/types';

/** More missed runs than this, and something is wrong with the clock or the deadline. */
const manyMissed = 100;

/** What is due: the latest time that has come and not been acted on. */
export type Due = { readonly at: number | undefined; readonly tooManyMissed: boolean };

export const scheduleOf = ({ spec: { schedule, timeZone } }: CronJob): Schedule => parseCron(schedule, timeZone);

/** Only the latest missed run counts; a starting deadline bounds how far back is looked. */
export function dueAt({ metadata, spec: { startingDeadlineSeconds }, status }: CronJob, schedule: Schedule, now: number): Due {
  const since = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  const earliest = startingDeadlineSeconds === undefined ? since : Math.max(since, now - startingDeadlineSeconds * 1_000);
  let at: number | undefined;
  let missed = 0;
  for (let next = schedule.next(earliest); next !== undefined && next <= now; next = schedule.next(next)) {
    at = next;
    if (++missed > manyMissed) return { at: latestBefore(schedule, next, now), tooManyMissed: true };
  }
  return { at, tooManyMissed: false };
}

/** The last time up to now, found from steps as long as the last one: a schedule that is years behind is not walked minute by minute. */
function latestBefore(schedule: Schedule, from: number, now: number): number {
  const second = schedule.next(from) ?? now;
  const strideMs = second - from;
  let at = from;
  if (now - from > manyMissed * strideMs) at = schedule.next(now - manyMissed * strideMs) ?? from;
  for (let next = schedule.next(at); next !== undefined && next <= now; next = schedule.next(next)) at = next;
  return at <= now ? at : from;
}
