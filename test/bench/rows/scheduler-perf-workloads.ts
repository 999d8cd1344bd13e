import type { LocalClient } from '../../../src/api/local-client';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { Services } from '../../../src/kinds/core/service';
import type { Affinity, PodAffinityTerm, PodSpec } from '../../../src/schema/types';

/** What all pods of a group look like. */
export type Form = { readonly labels?: Readonly<Record<string, string>>; readonly spec?: Partial<PodSpec>; readonly cpu?: string };
type Group = { readonly count: number; readonly form: Form };
/**
 * What goes on beside the pods that are measured. Upstream does it by the clock; virtual time does not pass while pods are placed, so the
 * measured pods come at the pace of upstream's threshold: `pods` of them between two disturbances.
 */
type Churn = { readonly everyMs: number; readonly pods: number; disturb(client: LocalClient, round: number): void };

/** A workload of upstream's scheduler_perf: pods that are there already, and those whose placing is measured. `aim` is ten times upstream's threshold. */
export type Workload = {
  readonly name: string;
  readonly aim: number;
  readonly zones?: readonly string[];
  readonly first?: Group;
  readonly measured: Group;
  readonly churn?: Churn;
};

const blue = { color: 'blue' };
const green = { color: 'green' };
const yellow = { color: 'yellow' };
const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';
/** Where the pods of the first group are, and the measured ones. */
export const namespaces = ['sched-0', 'sched-1'] as const;

const term = (topologyKey: string, matchLabels: Readonly<Record<string, string>>): PodAffinityTerm => ({ topologyKey, labelSelector: { matchLabels }, namespaces: [...namespaces] });
const withAffinity = (labels: Readonly<Record<string, string>>, affinity: Affinity): Form => ({ labels, spec: { affinity } });
const together = withAffinity(blue, { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(zone, blue)] } });
const apart = withAffinity(green, { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(hostname, green)] } });
const ratherApart = withAffinity(yellow, { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(hostname, yellow) }] } });
const inZones: Form = { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone,
  operator: 'In', values: ['zone1', 'zone2'] }] }] } } } } };
const evenly: Form = { labels: blue, spec: { topologySpreadConstraints: [{ maxSkew: 5, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: blue } }] } };

const plain: Form = {};
const low: Form = { cpu: '900m' };
const high: Form = { cpu: '3', spec: { priorityClassName: 'high' } };
const tooLarge: Form = { cpu: '9', spec: { priorityClassName: 'high' } };
const oneZone = ['zone1'];
const moons = ['moon-1', 'moon-2', 'moon-3'];

const make = (client: LocalClient, name: string, form: Form): void => { for (const pod of podsOf(name, 1, namespaces[1], form)) client.create(Pods, pod); };

/** Every second round takes away what the one before made: a node that holds no pods, a pod that no node can hold, a service. */
function recreate(client: LocalClient, round: number): void {
  const [namespace, name] = [namespaces[1], 'churn'];
  if (round % 2 === 0) {
    client.create(Nodes, { metadata: { name }, spec: {}, status: { capacity: { pods: '0' }, allocatable: { pods: '0' } } });
    make(client, name, tooLarge);
    client.create(Services, { metadata: { name, namespace }, spec: { selector: { app: 'foo' }, ports: [{ port: 8080 }] } });
    return;
  }
  client.delete(Nodes, { name });
  client.delete(Pods, { namespace, name: `${name}-0` });
  client.delete(Services, { namespace, name });
}

/** The workloads with 5,000 nodes, as upstream's configuration of version 1.36 has them. */
export const workloads: readonly Workload[] = [
  { name: 'basic', aim: 6_800, first: { count: 1_000, form: plain }, measured: { count: 10_000, form: plain } },
  { name: 'node affinity', aim: 2_200, zones: oneZone, first: { count: 5_000, form: inZones }, measured: { count: 10_000, form: inZones } },
  { name: 'topology spreading', aim: 4_600, zones: moons, first: { count: 5_000, form: plain }, measured: { count: 5_000, form: evenly } },
  { name: 'preferred anti-affinity', aim: 900, first: { count: 5_000, form: ratherApart }, measured: { count: 5_000, form: ratherApart } },
  { name: 'required anti-affinity', aim: 600, first: { count: 1_000, form: apart }, measured: { count: 2_000, form: apart } },
  { name: 'pod affinity', aim: 350, zones: oneZone, first: { count: 5_000, form: together }, measured: { count: 5_000, form: together } },
  // Five times a second comes a pod for which three others must go.
  { name: 'preemption beside', aim: 5_700, first: { count: 20_000, form: low }, measured: { count: 5_000, form: plain },
    churn: { everyMs: 200, pods: 114, disturb: (client, round) => make(client, `high-${round}`, high) } },
  // And here one that fits nowhere.
  { name: 'unschedulable beside', aim: 5_900, first: { count: 100, form: plain }, measured: { count: 10_000, form: plain },
    churn: { everyMs: 200, pods: 118, disturb: (client, round) => make(client, `large-${round}`, tooLarge) } },
  { name: 'unschedulable beside, 20,000 pods there', aim: 6_000, first: { count: 20_000, form: plain }, measured: { count: 10_000, form: plain },
    churn: { everyMs: 200, pods: 120, disturb: (client, round) => make(client, `large-${round}`, tooLarge) } },
  { name: 'mixed churn', aim: 7_100, measured: { count: 10_000, form: plain }, churn: { everyMs: 1_000, pods: 710, disturb: recreate } },
  // Upstream has no threshold for it, and leaves it out at this size: each pod preempts three. The aim is that of ordinary pods upstream.
  { name: 'preemption by each pod', aim: 570, first: { count: 20_000, form: low }, measured: { count: 5_000, form: high } },
];

/** Drafts of `count` pods of one form: they share their spec, as pods of a template do. */
export function* podsOf(prefix: string, count: number, namespace: string, { labels, spec, cpu = '100m' }: Form, from = 0) {
  const resources = { requests: { cpu, memory: '500Mi' }, limits: { cpu, memory: '500Mi' } };
  const whole: PodSpec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10', ports: [{ containerPort: 80 }], resources }], ...spec };
  for (let i = from; i < from + count; i++) yield { metadata: { name: `${prefix}-${i}`, namespace, ...(labels && { labels }) }, spec: whole };
}
