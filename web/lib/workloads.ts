import { controllerOf } from '../../src/api/keys';
import type { KubeObject } from '../../src/api/types';
import type { ControllerRevision, CronJob, DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet } from '../../src/schema/types';
import { groupBy } from './group-by';
import { CronJobs, DaemonSets, Deployments, Jobs, ReplicaSets, ReplicationControllers, StatefulSets, type PageKind } from './kinds';
import { Owners, type Owner } from './owners';

/** What makes pods, all of it. */
export type WorkloadObjects = {
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly statefulSets: readonly StatefulSet[];
  readonly daemonSets: readonly DaemonSet[];
  readonly revisions: readonly ControllerRevision[];
  readonly replicationControllers: readonly ReplicationController[];
  readonly jobs: readonly Job[];
  readonly cronJobs: readonly CronJob[];
};

/** One revision of a workload: its band, and how far it is. */
export type Part = { readonly key: string; readonly band: Owner | undefined; readonly text: string };
/** `done` has come to its end and rests; `failed` has given up. */
export type WorkloadState = 'settled' | 'working' | 'done' | 'failed';

/** What makes pods, as its card shows it. */
export type Workload = {
  readonly object: KubeObject;
  readonly resource: string;
  readonly kind: string;
  /** How much there is of how much there should be. */
  readonly count: string;
  /** What the count counts, for those who do not see the card. */
  readonly counted: string;
  readonly state: WorkloadState;
  /** A few words more: a schedule, a reason. */
  readonly note: string;
  readonly parts: readonly Part[];
  /** The uids of those that own its pods. */
  readonly owners: ReadonlySet<string>;
};

type Shown = Omit<Workload, 'object' | 'resource' | 'kind'>;
const order = new Intl.Collator('en', { numeric: true });
const byName = (a: KubeObject, b: KubeObject): number => order.compare(a.metadata.name, b.metadata.name);

/** Workloads in the order of their kinds, then by name: never by arrival. What another workload owns is part of that one. */
export function workloads(all: WorkloadObjects, wanted: (object: KubeObject) => boolean): readonly Workload[] {
  const bands = new Owners(all);
  const setsOf = groupBy(all.replicaSets, (set) => controllerOf(set)?.uid ?? '');
  const jobsOf = groupBy(all.jobs, (job) => controllerOf(job)?.uid ?? '');
  const rows = <T extends KubeObject>(kind: PageKind<T>, objects: readonly T[], show: (object: T) => Shown): readonly Workload[] =>
    objects.filter(wanted).toSorted(byName).map((object) => ({ object, resource: kind.resource, kind: kind.kind, ...show(object) }));
  const alone = <T extends KubeObject>(objects: readonly T[]): readonly T[] => objects.filter((object) => controllerOf(object) === undefined);
  return [
    ...rows(Deployments, all.deployments, (each) => ofDeployment(each, setsOf.get(each.metadata.uid) ?? [], bands)),
    ...rows(StatefulSets, all.statefulSets, (each) => ofStatefulSet(each, bands)),
    ...rows(DaemonSets, all.daemonSets, (each) => ofDaemonSet(each, bands)),
    ...rows(ReplicaSets, alone(all.replicaSets), (each) => ofReplicas(each, bands)),
    ...rows(ReplicationControllers, alone(all.replicationControllers), (each) => ofReplicas(each, bands)),
    ...rows(CronJobs, all.cronJobs, (each) => ofCronJob(each, jobsOf.get(each.metadata.uid) ?? [])),
    ...rows(Jobs, alone(all.jobs), ofJob),
  ];
}

const settledIf = (settled: boolean): WorkloadState => (settled ? 'settled' : 'working');
const self = ({ metadata: { uid } }: KubeObject): ReadonlySet<string> => new Set([uid]);

