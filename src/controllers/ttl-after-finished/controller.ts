import { Jobs } from '../../kinds/served';
import { unlessGone } from '../../runtime/claim';
import { defineController } from '../../runtime/controller';
import type { Job } from '../../schema/types';

/** Deletes Jobs that are over, ttlSecondsAfterFinished after their end, with all that they own. */
export const ttlAfterFinishedController = defineController<Job>({
  name: 'ttl-after-finished-controller',
  for: Jobs,
  concerns: ({ spec, metadata }) => spec.ttlSecondsAfterFinished !== undefined && metadata.deletionTimestamp === undefined,
  reconcile(key, { informer, api, now }) {
    const job = informer(Jobs).get(key);
    const leftMs = job && timeLeftMs(job, now());
    if (!job || leftMs === undefined) return undefined;
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    const { uid } = job.metadata;
    // Asked again of the server: the time may have been made longer since.
    const fresh = unlessGone(() => api.get(Jobs, job.metadata));
    if (!fresh || fresh.metadata.uid !== uid) return undefined;
    const freshMs = timeLeftMs(fresh, now());
    if (freshMs === undefined || freshMs > 0) return undefined;
    unlessGone(() => api.delete(Jobs, fresh.metadata, { propagationPolicy: 'Foreground', preconditions: { uid, resourceVersion: fresh.metadata.resourceVersion } }));
    return undefined;
  },
});

/** Undefined while the job runs, is being deleted, or may stay. */
function timeLeftMs({ metadata, spec: { ttlSecondsAfterFinished }, status }: Job, now: number): number | undefined {
  if (ttlSecondsAfterFinished === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const end = status?.conditions?.find(({ type, status: state }) => (type === 'Complete' || type === 'Failed') && state === 'True')?.lastTransitionTime;
  return end ? Date.parse(end) + ttlSecondsAfterFinished * 1_000 - now : undefined;
}
