import { LocalClient } from '../../../src/api/local-client';
import { bootstrap } from '../../../src/apiserver/bootstrap';
import { createApiServer } from '../../../src/apiserver/create';
import { Events } from '../../../src/kinds/core/event';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import { PriorityClasses } from '../../../src/kinds/scheduling/priorityclass';
import { EventRecorder } from '../../../src/runtime/event-recorder';
import { Informers } from '../../../src/runtime/informers';
import type { Affinity, PodAffinityTerm, PodSpec } from '../../../src/schema/types';
import { createScheduler } from '../../../src/scheduler/scheduler';
import { VirtualClock } from '../../../src/sim/clock';
import { Random } from '../../../src/sim/random';
import { Store } from '../../../src/store/store';
import { row, seconds, type Measurement, type Row } from '../row';

type Form = { readonly labels?: Readonly<Record<string, string>>; readonly spec?: Partial<PodSpec>; readonly cpu?: string };
/** Upstream's workload: pods that are there already, and those whose placing is measured. `aim` is ten times upstream's threshold. */
type Workload = { readonly name: string; readonly aim: number; readonly first: number; readonly firstForm: Form; readonly measured: number; readonly form: Form };

const nodes = 5_000;
const zones = ['moon-1', 'moon-2', 'moon-3'];
const blue = { color: 'blue' };
const green = { color: 'green' };
const term = (topologyKey: string, matchLabels: Readonly<Record<string, string>>): PodAffinityTerm => ({ topologyKey, labelSelector: { matchLabels } });
const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';
const withAffinity = (labels: Readonly<Record<string, string>>, affinity: Affinity): Form => ({ labels, spec: { affinity } });
const together = withAffinity(blue, { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(zone, blue)] } });
const apart = withAffinity(green, { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(hostname, green)] } });
const ratherApart = withAffinity(blue, { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(hostname, blue) }] } });
const inZones: Form = { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone,
  operator: 'In', values: ['moon-1', 'moon-2'] }] }] } } } } };
const evenly: Form = { labels: blue, spec: { topologySpreadConstraints: [{ maxSkew: 5, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: blue } }] } };

const workloads: readonly Workload[] = [
  { name: 'node affinity', aim: 2_200, first: 5_000, firstForm: inZones, measured: 10_000, form: inZones },
  { name: 'topology spreading', aim: 4_600, first: 5_000, firstForm: {}, measured: 5_000, form: evenly },
  { name: 'preferred anti-affinity', aim: 900, first: 5_000, firstForm: ratherApart, measured: 5_000, form: ratherApart },
  { name: 'required anti-affinity', aim: 600, first: 1_000, firstForm: apart, measured: 2_000, form: apart },
  { name: 'pod affinity', aim: 350, first: 5_000, firstForm: together, measured: 5_000, form: together },
  { name: 'preemption', aim: 5_700, first: 20_000, firstForm: { cpu: '900m' }, measured: 5_000, form: { cpu: '3', spec: { priorityClassName: 'high' } } },
];

function* podsOf(prefix: string, count: number, { labels, spec, cpu = '100m' }: Form) {
  const whole: PodSpec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu, memory: '500Mi' } } }], ...spec };
  for (let i = 0; i < count; i++) yield { metadata: { name: `${prefix}-${i}`, namespace: 'default', ...(labels && { labels }) }, spec: whole };
}

async function measure({ name, aim, first, firstForm, measured, form }: Workload): Promise<Row> {
  const clock = new VirtualClock(0);
  const server = createApiServer({ store: new Store(), scheduler: clock, random: new Random(1) });
  const client = new LocalClient(server, { name: 'bench', groups: ['system:masters'] });
  bootstrap(client, '172.18.0.2');
  client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  client.create(PriorityClasses, { metadata: { name: 'high' }, value: 10 });
  for (let i = 0; i < nodes; i++) {
    const { metadata } = client.create(Nodes, { metadata: { name: `node-${i}`, labels: { [hostname]: `node-${i}`, [zone]: zones[i % zones.length] ?? '' } }, spec: {} });
    client.patch(Nodes, metadata, { status: { allocatable: { cpu: '4', memory: '32Gi', pods: '110' } } }, 'merge', 'status');
    client.patch(Nodes, metadata, { spec: { taints: null } });
  }
  const informers = new Informers(client, clock);
  createScheduler({ random: new Random(1) }).run(informers, new EventRecorder(client, Events, () => clock.now())).subscribe();
  for (const pod of podsOf('first', first, firstForm)) client.create(Pods, pod);
  clock.advanceBy(5_000);
  for (const pod of podsOf('measured', measured, form)) client.create(Pods, pod);
  const took = await seconds(() => clock.advanceBy(60_000));
  const bound = client.list(Pods, 'default').items.filter(({ metadata, spec }) => spec.nodeName && metadata.name.startsWith('measured')).length;
  if (bound !== measured) throw new Error(`${name}: only ${bound} of ${measured} pods were bound`);
  return row(`scheduler_perf: ${name}, 5,000 nodes`, Math.round(measured / took), 'pods/s', aim, 'more');
}

/** The workloads of upstream's scheduler_perf, each pod bound through the API with its event. */
export const schedulerPerf: Measurement = {
  name: 'scheduler-perf',
  async run() {
    const rows: Row[] = [];
    for (const workload of workloads) rows.push(await measure(workload));
    return rows;
  },
};