function ofDeployment({ spec, status }: Deployment, sets: readonly ReplicaSet[], bands: Owners): Shown {
  const wanted = spec?.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  const live = sets.filter((set) => (set.spec?.replicas ?? 0) > 0 || (set.status?.replicas ?? 0) > 0).toSorted((a, b) => revisionOf(a) - revisionOf(b));
  return {
    count: `${ready}/${wanted}`, counted: 'ready', note: '', owners: new Set(sets.map(({ metadata }) => metadata.uid)),
    state: settledIf(ready === wanted && (status?.updatedReplicas ?? 0) === wanted && (status?.replicas ?? 0) === wanted),
    parts: live.map((set) => ({ key: set.metadata.uid, band: bands.ofSet(set.metadata.uid), text: live.length > 1 ? `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}` : '' })),
  };
}
const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);

function ofStatefulSet(set: StatefulSet, bands: Owners): Shown {
  const { metadata: { uid }, spec, status } = set;
  const wanted = spec.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  const { currentRevision = '', updateRevision = '' } = status ?? {};
  const rolling = currentRevision !== updateRevision && currentRevision !== '';
  const part = (revision: string, replicas: number | undefined): Part => ({ key: revision, band: bands.ofRevision(uid, revision), text: rolling ? `${replicas ?? 0}/${wanted}` : '' });
  return {
    count: `${ready}/${wanted}`, counted: 'ready, in order', note: '', owners: self(set), state: settledIf(ready === wanted && (status?.replicas ?? 0) === wanted && !rolling),
    parts: [...(rolling ? [part(currentRevision, status?.currentReplicas)] : []), ...(updateRevision ? [part(updateRevision, status?.updatedReplicas)] : [])],
  };
}

function ofDaemonSet(set: DaemonSet, bands: Owners): Shown {
  const { metadata: { uid }, status } = set;
  const wanted = status?.desiredNumberScheduled ?? 0;
  const ready = status?.numberReady ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const newest = bands.newestRevision(uid);
  return {
    count: `${ready}/${wanted}`, counted: 'ready, one on each node', note: 'one per node', owners: self(set), state: settledIf(ready === wanted && updated === wanted),
    parts: newest ? [{ key: newest.letter, band: newest, text: updated < wanted ? `${updated}/${wanted}` : '' }] : [],
  };
}

function ofReplicas(set: ReplicaSet | ReplicationController, bands: Owners): Shown {
  const wanted = set.spec?.replicas ?? 1;
  const ready = set.status?.readyReplicas ?? 0;
  const band = bands.ofSet(set.metadata.uid);
  return {
    count: `${ready}/${wanted}`, counted: 'ready', note: '', owners: self(set), state: settledIf(ready === wanted && (set.status?.replicas ?? 0) === wanted),
    parts: band ? [{ key: band.letter, band, text: '' }] : [],
  };
}

const conditionOf = ({ status }: Job, type: string) => status?.conditions?.find((each) => each.type === type && each.status === 'True');

function ofJob(job: Job): Shown {
  const { spec, status } = job;
  const failed = conditionOf(job, 'Failed');
  const wanted = spec.completions ?? 1;
  const lost = status?.failed ?? 0;
  const note = failed?.reason ?? (conditionOf(job, 'Suspended') ? 'suspended' : lost > 0 ? `${lost} failed` : '');
  return {
    count: `${status?.succeeded ?? 0}/${wanted}`, counted: 'completed', note, parts: [], owners: self(job),
    state: failed ? 'failed' : conditionOf(job, 'Complete') ? 'done' : 'working',
  };
}

function ofCronJob({ spec, status }: CronJob, jobs: readonly Job[]): Shown {
  const active = status?.active?.length ?? 0;
  const last = jobs.toSorted((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp))[0];
  const lastFailed = last !== undefined && conditionOf(last, 'Failed') !== undefined;
  return {
    count: active > 0 ? `${active} active` : '', counted: '', note: spec.suspend ? `${spec.schedule}, suspended` : spec.schedule, parts: [],
    owners: new Set(jobs.map(({ metadata }) => metadata.uid)), state: lastFailed ? 'failed' : active > 0 ? 'working' : 'done',
  };
}
