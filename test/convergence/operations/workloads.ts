import { StatusError } from '../../../src/api/status';
import { ControllerRevisions } from '../../../src/kinds/apps/controllerrevision';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { controllerOf } from '../../../src/api/keys';
import { Pods } from '../../../src/kinds/core/pod';
import { isObject, type JsonObject } from '../../../src/lib/json';
import type { Random } from '../../../src/sim/random';
import type { World } from '../world';
import { appOf, operation, targetOf, type AnyOperation, type Target, type WorkloadName } from './operation';
import { drawTemplate, emptied, templateFrom } from './templates';
import { workloadKinds } from './workload-kinds';

const all: readonly WorkloadName[] = ['Deployment', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
const withTemplates: readonly WorkloadName[] = ['Deployment', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
const scaled: readonly WorkloadName[] = ['Deployment', 'ReplicaSet', 'StatefulSet'];
const withHistory: readonly WorkloadName[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const placed = <T extends object>(random: Random, cast: readonly Target[], kinds: readonly WorkloadName[], rest: (target: Target) => T) => {
  const target = targetOf(random, cast, kinds);
  return { target, ...rest(target) };
};

function patch(world: World, target: Target, spec: JsonObject): void { world.client.patch(workloadKinds[target.kind].kind, target, { spec }); }

/** Templates that the workload had, the oldest first. */
function pastTemplates(world: World, { kind, namespace, name }: Target): readonly unknown[] {
  const owned = <T extends { readonly metadata: Parameters<typeof controllerOf>[0]['metadata'] }>(items: readonly T[]) =>
    items.filter((item) => { const owner = controllerOf(item); return owner?.kind === kind && owner.name === name; });
  if (kind === 'Deployment') return owned(world.client.list(ReplicaSets, namespace).items).map(({ spec }) => spec.template);
  return owned(world.client.list(ControllerRevisions, namespace).items).map(({ data }) => (isObject(data) && isObject(data['spec']) ? data['spec']['template'] : undefined));
}

export const workloadOperations: readonly AnyOperation[] = [
  operation({
    name: 'create', weight: 10,
    draw: (random, cast) => placed(random, cast, all, (target) => ({ spec: workloadKinds[target.kind].spec(random, appOf(target)) })),
    play: (world, { target, spec }) => {
      const { kind } = workloadKinds[target.kind];
      world.attempt(() => {
        const metadata = { namespace: target.namespace, name: target.name };
        const draft = { metadata, spec };
        try { world.client.create(kind, draft); } catch (error) {
          if (!StatusError.is(error, 'AlreadyExists')) throw error;
          world.client.patch(kind, target, draft);
        }
      });
    },
  }),
  operation({
    name: 'scale', weight: 8,
    draw: (random, cast) => placed(random, cast, scaled, () => ({ replicas: random.below(7) })),
    play: (world, { target, replicas }) => { world.attempt(() => world.client.patch(workloadKinds[target.kind].kind, target, { spec: { replicas } }, 'merge', 'scale')); },
  }),
  operation({
    name: 'edit template', weight: 8,
    draw: (random, cast) => placed(random, cast, withTemplates, () => ({ template: drawTemplate(random) })),
    play: (world, { target, template }) => {
      const next = templateFrom(template, appOf(target));
      world.attempt(() => patch(world, target, { template: { ...next, spec: { ...emptied, ...next.spec } } }));
    },
  }),
  operation({
    name: 'change', weight: 8,
    draw: (random, cast) => placed(random, cast, all, ({ kind }) => ({ spec: workloadKinds[kind].change(random) })),
    play: (world, { target, spec }) => { world.attempt(() => patch(world, target, spec)); },
  }),
  operation({
    name: 'roll back', weight: 4,
    draw: (random, cast) => placed(random, cast, withHistory, () => ({ back: random.below(4) })),
    play: (world, { target, back }) => {
      const past = pastTemplates(world, target);
      const template = past[back % Math.max(1, past.length)];
      if (!isObject(template) || !isObject(template['spec'])) return;
      const { spec, metadata } = template;
      const labels = isObject(metadata) && isObject(metadata['labels']) ? { ...metadata['labels'], 'pod-template-hash': null } : {};
      world.attempt(() => patch(world, target, { template: { metadata: { labels }, spec: { ...emptied, ...spec } } }));
    },
  }),
  operation({
    name: 'delete', weight: 5,
    draw: (random, cast) => placed(random, cast, all, () => ({ propagationPolicy: random.pick(['Foreground', 'Background', 'Background', 'Orphan']) })),
    play: (world, { target, propagationPolicy }) => { world.attempt(() => world.client.delete(workloadKinds[target.kind].kind, target, { propagationPolicy })); },
  }),
  operation({
    name: 'delete pod', weight: 5,
    draw: (random, cast) => placed(random, cast, all, () => ({ index: random.below(10), ...(random.next() < 0.3 && { gracePeriodSeconds: random.pick([0, 1, 20]) }) })),
    play: (world, { target, index, ...options }) => {
      const pod = world.pod(target.namespace, appOf(target), index);
      if (pod) world.attempt(() => world.client.delete(Pods, pod.metadata, 'gracePeriodSeconds' in options ? { gracePeriodSeconds: options.gracePeriodSeconds } : undefined));
    },
  }),
  operation({
    name: 'evict pod', weight: 6,
    draw: (random, cast) => placed(random, cast, all, () => ({ index: random.below(10) })),
    play: (world, { target, index }) => {
      const pod = world.pod(target.namespace, appOf(target), index);
      if (pod) world.attempt(() => world.client.evict(Pods, pod));
    },
  }),
  operation({
    name: 'take a pod from its owner', weight: 2,
    draw: (random, cast) => placed(random, cast, withTemplates, () => ({ index: random.below(10) })),
    play: (world, { target, index }) => {
      const pod = world.pod(target.namespace, appOf(target), index);
      if (pod) world.attempt(() => world.client.patch(Pods, pod.metadata, { metadata: { labels: { app: 'lost' } } }));
    },
  }),
  operation({
    name: "meddle with a deployment's replica sets", weight: 2,
    draw: (random, cast) => placed(random, cast, ['Deployment'], () => ({ index: random.below(3), replicas: random.below(6) })),
    play: (world, { target, index, replicas }) => {
      const { items } = world.client.list(ReplicaSets, target.namespace, { labelSelector: `app=${appOf(target)}` });
      const found = items[index % Math.max(1, items.length)];
      if (found && found.spec.replicas !== 0) world
        .attempt(() => (replicas === 0 ? world.client.delete(ReplicaSets, found.metadata) : world.client.patch(ReplicaSets, found.metadata, { spec: { replicas } })));
    },
  }),
];
