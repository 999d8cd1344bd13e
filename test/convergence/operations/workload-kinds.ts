import type { KubeObject, Resource } from '../../../src/api/types';
import { DaemonSets } from '../../../src/kinds/apps/daemonset';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { StatefulSets } from '../../../src/kinds/apps/statefulset';
import { CronJobs } from '../../../src/kinds/batch/cronjob';
import { Jobs } from '../../../src/kinds/batch/job';
import type { JsonObject } from '../../../src/lib/json';
import type { Random } from '../../../src/sim/random';
import type { WorkloadName } from './operation';
import { drawTemplate, templateFrom, type TemplateDraw } from './templates';

/** How one kind of workload is drawn. */
export type WorkloadKind = {
  readonly kind: Resource<KubeObject>;
  readonly scales: boolean;
  /** A whole spec. */
  spec(random: Random, app: string): JsonObject;
  /** A change of anything but the template and the size. */
  change(random: Random): JsonObject;
};

const chance = <T extends object>(random: Random, probability: number, value: T): T | object => (random.next() < probability ? value : {});
const selected = (app: string, draw: TemplateDraw) => ({ selector: { matchLabels: { app } }, template: templateFrom(draw, app) });
const bound = (random: Random) => random.pick<number | string>([0, 1, 2, '25%', '50%', '100%']);

const deploymentStrategy = (random: Random): JsonObject => {
  if (random.next() < 0.2) return { type: 'Recreate', rollingUpdate: null };
  const maxSurge = bound(random);
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: maxSurge === 0 ? random.pick([1, '50%']) : bound(random) } };
};
const daemonStrategy = (random: Random): JsonObject => {
  if (random.next() < 0.2) return { type: 'OnDelete', rollingUpdate: null };
  return { type: 'RollingUpdate', rollingUpdate: random.next() < 0.5 ? { maxSurge: random.pick<number | string>([1, '50%']), maxUnavailable: 0 }
    : { maxSurge: 0, maxUnavailable: random.pick<number | string>([1, 2, '50%']) } };
};
const statefulStrategy = (random: Random): JsonObject =>
  random.next() < 0.2 ? { type: 'OnDelete', rollingUpdate: null } : { type: 'RollingUpdate', rollingUpdate: { partition: random.pick([0, 0, 0, 1, 2]) } };
const strategyNow = (strategy: JsonObject): JsonObject => Object.fromEntries(Object.entries(strategy).filter(([, value]) => value !== null));
const size = (random: Random): number => random.pick([0, 1, 1, 2, 3, 4, 5]);
const scripts = ['exit 0', 'sleep 3', 'sleep 20', 'sleep 90', 'sleep 5; exit 1', 'exit 1', 'sleep 15; exit $(($RANDOM % 2))'];

const jobSpec = (random: Random, app: string): JsonObject => {
  const completions = 1 + random.below(5);
  const indexed = random.next() < 0.4;
  return {
    parallelism: random.below(4), completions, backoffLimit: random.below(4), activeDeadlineSeconds: random.pick([60, 200, 300]),
    ...(indexed && { completionMode: 'Indexed' }), ...chance(random, 0.2, { suspend: true }), ...chance(random, 0.2, { ttlSecondsAfterFinished: random.pick([0, 30, 120]) }),
    ...chance(random, 0.3, { podReplacementPolicy: 'Failed' }),
    ...(indexed && random.next() < 0.3 && { backoffLimitPerIndex: 1, backoffLimit: null }),
    template: {
      metadata: { labels: { app } },
      spec: {
        restartPolicy: indexed ? 'Never' : random.pick(['Never', 'OnFailure']), terminationGracePeriodSeconds: random.pick([0, 2, 10]),
        containers: [{ name: 'main', image: random.next() < 0.1 ? 'busybox:no-such-tag' : 'busybox:1.36', command: ['sh', '-c', random.pick(scripts)],
          resources: { requests: { cpu: random.pick(['50m', '200m']), memory: '32Mi' }, limits: { cpu: '500m', memory: '64Mi' } } }],
      },
    },
  };
};

