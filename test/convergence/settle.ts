import { controllerOf } from '../../src/api/keys';
import type { KubeObject } from '../../src/api/types';
import { DaemonSets } from '../../src/kinds/apps/daemonset';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { StatefulSets } from '../../src/kinds/apps/statefulset';
import { CronJobs } from '../../src/kinds/batch/cronjob';
import { Jobs } from '../../src/kinds/batch/job';
import { LimitRanges } from '../../src/kinds/core/limitrange';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { isPodReady, isTerminal } from '../../src/kinds/core/pod-conditions';
import { ResourceQuotas } from '../../src/kinds/core/resourcequota';
import type { PodTemplateSpec } from '../../src/schema/types';
import { unsettled } from './end-state';
import { stopDrains } from './operations/nodes';
import { emptied, soundTemplate, templateFrom } from './operations/templates';
import { namespaces, type World } from './world';

const enoughMachines = 4;
const minuteMs = 60_000;
/** As long as back-offs of controllers, deadlines of Jobs and times to live may take at most. */
const looks = 15;
const lookMs = 2 * minuteMs;

/** Brings machines, quotas and templates in order, and lets the dust settle. */
export function settle(world: World): void {
  heal(world);
  world.pass(2 * minuteMs);
  repair(world);
  world.pass(3 * minuteMs);
  replaceStuck(world);
  for (let look = 0; look < looks; look++) {
    world.pass(lookMs);
    if (isSettled(world)) return;
  }
}

const isSettled = (world: World): boolean => unsettled(world).next().done === true;

function heal(world: World): void {
  stopDrains(world);
  const { client, cluster: { machines } } = world;
  for (const name of world.workers) machines.set(name, { power: 'On', kubelet: 'Running', network: 'Joined', latencyMs: 0 });
  const registered = new Set(world.all(Nodes).map(({ metadata }) => metadata.name));
  for (const name of world.workers) {
    if (registered.has(name)) continue;
    machines.set(name, { kubelet: 'Stopped' });   // a kubelet registers its Node when it starts, and then no more
    machines.set(name, { kubelet: 'Running' });
  }
  while (world.workers.length < enoughMachines) world.addMachine();
  world.pass(minuteMs);
  for (const node of world.all(Nodes)) {
    const taints = (node.spec.taints ?? []).filter(({ key }) => key !== 'maintenance');
    if (node.spec.unschedulable || taints.length !== (node.spec.taints ?? []).length) client.update(Nodes, { ...node, spec: { ...node.spec, unschedulable: false, taints } });
  }
  for (const quota of world.all(ResourceQuotas)) client.patch(ResourceQuotas, quota.metadata, { spec: { hard: { pods: '200', 'requests.cpu': '100' } } });
  for (const limits of world.all(LimitRanges)) client.delete(LimitRanges, limits.metadata);
}

type Workload = KubeObject & { readonly spec?: { readonly template?: PodTemplateSpec } };

/** Templates that work, nothing paused, nothing new by schedule; a pod that belongs to nobody is nobody's business. */
function repair(world: World): void {
  const { client } = world;
  for (const kind of [Deployments, ReplicaSets, StatefulSets, DaemonSets])
    for (const { metadata, spec } of client.list<Workload>(kind).items) {
      const app = spec?.template?.metadata?.labels?.['app'];
      if (!isOurs(metadata.namespace) || app === undefined || controllerOf({ metadata })) continue;
      const sound = templateFrom(soundTemplate, app);
      world.attempt(() => client.patch<KubeObject>(kind, metadata, {
        spec: { template: { ...sound, spec: { ...emptied, ...sound.spec } }, ...(kind === Deployments && { paused: false, progressDeadlineSeconds: 600 }),
          ...((kind === StatefulSets || kind === DaemonSets) && { updateStrategy: { type: 'RollingUpdate', ...(kind === StatefulSets && { rollingUpdate: { partition: 0 } }) } }) },
      }));
    }
  for (const job of world.all(Jobs)) if (job.spec?.suspend || job.spec?.parallelism === 0) world.attempt(() => client.patch(Jobs, job.metadata, { spec: { suspend: false, parallelism: 2 } }));
  for (const cronJob of world.all(CronJobs)) client.patch(CronJobs, cronJob.metadata, { spec: { suspend: true } });
  for (const pod of world.all(Pods)) if (isOurs(pod.metadata.namespace) && !controllerOf(pod)) world.attempt(() => client.delete(Pods, pod.metadata));
}

const isOurs = (namespace: string | undefined): boolean => (namespaces as readonly (string | undefined)[]).includes(namespace);

/** Pods of templates that never worked, as upstream tells its users: an ordered StatefulSet waits for them, and a ReplicaSet keeps them. */
function replaceStuck(world: World): void {
  for (const pod of world.all(Pods))
    if (isOurs(pod.metadata.namespace) && !isPodReady(pod) && !isTerminal(pod) && controllerOf(pod)?.kind !== 'Job') world.attempt(() => world.client.delete(Pods, pod.metadata));
}
