import { StatusError } from '../../../src/api/status';
import type { KubeObject, Resource } from '../../../src/api/types';
import { HorizontalPodAutoscalers } from '../../../src/kinds/autoscaling/horizontalpodautoscaler';
import { LimitRanges } from '../../../src/kinds/core/limitrange';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { ResourceQuotas } from '../../../src/kinds/core/resourcequota';
import { Services } from '../../../src/kinds/core/service';
import { PodDisruptionBudgets } from '../../../src/kinds/policy/poddisruptionbudget';
import type { JsonObject } from '../../../src/lib/json';
import { namespaces, type World } from '../world';
import { appOf, operation, targetOf, type AnyOperation, type WorkloadName } from './operation';

const withPods: readonly WorkloadName[] = ['Deployment', 'Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'];

/** Makes an object so, or takes it away. */
function state(world: World, kind: Resource<KubeObject>, place: { readonly namespace: string; readonly name: string }, spec: JsonObject | undefined): void {
  world.attempt(() => {
    if (spec === undefined) { world.client.delete(kind, place); return; }
    const draft = { metadata: place, spec };
    try { world.client.create(kind, draft); } catch (error) {
      if (!StatusError.is(error, 'AlreadyExists')) throw error;
      world.client.patch(kind, place, draft);
    }
  });
}

const kill = (world: World, component: string): void => {
  const name = `kube-${component}-control-plane`;
  try { world.cluster.kubelets.kill({ namespace: 'kube-system', name }, `kube-${component}`); } catch { world.refused++; }   // it is down already
};

export const policyOperations: readonly AnyOperation[] = [
  operation({
    name: 'quota', weight: 5,
    draw: (random) => ({ namespace: random.pick(namespaces),
      ...(random.next() < 0.75 && { hard: { pods: String(random.below(12)), ...(random.next() < 0.5 && { 'requests.cpu': random.pick(['200m', '1', '3']) }) } }) }),
    play: (world, args) => state(world, ResourceQuotas, { namespace: args.namespace, name: 'quota' }, 'hard' in args ? { hard: args.hard } : undefined),
  }),
  operation({
    name: 'limits', weight: 2,
    draw: (random) => ({ namespace: random.pick(namespaces), ...(random.next() < 0.5 && { max: random.pick(['200m', '500m', '1']) }) }),
    play: (world, args) => state(world, LimitRanges, { namespace: args.namespace, name: 'limits' }, 'max' in args ? { limits: [{ type: 'Container', max: { cpu: args.max } }] } : undefined),
  }),
  operation({
    name: 'disruption budget', weight: 5,
    draw: (random, cast) => ({ target: targetOf(random, cast, withPods), spec: random.pick<JsonObject | null>([
      { minAvailable: random.below(5) }, { minAvailable: '50%' }, { maxUnavailable: random.below(3) }, { maxUnavailable: '30%' },
        { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, null]) }),
    play: (world, { target, spec }) => state(world, PodDisruptionBudgets, { namespace: target.namespace, name: appOf(target) },
      spec ? { minAvailable: null, maxUnavailable: null, selector: { matchLabels: { app: appOf(target) } }, ...spec } : undefined),
  }),
  operation({
    name: 'service', weight: 3,
    draw: (random, cast) => ({ target: targetOf(random, cast, withPods), wanted: random.next() < 0.8, headless: random.next() < 0.3 }),
    play: (world, { target, wanted, headless }) => state(world, Services, { namespace: target.namespace, name: appOf(target) },
      wanted ? { selector: { app: appOf(target) }, ports: [{ port: 80 }], ...(headless && { clusterIP: 'None' }) } : undefined),
  }),
  operation({
    name: 'autoscaler', weight: 4,
    draw: (random, cast) => {
      const minReplicas = 1 + random.below(3);
      return { target: targetOf(random, cast, ['Deployment', 'StatefulSet']), ...(random.next() < 0.7 && { bounds: { minReplicas, maxReplicas: minReplicas + random.below(4) } }) };
    },
    play: (world, { target, ...args }) => state(world, HorizontalPodAutoscalers, { namespace: target.namespace, name: appOf(target) }, 'bounds' in args ? {
      ...args.bounds, scaleTargetRef: { apiVersion: 'apps/v1', kind: target.kind, name: target.name },
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    } : undefined),
  }),
  operation({
    name: 'namespace', weight: 2,
    draw: (random) => ({ wanted: random.next() < 0.7 }),
    play: (world, { wanted }) => { world.attempt(() => (wanted ? world.client.create(Namespaces, { metadata: { name: 'team' }, spec: {} }) : world.client.delete(Namespaces, { name: 'team' }))); },
  }),
  operation({ name: 'restart controllers', weight: 2, draw: () => ({}), play: (world) => kill(world, 'controller-manager') }),
  operation({ name: 'restart scheduler', weight: 2, draw: () => ({}), play: (world) => kill(world, 'scheduler') }),
];
