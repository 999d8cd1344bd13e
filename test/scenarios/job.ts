import type { Scenarios } from './framework';
import { job } from './manifests';
import { apply, patch, remove, removePods, settle, wait } from './steps';

const change = (spec: object) => patch('jobs.batch', 'work', { spec });
const indexed = { completionMode: 'Indexed' };
const onExit = (action: string, values: readonly number[]) => ({ podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values } }] } });
const orphaned = { 'a node crashes': 'a pod on that node fails, and nobody replaces it' };

export const jobs: Scenarios = { controllers: ['job-controller'], scenarios: [
  { name: 'a Job is done two pods at a time', steps: [apply(job(['5', '0'], { completions: 4, parallelism: 2 }))],
    end: [
      '4 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=4',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a Job is done when its workers find nothing more to do', steps: [apply(job(['5', '0'], { parallelism: 3 }))],
    end: [
      '3 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=3',
    ], except: orphaned },
  { name: 'every index is done once', steps: [apply(job(['5', '0'], { ...indexed, completions: 4, parallelism: 3 }))],
    end: [
      'Job work work:1 completedIndexes=0-3 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=4',
      'Pod work-0-* work:1 Succeeded index 0',
      'Pod work-1-* work:1 Succeeded index 1',
      'Pod work-2-* work:1 Succeeded index 2',
      'Pod work-3-* work:1 Succeeded index 3',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a Job that fails too often is given up', except: { 'a node crashes for 10': 'an evicted pod is gone' }, steps: [apply(job(['2', '1'], { backoffLimit: 2 }))],
    end: [
      '3 x Pod work-* work:1 Failed',
      'Job work work:1 [Failed=True:BackoffLimitExceeded FailureTarget=True:BackoffLimitExceeded] failed=3',
    ] },
  { name: 'indexes fail each for itself', steps: [apply(job(['2', '0', '1@1'], { ...indexed, completions: 4, parallelism: 4, backoffLimitPerIndex: 1 }))],
    end: [
      '2 x Pod work-1-* work:1 Failed index 1',
      'Job work work:1 completedIndexes=0,2-3 [Failed=True:FailedIndexes FailureTarget=True:FailedIndexes] failed=2 failedIndexes=1 succeeded=3',
      'Pod work-0-* work:1 Succeeded index 0',
      'Pod work-2-* work:1 Succeeded index 2',
      'Pod work-3-* work:1 Succeeded index 3',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'an exit code makes an index fail at once',
    steps: [apply(job(['2', '0', '42@2'], { ...indexed, completions: 3, parallelism: 3, backoffLimitPerIndex: 4, ...onExit('FailIndex', [42]) }))],
    end: [
      'Job work work:1 completedIndexes=0-1 [Failed=True:FailedIndexes FailureTarget=True:FailedIndexes] failed=1 failedIndexes=2 succeeded=2',
      'Pod work-0-* work:1 Succeeded index 0',
      'Pod work-1-* work:1 Succeeded index 1',
      'Pod work-2-* work:1 Failed index 2',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'an exit code makes a Job fail at once', steps: [apply(job(['2', '42'], { ...onExit('FailJob', [42]) }))],
    end: [
      'Job work work:1 [Failed=True:PodFailurePolicy FailureTarget=True:PodFailurePolicy] failed=1',
      'Pod work-* work:1 Failed',
    ],
    except: { 'a node crashes': 'a pod on that node fails in another way first' } },
  { name: 'one index is enough', steps: [apply(job(['3', '0'], { ...indexed, completions: 3, parallelism: 1, successPolicy: { rules: [{ succeededCount: 1 }] } }))],
    end: [
      'Job work work:1 completedIndexes=0 [Complete=True:SuccessPolicy SuccessCriteriaMet=True:SuccessPolicy] succeeded=1',
      'Pod work-0-* work:1 Succeeded index 0',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a Job begins when it is not suspended any more', steps: [apply(job(['5', '0'], { suspend: true, completions: 2, parallelism: 2 })), settle, change({ suspend: false })],
    end: [
      '2 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached Suspended=False:JobResumed] succeeded=2',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a Job is suspended and goes on', steps: [apply(job(['20', '0'], { completions: 2, parallelism: 2 })), wait(10), change({ suspend: true }), settle, change({ suspend: false })],
    end: [
      '2 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached Suspended=False:JobResumed] succeeded=2',
    ],
    except: { 'a node crashes': 'pods on that node count as failed', 'caches are late': 'fewer pods had begun' } },
  { name: 'a Job has more hands, and then fewer', steps: [apply(job(['30', '0'], { completions: 6, parallelism: 1 })), wait(40), change({ parallelism: 4 }), wait(8), change({ parallelism: 2 })],
    end: [
      '6 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=6',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a pod that is deleted is replaced at once', steps: [apply(job(['60', '0'], { completions: 2, parallelism: 2 })), wait(20), removePods('job-name=work', 1)],
    end: [
      '2 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] failed=1 succeeded=2',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a pod that is deleted is replaced when it has ended',
    steps: [apply(job(['60', '0'], { ...indexed, completions: 2, parallelism: 2, podReplacementPolicy: 'Failed' })), wait(20), removePods('job-name=work', 1)],
    end: [
      'Job work work:1 completedIndexes=0-1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] failed=1 succeeded=2',
      'Pod work-0-* work:1 Succeeded index 0',
      'Pod work-1-* work:1 Succeeded index 1',
    ], except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a Job that takes too long is ended', steps: [apply(job(['600', '0'], { activeDeadlineSeconds: 30, completions: 3, parallelism: 3 }))],
    end: [
      'Job work work:1 [Failed=True:DeadlineExceeded FailureTarget=True:DeadlineExceeded] failed=3',
    ] },
  { name: 'a Job goes after its pods', steps: [apply(job(['600', '0'], { completions: 2, parallelism: 2 })), wait(20), remove('jobs.batch', 'work', 'Foreground')], end: [] },
  { name: 'a Job goes before its pods', steps: [apply(job(['600', '0'], { completions: 2, parallelism: 2 })), wait(20), remove('jobs.batch', 'work', 'Background')], end: [] },
  { name: 'a Job goes in the middle and its pods stay', steps: [apply(job(['60', '0'], { completions: 2, parallelism: 2 })), wait(20), remove('jobs.batch', 'work', 'Orphan'), settle],
    end: [
      '2 x Pod work-* of nobody work:1 Succeeded',
    ],
    except: { 'a node crashes': 'pods on that node fail' } },
  { name: 'a Job goes and its pods stay', steps: [apply(job(['5', '0'], { completions: 2, parallelism: 2 })), settle, remove('jobs.batch', 'work', 'Orphan')],
    end: [
      '2 x Pod work-* of nobody work:1 Succeeded',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
] };

export const expiry: Scenarios = { controllers: ['ttl-after-finished-controller'], scenarios: [
  { name: 'a Job that is done goes after a while', steps: [apply(job(['5', '0'], { ttlSecondsAfterFinished: 60, completions: 2 }))], end: [] },
  { name: 'a Job that failed goes after a while', steps: [apply(job(['5', '1'], { ttlSecondsAfterFinished: 60, backoffLimit: 0 }))], end: [] },
  { name: 'a Job may stay when its time is made longer', steps: [apply(job(['5', '0'], { ttlSecondsAfterFinished: 60 })), wait(30), change({ ttlSecondsAfterFinished: 100_000 })],
    end: [
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=1',
      'Pod work-* work:1 Succeeded',
    ] },
] };
