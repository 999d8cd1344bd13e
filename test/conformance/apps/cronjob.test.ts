import { describe, expect } from 'vitest';
import { CronJobs } from '../../../src/kinds/batch/cronjob';
import { Jobs } from '../../../src/kinds/batch/job';
import type { CronJob, CronJobSpec, Job } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance, type Framework } from '../framework';

const sleeping = ['sh', '-c', 'sleep 300'];
const cronJob = ({ namespace }: Framework, name: string, settings: Partial<CronJobSpec> = {}) => ({
  metadata: { name, namespace },
  spec: {
    schedule: '*/1 * * * ?',
    ...settings,
    jobTemplate: { spec: { parallelism: 1, completions: 1, template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox:1.36', command: sleeping }] } } } },
  },
});
const jobs = ({ api, namespace }: Framework): readonly Job[] => api.list(Jobs, namespace).items;
const current = ({ api, namespace }: Framework, name: string): CronJob => api.get(CronJobs, { namespace, name });
const activeOf = (framework: Framework, name: string): readonly string[] => (current(framework, name).status?.active ?? []).map((reference) => reference.name ?? '');

describe('cron jobs', () => {
  behaviour('apps-002', () => {
    const framework = startConformance();
    framework.api.create(CronJobs, cronJob(framework, 'suspended', { suspend: true }));
    framework.stays('no job is made', () => jobs(framework).length === 0, 5 * 60_000);
  });

  behaviour('apps-003', () => {
    const framework = startConformance();
    framework.api.create(CronJobs, cronJob(framework, 'forbid', { concurrencyPolicy: 'Forbid' }));
    framework.until('a job runs', () => activeOf(framework, 'forbid').length === 1);
    framework.stays('no second one beside it', () => activeOf(framework, 'forbid').length === 1 && jobs(framework).length === 1, 3 * 60_000);
  });

  behaviour('apps-004', () => {
    const framework = startConformance();
    framework.api.create(CronJobs, cronJob(framework, 'replace', { concurrencyPolicy: 'Replace' }));
    const [first] = framework.until('a job runs', () => { const active = activeOf(framework, 'replace'); return active.length === 1 && active; });
    const [second] = framework.until('another one replaces it', () => { const active = activeOf(framework, 'replace'); return active.length === 1 && active[0] !== first && active; });
    framework.until('the first is gone', () => !jobs(framework).some(({ metadata }) => metadata.name === first));
    expect(second).not.toBe(first);
  });

  behaviour('apps-005', () => {
    const framework = startConformance();
    framework.api.create(CronJobs, cronJob(framework, 'concurrent', { concurrencyPolicy: 'Allow' }));
    framework.until('two jobs run at once', () => activeOf(framework, 'concurrent').length >= 2);
    expect(jobs(framework).length).toBeGreaterThanOrEqual(2);
  });

  behaviour('apps-006', () => {
    const framework = startConformance();
    const { api, namespace, wait } = framework;
    const name = 'api-operations';
    const labels = { 'special-label': namespace };
    const draft = cronJob(framework, name, { concurrencyPolicy: 'Allow', suspend: true });
    const groups = JSON.stringify(api.json('/apis'));
    expect(groups).toContain('"name":"batch"');
    const resources = (api.json('/apis/batch/v1') as { resources: { name: string }[] }).resources.map((resource) => resource.name);
    expect(resources).toEqual(expect.arrayContaining(['cronjobs', 'cronjobs/status']));
    const created = api.create(CronJobs, { ...draft, metadata: { ...draft.metadata, labels } });
    api.create(CronJobs, { ...draft, metadata: { name: `${name}-2`, namespace, labels } });
    api.create(CronJobs, { ...draft, metadata: { name: `${name}-3`, namespace, labels } });
    expect(api.get(CronJobs, { namespace, name }).metadata.uid).toBe(created.metadata.uid);
    const query = { labelSelector: `special-label=${namespace}` };
    expect([api.list(CronJobs, namespace, query).items.length, api.list(CronJobs, undefined, query).items.length]).toEqual([3, 3]);
    const watched = api.watch(CronJobs, namespace, { ...query, resourceVersion: created.metadata.resourceVersion ?? '' });
    expect(api.patch(CronJobs, { namespace, name }, { metadata: { annotations: { patched: 'true' } } }, 'merge').metadata.annotations?.['patched']).toBe('true');
    const fresh = current(framework, name);
    expect(api.update(CronJobs, { ...fresh, metadata: { ...fresh.metadata, annotations: { ...fresh.metadata.annotations, updated: 'true' } } }).metadata.annotations?.['updated']).toBe('true');
    wait(1_000);
    const seen = watched.events.filter(({ object }) => object.metadata.name === name).map(({ type }) => type);
    expect(seen).toContain('MODIFIED');
    const time = '2026-01-01T00:00:00Z';
    const patched = api.patch(CronJobs, { namespace, name }, { metadata: { annotations: { patchedstatus: 'true' } }, status: { lastScheduleTime: time } }, 'merge', 'status');
    expect([patched.status?.lastScheduleTime, patched.metadata.annotations?.['patchedstatus']]).toEqual([time, 'true']);
    const later = '2026-01-01T00:01:00Z';
    expect(api.update(CronJobs, { ...patched, status: { lastScheduleTime: later } }, 'status').status?.lastScheduleTime).toBe(later);
    expect(api.get(CronJobs, { namespace, name }, 'status').metadata.uid).toBe(created.metadata.uid);
    api.delete(CronJobs, { namespace, name });
    expect(found(() => current(framework, name))).toBeUndefined();
    api.deleteCollection(CronJobs, namespace, query);
    expect(api.list(CronJobs, namespace, query).items).toEqual([]);
  });
});
