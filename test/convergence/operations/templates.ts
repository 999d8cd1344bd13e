import type { Container, PodSpec, PodTemplateSpec } from '../../../src/schema/types';
import type { Random } from '../../../src/sim/random';

/** What is wrong with a template, if anything. */
type Fault = 'none' | 'image' | 'readiness' | 'crash' | 'nowhere' | 'slow';
const faults: readonly Fault[] = ['none', 'none', 'none', 'none', 'none', 'image', 'readiness', 'crash', 'nowhere', 'slow'];

/** Everything about a template that is drawn. */
export type TemplateDraw = {
  readonly fault: Fault;
  readonly version: string;
  readonly cpu: string;
  readonly graceSeconds: number;
  readonly priority?: string;
  readonly spread: boolean;
  readonly tolerates: boolean;
};

export const drawTemplate = (random: Random): TemplateDraw => ({
  fault: random.pick(faults),
  version: random.pick(['1.26', '1.27', '1.28']),
  cpu: random.pick(['50m', '100m', '300m', '900m']),
  graceSeconds: random.pick([0, 1, 5, 30]),
  ...(random.next() < 0.3 && { priority: random.pick(['low', 'high', 'patient']) }),
  spread: random.next() < 0.15,
  tolerates: random.next() < 0.2,
});

/** One that works anywhere. */
export const soundTemplate: TemplateDraw = { fault: 'none', version: '1.29', cpu: '50m', graceSeconds: 1, spread: false, tolerates: false };

/** Replaced whole in a merge patch: what one template has and the next has not is taken away. */
export const emptied = { nodeSelector: null, priorityClassName: null, priority: null, preemptionPolicy: null, tolerations: null, topologySpreadConstraints: null };

export function templateFrom({ fault, version, cpu, graceSeconds, priority, spread, tolerates }: TemplateDraw, app: string): PodTemplateSpec & { readonly spec: PodSpec } {
  const container: Container = {
    name: 'main',
    image: fault === 'image' ? 'nginx:no-such-tag' : fault === 'crash' ? 'busybox:1.36' : `nginx:${version}`,
    ...(fault === 'crash' && { command: ['sh', '-c', 'sleep 2; exit 1'] }),
    ...(fault === 'readiness' && { readinessProbe: { httpGet: { path: '/no-such-page', port: 80 }, periodSeconds: 5 } }),
    ...(fault === 'slow' && { readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 20, periodSeconds: 5 } }),
    resources: { requests: { cpu, memory: '64Mi' }, limits: { cpu, memory: '64Mi' } },
  };
  return {
    metadata: { labels: { app } },
    spec: {
      containers: [container],
      terminationGracePeriodSeconds: graceSeconds,
      ...(fault === 'nowhere' && { nodeSelector: { pool: 'gold' } }),
      ...(priority && { priorityClassName: priority }),
      ...(tolerates && { tolerations: [{ key: 'maintenance', operator: 'Exists' as const }] }),
      ...(spread && { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' as const, labelSelector: { matchLabels: { app } } }] }),
    },
  };
}
