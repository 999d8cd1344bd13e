import { VirtualClock } from '../../src/sim/clock';
import type { HttpRequest, HttpResponse, Payload, Reply, Source } from '../../src/net/types';
import { software } from '../../src/containers/programs/software';
import { type RuntimeOptions, createContainerRuntime } from '../../src/containers/runtime';
import type { ContainerConfig, RunningContainer, Surroundings } from '../../src/containers/types';
import { FakeNetwork } from './fake-network';

export const startedAt = Date.UTC(2026, 10, 21, 9, 0, 0);
export const probe: Source = { ip: '10.244.1.1', name: 'kubelet' };

/** A clock, a network and a runtime; containers get addresses in the order in which they start. */
export const world = (options: Partial<RuntimeOptions> = {}) => {
  const clock = new VirtualClock(startedAt);
  const network = new FakeNetwork(clock);
  const runtime = createContainerRuntime({ scheduler: clock, software: () => software, ...options });
  let count = 0;
  const run = (config: Partial<ContainerConfig>, hostName?: string): RunningContainer => {
    count++;
    const ip = config.ip ?? `10.244.1.${count + 4}`;
    const hostname = config.hostname ?? `web-${count}`;
    const surroundings: Surroundings = {
      network,
      source: { ip, node: 'node-1', pod: `default/${hostname}`, name: hostname },
      resolver: { nameservers: ['10.96.0.10'], search: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'], ndots: 5 },
    };
    const container = runtime.start({
      pod: `default/${hostname}`, podUid: `uid-${count}`, node: 'node-1', name: 'main', image: 'nginx', env: {}, hostname, ip, ports: [], mounts: [], attempt: 0, ...config,
    }, surroundings);
    network.attach({ ip, node: 'node-1', accept: (port, protocol) => container.accept(port, protocol) });
    if (hostName) network.names.set(hostName, ip);
    return container;
  };
  return { clock, network, runtime, run };
};

/** What a container answers at once on a port; undefined when it does not listen. */
export const ask = (container: RunningContainer, port: number, payload: Payload): Reply | undefined => {
  const reply = container.accept(port, 'TCP')?.(payload, probe);
  if (reply === undefined || 'kind' in reply) return reply;
  let late: Reply | undefined;
  reply.subscribe((value) => (late = value));
  return late;
};

export const get = (container: RunningContainer, port: number, path: string, request: Partial<HttpRequest> = {}): HttpResponse | undefined => {
  const reply = ask(container, port, { kind: 'http', request: { method: 'GET', path, headers: { Host: 'web' }, body: '', ...request } });
  return reply?.kind === 'http' ? reply.response : undefined;
};

export const text = (container: RunningContainer): readonly string[] => container.logs.lines.map((line) => line.text);
