import { describe, expect } from 'vitest';
import { Jobs } from '../../../src/kinds/batch/job';
import { Pods } from '../../../src/kinds/core/pod';
import { isConditionTrue } from '../../../src/kinds/core/pod-conditions';
import type { Job, JobSpec, Pod } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance, type Framework } from '../framework';

type Settings = Omit<JobSpec, 'template'> & { readonly restartPolicy?: string };
const scripts = {
  succeed: 'exit 0',
  sleep: 'sleep 1000000',
  fail: 'exit 1',
  failOddIndexes: 'if [ $((JOB_COMPLETION_INDEX % 2)) -ne 0 ]; then exit 1; fi',
  failEvenIndexesWith42: 'if [ $((JOB_COMPLETION_INDEX % 2)) -eq 0 ]; then exit 42; fi',
  failOnce: 'if [ -e /data/foo ]; then exit 0; else touch /data/foo; exit 1; fi',
  sleepUnlessFirst: 'if [ "$JOB_COMPLETION_INDEX" = 0 ]; then exit 0; fi; sleep 1000000',
} as const;

const jobOf = ({ namespace }: Framework, name: string, script: keyof typeof scripts, { restartPolicy = 'Never', ...spec }: Settings = {}) => ({
  metadata: { name, namespace },
  spec: {
    ...spec,
    template: {
      metadata: { labels: { job: name } },
      spec: {
        restartPolicy,
        volumes: [{ name: 'data', emptyDir: {} }],
        containers: [{ name: 'c', image: 'busybox:1.36', command: ['sh', '-c', scripts[script]], volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      },
    },
  },
});
const podsOf = ({ api, namespace }: Framework, name: string): readonly Pod[] => api.list(Pods, namespace, { labelSelector: `job=${name}` }).items;
const current = ({ api, namespace }: Framework, name: string): Job => api.get(Jobs, { namespace, name });
const ends = (framework: Framework, name: string, type: 'Complete' | 'Failed'): Job =>
  framework.until(`${name} is ${type}`, () => { const job = current(framework, name); return isConditionTrue(job.status, type) && job; }, 900_000);
const reasonOf = ({ status }: Job, type: string): string | undefined => status?.conditions?.find((condition) => condition.type === type)?.reason;
const running = (framework: Framework, name: string, count: number): readonly Pod[] =>
  framework.until(`${count} pods of ${name} run`, () => { const pods = podsOf(framework, name).filter(({ status }) => status?.phase === 'Running'); return pods.length === count && pods; });

describe('jobs', () => {
  behaviour('apps-027', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    api.create(Jobs, jobOf(framework, 'adopt-release', 'sleep', { parallelism: 2, completions: 2 }));
    const [pod] = running(framework, 'adopt-release', 2);
    const key = { namespace, name: pod?.metadata.name ?? '' };
    api.patch(Pods, key, { metadata: { ownerReferences: null } }, 'merge');
    until('the orphan is adopted again', () => api.get(Pods, key).metadata.ownerReferences?.some(({ controller, name }) => controller && name === 'adopt-release'));
    api.patch(Pods, key, { metadata: { labels: null } }, 'merge');
    until('the pod is released', () => !api.get(Pods, key).metadata.ownerReferences?.length);
  });

  behaviour('apps-028', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    api.create(Jobs, jobOf(framework, 'pod-disruption-failure-ignore', 'sleep', {
      parallelism: 1, completions: 1, backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
    }));
    const [pod] = running(framework, 'pod-disruption-failure-ignore', 1);
    const name = pod?.metadata.name ?? '';
    api.post(Pods, { namespace, name }, 'eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } });
    until('a new pod runs', () => podsOf(framework, 'pod-disruption-failure-ignore').some(({ metadata, status }) => metadata.name !== name && status?.phase === 'Running'));
    const { status } = current(framework, 'pod-disruption-failure-ignore');
    expect([status?.failed ?? 0, isConditionTrue(status, 'Failed')]).toEqual([0, false]);
  });

  behaviour('apps-029', () => {
    const framework = startConformance();
    framework.api.create(Jobs, jobOf(framework, 'pod-failure-failjob', 'fail', {
      parallelism: 1, completions: 1, backoffLimit: 6, podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] },
    }));
    const job = ends(framework, 'pod-failure-failjob', 'Failed');
    expect([reasonOf(job, 'Failed'), reasonOf(job, 'FailureTarget'), job.status?.failed]).toEqual(['PodFailurePolicy', 'PodFailurePolicy', 1]);
    expect(podsOf(framework, 'pod-failure-failjob')).toHaveLength(1);
  });

  behaviour('apps-030', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'status-changes';
    api.create(Jobs, jobOf(framework, name, 'sleep', { parallelism: 2, completions: 4, backoffLimit: 2 }));
    running(framework, name, 2);
    until('the job tells two active pods', () => current(framework, name).status?.active === 2);
    const condition = { type: 'CustomConditionType', status: 'True', reason: 'E2E', message: 'patched' } as const;
    const patched = api.patch(Jobs, { namespace, name }, { metadata: { annotations: { patchedstatus: 'true' } }, status: { conditions: [condition] } }, 'merge', 'status');
    expect([patched.status?.conditions?.map(({ type }) => type), patched.metadata.annotations?.['patchedstatus']]).toEqual([['CustomConditionType'], 'true']);
    const updated = api.update(Jobs, { ...patched, status: { ...patched.status, conditions: [{ ...condition, message: 'updated' }] } }, 'status');
    expect(updated.status?.conditions?.[0]?.message).toBe('updated');
    expect(api.get(Jobs, { namespace, name }, 'status').status?.conditions?.[0]?.message).toBe('updated');
  });

  behaviour('apps-031', () => {
    const framework = startConformance();
    framework.api.create(Jobs, jobOf(framework, 'indexed-job', 'succeed', { parallelism: 2, completions: 4, backoffLimit: 6, completionMode: 'Indexed' }));
    const job = ends(framework, 'indexed-job', 'Complete');
    const pods = podsOf(framework, 'indexed-job').filter(({ status }) => status?.phase === 'Succeeded');
    const indexes = pods.map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-completion-index']).toSorted();
    expect([job.status?.succeeded, job.status?.completedIndexes, indexes]).toEqual([4, '0-3', ['0', '1', '2', '3']]);
    for (const { metadata, spec } of pods) {
      const index = metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
      expect([spec.hostname, spec.containers[0]?.env?.[0]?.name]).toEqual([`indexed-job-${index}`, 'JOB_COMPLETION_INDEX']);
    }
  });

  behaviour('apps-032', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    api.create(Jobs, jobOf(framework, 'graceful', 'sleep', { parallelism: 2, completions: 4 }));
    running(framework, 'graceful', 2);
    api.delete(Jobs, { namespace, name: 'graceful' }, { propagationPolicy: 'Background' });
    until('the job and its pods are gone', () => found(() => current(framework, 'graceful')) === undefined && podsOf(framework, 'graceful').length === 0);
  });

  behaviour('apps-033', () => {
    const framework = startConformance();
    framework.api.create(Jobs, jobOf(framework, 'per-index', 'failOddIndexes', { parallelism: 2, completions: 4, completionMode: 'Indexed', backoffLimitPerIndex: 1 }));
    const { status, ...job } = ends(framework, 'per-index', 'Failed');
    expect([status?.failedIndexes, status?.completedIndexes, status?.failed, status?.succeeded, reasonOf({ ...job, ...(status && { status }) }, 'Failed')])
      .toEqual(['1,3', '0,2', 4, 2, 'FailedIndexes']);
  });

  behaviour('apps-034', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'lifecycle';
    const labels = { 'e2e-job-label': name };
    const draft = jobOf(framework, name, 'sleep', { parallelism: 1, completions: 1, suspend: true });
    const created = api.create(Jobs, { ...draft, metadata: { ...draft.metadata, labels } });
    framework.stays('no pod while it is suspended', () => podsOf(framework, name).length === 0, 5_000);
    const patched = api.patch(Jobs, { namespace, name }, { metadata: { labels: { [name]: 'patched' } } });
    expect(patched.metadata.labels?.[name]).toBe('patched');
    const fresh = current(framework, name);
    const replaced = api.update(Jobs, { ...fresh, spec: { ...fresh.spec, suspend: false }, metadata: { ...fresh.metadata, annotations: { updated: 'true' } } });
    expect([replaced.spec.suspend, replaced.metadata.annotations?.['updated']]).toEqual([false, 'true']);
    running(framework, name, 1);
    expect(api.list(Jobs, undefined, { labelSelector: `e2e-job-label=${name}` }).items.map(({ metadata }) => metadata.uid)).toEqual([created.metadata.uid]);
    api.deleteCollection(Jobs, namespace, { labelSelector: `e2e-job-label=${name}` });
    until('it is gone', () => api.list(Jobs, namespace, { labelSelector: `e2e-job-label=${name}` }).items.length === 0);
  });

  behaviour('apps-035', () => {
    const framework = startConformance();
    framework.api.create(Jobs, jobOf(framework, 'fail-index', 'failEvenIndexesWith42', {
      parallelism: 2, completions: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1,
      podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }] },
    }));
    const { status } = ends(framework, 'fail-index', 'Failed');
    expect([status?.failedIndexes, status?.completedIndexes, status?.failed, status?.succeeded]).toEqual(['0', '1', 1, 1]);
  });

  behaviour('apps-036', () => {
    const framework = startConformance();
    framework.api.create(Jobs, jobOf(framework, 'fail-once-local', 'failOnce', { restartPolicy: 'OnFailure', parallelism: 2, completions: 4 }));
    ends(framework, 'fail-once-local', 'Complete');
    const pods = podsOf(framework, 'fail-once-local').filter(({ status }) => status?.phase === 'Succeeded');
    expect([pods.length, pods.every(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)]).toEqual([4, true]);
  });

  behaviour('apps-037', () => {
    const framework = startConformance();
    framework.api.create(Jobs, jobOf(framework, 'max-failed', 'fail', { parallelism: 4, completions: 4, completionMode: 'Indexed', backoffLimitPerIndex: 0, maxFailedIndexes: 0 }));
    const job = ends(framework, 'max-failed', 'Failed');
    expect([reasonOf(job, 'Failed'), job.status?.succeeded ?? 0]).toEqual(['MaxFailedIndexesExceeded', 0]);
    expect(Number(job.status?.failed)).toBeGreaterThan(0);
  });

  behaviour('apps-038', () => {
    const framework = startConformance();
    const successPolicy = { rules: [{ succeededIndexes: '0-2', succeededCount: 3 }] };
    framework.api.create(Jobs, jobOf(framework, 'all-indexes', 'succeed', { parallelism: 3, completions: 3, completionMode: 'Indexed', successPolicy }));
    const job = ends(framework, 'all-indexes', 'Complete');
    expect([reasonOf(job, 'SuccessCriteriaMet'), reasonOf(job, 'Complete'), job.status?.completedIndexes]).toEqual(['SuccessPolicy', 'SuccessPolicy', '0-2']);
  });

  behaviour('apps-039', () => {
    const framework = startConformance();
    const successPolicy = { rules: [{ succeededCount: 1 }] };
    framework.api.create(Jobs, jobOf(framework, 'succeeded-count', 'sleepUnlessFirst', { parallelism: 2, completions: 5, completionMode: 'Indexed', successPolicy }));
    const job = ends(framework, 'succeeded-count', 'Complete');
    expect([reasonOf(job, 'SuccessCriteriaMet'), job.status?.completedIndexes, job.status?.active ?? 0]).toEqual(['SuccessPolicy', '0', 0]);
  });

  behaviour('apps-040', () => {
    const framework = startConformance();
    const successPolicy = { rules: [{ succeededIndexes: '0' }] };
    framework.api.create(Jobs, jobOf(framework, 'succeeded-indexes', 'sleepUnlessFirst', { parallelism: 2, completions: 2, completionMode: 'Indexed', successPolicy }));
    const job = ends(framework, 'succeeded-indexes', 'Complete');
    expect([reasonOf(job, 'Complete'), job.status?.completedIndexes, job.status?.terminating ?? 0]).toEqual(['SuccessPolicy', '0', 0]);
  });
});