export const workloadKinds: Readonly<Record<WorkloadName, WorkloadKind>> = {
  Deployment: {
    kind: Deployments, scales: true,
    spec: (random, app) => ({
      replicas: size(random), ...selected(app, drawTemplate(random)), strategy: strategyNow(deploymentStrategy(random)),
      ...chance(random, 0.3, { minReadySeconds: 10 }), ...chance(random, 0.3, { revisionHistoryLimit: random.below(3) }), ...chance(random, 0.3, { progressDeadlineSeconds: 60 }),
    }),
    change: (random) => random.pick([{ strategy: deploymentStrategy(random) }, { strategy: deploymentStrategy(random) }, { paused: random.next() < 0.5 }, { paused: false },
      { minReadySeconds: random.pick([0, 5, 15]) }, { revisionHistoryLimit: random.below(3) }]),
  },
  ReplicaSet: {
    kind: ReplicaSets, scales: true,
    spec: (random, app) => ({ replicas: size(random), ...selected(app, drawTemplate(random)), ...chance(random, 0.3, { minReadySeconds: 10 }) }),
    change: (random) => ({ minReadySeconds: random.pick([0, 5, 15]) }),
  },
  StatefulSet: {
    kind: StatefulSets, scales: true,
    spec: (random, app) => ({
      replicas: size(random), serviceName: app, ...selected(app, drawTemplate(random)), updateStrategy: strategyNow(statefulStrategy(random)),
      ...chance(random, 0.3, { podManagementPolicy: 'Parallel' }), ...chance(random, 0.3, { minReadySeconds: 5 }), ...chance(random, 0.3, { ordinals: { start: random.below(3) } }),
      ...chance(random, 0.3, { revisionHistoryLimit: random.below(3) }),
    }),
    change: (random) => random.pick([{ updateStrategy: statefulStrategy(random) }, { updateStrategy: statefulStrategy(random) },
      { minReadySeconds: random.pick([0, 5]) }, { ordinals: { start: random.below(3) } }]),
  },
  DaemonSet: {
    kind: DaemonSets, scales: false,
    spec: (random, app) => ({ ...selected(app, drawTemplate(random)), updateStrategy: strategyNow(daemonStrategy(random)), ...chance(random, 0.3, { minReadySeconds: 5 }),
      ...chance(random, 0.3, { revisionHistoryLimit: random.below(3) }) }),
    change: (random) => random.pick([{ updateStrategy: daemonStrategy(random) }, { minReadySeconds: random.pick([0, 5]) }]),
  },
  Job: {
    kind: Jobs, scales: false,
    spec: (random, app) => jobSpec(random, app),
    change: (random) => random.pick<JsonObject>([{ suspend: true }, { suspend: false }, { parallelism: random.below(5) }, { backoffLimit: random.below(4) },
      { activeDeadlineSeconds: random.pick([30, 300]) }]),
  },
  CronJob: {
    kind: CronJobs, scales: false,
    spec: (random, app) => ({
      schedule: random.pick(['* * * * *', '*/2 * * * *', '*/5 * * * *']), concurrencyPolicy: random.pick(['Allow', 'Forbid', 'Replace']),
      ...chance(random, 0.3, { startingDeadlineSeconds: 30 }), successfulJobsHistoryLimit: random.below(3), failedJobsHistoryLimit: random.below(2),
      jobTemplate: { metadata: { labels: { app } }, spec: { ...jobSpec(random, app), suspend: false } },
    }),
    change: (random) => random.pick<JsonObject>([{ suspend: true }, { suspend: false }, { schedule: '*/3 * * * *' },
      { concurrencyPolicy: random.pick(['Allow', 'Forbid', 'Replace']) }, { successfulJobsHistoryLimit: random.below(3) }]),
  },
};
