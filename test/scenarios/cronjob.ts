import type { Scenarios } from './framework';
import { cronJob } from './manifests';
import { apply, patch, remove, settle, wait } from './steps';

const stop = patch('cronjobs.batch', 'work', { spec: { suspend: true } });
const failing = { 'a node crashes': 'a pod on that node counts as failed' };

export const cronJobs: Scenarios = { controllers: ['cronjob-controller'], scenarios: [
  { name: 'jobs may run beside each other', steps: [apply(cronJob('* * * * *', ['90', '0'], { successfulJobsHistoryLimit: 2 })), wait(450), stop],
    end: [
      '2 x Job work-<minute> of CronJob work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      '2 x Pod work-<minute>-* work:1 Succeeded',
      'CronJob work suspended',
    ], except: failing },
  { name: 'a job waits for the one before', steps: [apply(cronJob('* * * * *', ['150', '0'], { concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 1 })), wait(450), stop],
    end: [
      'CronJob work suspended',
      'Job work-<minute> of CronJob work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      'Pod work-<minute>-* work:1 Succeeded',
    ], except: failing },
  { name: 'a job takes the place of the one before', steps: [apply(cronJob('* * * * *', ['600', '0'], { concurrencyPolicy: 'Replace' })), wait(450), stop],
    end: [
      'CronJob work suspended',
      'Job work-<minute> of CronJob work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      'Pod work-<minute>-* work:1 Succeeded',
    ], except: failing },
  { name: 'of failed jobs the last are kept', steps: [apply(cronJob('* * * * *', ['5', '1'], { failedJobsHistoryLimit: 2 }, { backoffLimit: 0 })), wait(450), stop],
    end: [
      '2 x Job work-<minute> of CronJob work work:1 [Failed=True:BackoffLimitExceeded FailureTarget=True:BackoffLimitExceeded] failed=1',
      '2 x Pod work-<minute>-* work:1 Failed',
      'CronJob work suspended',
    ] },
  { name: 'a schedule is of a zone', steps: [apply(cronJob('30 9 * * *', ['5', '0'], { timeZone: 'Asia/Tokyo' })), wait(45 * 60)],
    end: [
      'CronJob work',
      'Job work-<minute> of CronJob work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      'Pod work-<minute>-* work:1 Succeeded',
    ], except: failing },
  { name: 'a run that is too late is left out', steps: [apply(cronJob('*/5 * * * *', ['5', '0'], { startingDeadlineSeconds: 20, successfulJobsHistoryLimit: 1 })), wait(16 * 60), stop],
    end: [
      'CronJob work suspended',
      'Job work-<minute> of CronJob work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      'Pod work-<minute>-* work:1 Succeeded',
    ], except: failing },
  { name: 'what is suspended starts nothing', steps: [apply(cronJob('* * * * *', ['5', '0'], { suspend: true })), settle],
    end: [
      'CronJob work suspended',
    ] },
  { name: 'a CronJob goes after its jobs', steps: [apply(cronJob('* * * * *', ['30', '0'])), wait(130), remove('cronjobs.batch', 'work', 'Foreground')], end: [] },
  { name: 'a CronJob goes before its jobs', steps: [apply(cronJob('* * * * *', ['30', '0'])), wait(130), remove('cronjobs.batch', 'work', 'Background')], end: [] },
  { name: 'a CronJob goes and its jobs stay', steps: [apply(cronJob('* * * * *', ['10', '0'], { successfulJobsHistoryLimit: 1 })), wait(270), stop, settle, remove('cronjobs.batch', 'work', 'Orphan')],
    end: [
      'Job work-<minute> work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      'Pod work-<minute>-* work:1 Succeeded',
    ], except: failing },
] };
