import type { CronJob } from '../../schema/types';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind } from '../define';
import { change, fill, set } from '../sharing';
import { cronJobRules } from './cronjob-rules';

export const CronJobs = defineKind<CronJob>('cronjobs.batch', {
  generation: true,
  defaults: (object) => {
    const spec = fill(object.spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    return set(object, 'spec', change(spec, 'jobTemplate', (job) => change(job, 'spec', (jobSpec) => change(jobSpec, 'template', podTemplateDefaults))));
  },
  rules: cronJobRules,
});
