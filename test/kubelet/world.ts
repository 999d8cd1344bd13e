import { NEVER } from 'rxjs';
import { bootstrap } from '../../src/apiserver/bootstrap';
import { createApiServer } from '../../src/apiserver/create';
import { LocalClient } from '../../src/api/local-client';
import type { ConnectFrame, ConnectRequest, User } from '../../src/api/types';
import type { Image } from '../../src/containers/images/image';
import { software } from '../../src/containers/programs/software';
import { createContainerRuntime } from '../../src/containers/runtime';
import { gracefulSignals, type Server } from '../../src/containers/server';
import { createKubelets } from '../../src/kubelet/kubelets';
import type { NodeConfig } from '../../src/kubelet/node-worker';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { createNetwork } from '../../src/net/network';
import { EventRecorder } from '../../src/runtime/event-recorder';
import { Informers } from '../../src/runtime/informers';
import type { Container, Pod, PodSpec } from '../../src/schema/types';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters'] };
const namespace = 'default';

/** Programs for tests, by image: `test/exit` ends with its first argument after as many milliseconds as its second says. */
const programs: Readonly<Record<string, Partial<Server>>> = {
  exit: {
    start(process) {
      const [, code = '0', afterMs = '0'] = process.argv;
      process.print(`run ${process.config.attempt}\n`);
      process.later(Number(afterMs), () => process.end(Number(code)));
    },
  },
  /** Hears no signal, and answers nobody. */
  stubborn: { signals: {}, ports: () => [81], answer: () => NEVER },
  env: { start: (process) => process.print(`${JSON.stringify(process.env)}\n`) },
  /** A file server: GET reads, PUT writes. */
  files: {
    ports: () => [80],
    answer(process, _port, payload) {
      if (payload.kind !== 'http') return { kind: 'connected' };
      const { method, path, body } = payload.request;
      if (method === 'PUT') process.files.write(path, body);
      return { kind: 'http', response: { status: 200, headers: {}, body: method === 'PUT' ? '' : process.files.read(path) } };
    },
  },
  ticking: {
    start(process) {
      for (let i = 1; i <= 10; i++) process.later(i * 1_000, () => process.print(`${i}\n`));
      process.later(11_000, () => process.end(0));
    },
  },
  'last-words': {
    start(process) {
      process.files.write('/dev/termination-log', process.argv[1] ?? '');
      process.later(100, () => process.end(1));
    },
  },
  web: {
    ports: () => [80],
    answer: (process) => ({ kind: 'http', response: { status: Number(statusOf.get(process.config.pod) ?? 200), headers: {}, body: '' } }),
  },
};
/** What `test/web` answers, by pod. */
export const statusOf = new Map<string, number>();

const testImages: readonly Image[] = Object.entries(programs).map(([name, program]) => ({
  repositories: [`docker.io/test/${name}`], hasTag: () => true, sizeMiB: 10, entrypoint: [`/${name}`], userland: 'none',
  servers: { [`/${name}`]: { ports: () => [], answer: () => ({ kind: 'text', text: '' }), signals: gracefulSignals, ...program } },
}));

/** Nodes with their kubelets beside a real API server; pods are assigned by hand, there is no scheduler and no controller. */
export function startWorld({ nodes = { 'node-1': {} }, latencyMs = 0 }: { nodes?: Readonly<Record<string, NodeConfig>>; latencyMs?: number } = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new Store();
  const random = new Random(1);
  const server = createApiServer({ store, scheduler: clock, random, kubelets: (node) => kubelets.kubelet(node), latencyMs: (user) => (user === 'system:nodes' ? latencyMs : 0) });
  const client = new LocalClient(server, admin);
  bootstrap(client, '172.18.0.2');
  client.create(ServiceAccounts, { metadata: { name: 'default', namespace }, automountServiceAccountToken: false });
  const network = createNetwork({ scheduler: clock, random });
  const runtime = createContainerRuntime({ scheduler: clock, software: () => software, images: testImages });
  const kubelets = createKubelets({ scheduler: clock, runtime, network });
  const informers = new Informers(new LocalClient(server, { name: 'system:nodes', groups: [] }), clock);
  const outcomes: unknown[] = [];
  kubelets.run(informers, new EventRecorder(informers.client, Events, () => clock.now())).subscribe((outcome) => { if (outcome.error) outcomes.push(outcome); });
  Object.entries(nodes).forEach(([name, config]) => kubelets.addNode(name, config));
  clock.advanceBy(10);
  Object.keys(nodes).forEach((name, index) => client.patch(Nodes, { name }, { spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`] } }));
  clock.advanceBy(10);

  const seconds = (count: number): void => clock.advanceBy(count * 1_000);
  const find = (name: string): Pod | undefined => client.list(Pods, namespace).items.find((pod) => pod.metadata.name === name);
  const pod = (name = 'p'): Pod => client.get(Pods, { namespace, name });
  const started = clock.now();

  return {
    clock, store, server, client, network, kubelets, outcomes, seconds, find, pod,
    /** Seconds since the world was ready. */
    at: () => Math.round((clock.now() - started) / 100) / 10,
    create: (spec: Partial<PodSpec> & { containers: readonly Container[] }, name = 'p') =>
      client.create(Pods, { metadata: { name, namespace, labels: { app: name } }, spec: { nodeName: 'node-1', ...spec } }),
    status: (name = 'p') => pod(name).status ?? {},
    container: (name = 'c', of = 'p') => {
      const { containerStatuses = [], initContainerStatuses = [] } = pod(of).status ?? {};
      const status = [...containerStatuses, ...initContainerStatuses].find((each) => each.name === name);
      if (!status) throw new Error(`no status of container ${name}`);
      return status;
    },
    /** `reason: message` of a pod's events, in the order of their first times. */
    events: (name = 'p') => client.list(Events, namespace).items.filter(({ involvedObject }) => involvedObject.name === name).map(({ reason, message }) => `${reason}: ${message}`),
    /** Each status the pod had, as `read` sees it, without repetitions in a row. */
    watch: <T>(read: (pod: Pod) => T | undefined, name = 'p'): { readonly seen: T[]; readonly times: number[] } => {
      const seen: T[] = [];
      const times: number[] = [];
      client.watch(Pods, { namespace, since: String(store.revision) }).subscribe(({ object }) => {
        const next = object.metadata.name === name ? read(object) : undefined;
        if (next === undefined || JSON.stringify(next) === JSON.stringify(seen.at(-1))) return;
        seen.push(next);
        times.push(Math.round((clock.now() - started) / 100) / 10);
      });
      return { seen, times };
    },
    /** What a pod's port 80 answers to the node. */
    http: (ip: string, method: 'GET' | 'PUT', path: string, body = ''): string => {
      let answer = '';
      network.connect({ ip: '172.18.0.2', node: 'node-1', name: 'node-1' }, ip, 80, { kind: 'http', request: { method, path, headers: {}, body } }).subscribe((connected) => {
        answer = 'error' in connected ? connected.error : connected.reply.kind === 'http' ? connected.reply.response.body : '';
      });
      clock.advanceBy(100);
      return answer;
    },
    connect: (request: Partial<ConnectRequest>): string => {
      const frames: ConnectFrame[] = [];
      let failure: unknown;
      server.connect({ resource: 'pods', subresource: 'log', namespace, name: 'p', user: admin, ...request })
        .subscribe({ next: (frame) => frames.push(frame), error: (error: unknown) => { failure = error; } });
      if (failure) throw failure;
      return frames.map((frame) => (frame.stream === 'exit' ? '' : frame.text)).join('');
    },
  };
}
export type World = ReturnType<typeof startWorld>;
