import { LocalClient } from '../../../src/api/local-client';
import { bootstrap } from '../../../src/apiserver/bootstrap';
import { createApiServer } from '../../../src/apiserver/create';
import { Events } from '../../../src/kinds/core/event';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import { PriorityClasses } from '../../../src/kinds/scheduling/priorityclass';
import { componentRate, EventRecorder } from '../../../src/runtime/event-recorder';
import { Informers } from '../../../src/runtime/informers';
import { createScheduler } from '../../../src/scheduler/scheduler';
import { VirtualClock } from '../../../src/sim/clock';
import { Random } from '../../../src/sim/random';
import { Store } from '../../../src/store/store';
import { cpuSeconds, row, type Measurement, type Row } from '../row';
import { namespaces, podsOf, workloads, type Workload } from './scheduler-perf-workloads';

const nodes = 5_000;

/** A cluster with the workload's nodes and first pods placed. */
function prepare({ zones, first }: Workload): { readonly clock: VirtualClock; readonly client: LocalClient } {
  const clock = new VirtualClock(0);
  const server = createApiServer({ store: new Store(), scheduler: clock, random: new Random(1) });
  const client = new LocalClient(server, { name: 'bench', groups: ['system:masters'] });
  bootstrap(client, '172.18.0.2');
  for (const name of namespaces) {
    client.create(Namespaces, { metadata: { name }, spec: {} });
    client.create(ServiceAccounts, { metadata: { name: 'default', namespace: name } });
  }
  client.create(PriorityClasses, { metadata: { name: 'high' }, value: 10 });
  for (let i = 0; i < nodes; i++) {
    const name = `node-${i}`;
    const labels = { 'kubernetes.io/hostname': name, ...(zones && { 'topology.kubernetes.io/zone': zones[i % zones.length] ?? '' }) };
    const { metadata } = client.create(Nodes, { metadata: { name, labels }, spec: {} });
    client.patch(Nodes, metadata, { status: { allocatable: { cpu: '4', memory: '32Gi', pods: '110' } } }, 'merge', 'status');
    client.patch(Nodes, metadata, { spec: { taints: null } });
  }
  const recorder = new EventRecorder(client, Events, () => clock.now(), componentRate);
  createScheduler({ random: new Random(1) }).run(new Informers(client, clock), recorder).subscribe();
  for (const pod of podsOf('first', first?.count ?? 0, namespaces[0], first?.form ?? {})) client.create(Pods, pod);
  clock.advanceBy(5_000);
  return { clock, client };
}

/** Only the scheduling is timed, not the making of pods: that is the client's work. */
function measure(workload: Workload): Row {
  const { name, aim, measured: { count, form }, churn = { everyMs: 60_000, pods: count, disturb: () => {} } } = workload;
  const { clock, client } = prepare(workload);
  let took = 0;
  for (let made = 0; made < count; made += churn.pods) {
    churn.disturb(client, made / churn.pods);
    for (const pod of podsOf('measured', Math.min(churn.pods, count - made), namespaces[1], form, made)) client.create(Pods, pod);
    took += cpuSeconds(() => clock.advanceBy(churn.everyMs));
  }
  const bound = client.list(Pods, namespaces[1]).items.filter(({ metadata, spec }) => spec.nodeName && metadata.name.startsWith('measured')).length;
  if (bound !== count) throw new Error(`${name}: only ${bound} of ${count} pods were bound`);
  return row(`scheduler_perf: ${name}, 5,000 nodes`, Math.round(count / took), 'pods/CPU s', aim, 'more');
}

/** The workloads of upstream's scheduler_perf, each pod bound through the API with its event; `SCHEDULER_PERF` names some of them. */
export const schedulerPerf: Measurement = {
  name: 'scheduler-perf',
  run() {
    const wanted = new RegExp(process.env['SCHEDULER_PERF'] ?? '');
    return workloads.filter(({ name }) => wanted.test(name)).map(measure);
  },
};
