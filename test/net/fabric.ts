import type { Observable } from 'rxjs';
import { createNetwork, type Fabric } from '../../src/net/network';
import type { Endpoint, Handler, Payload, ServiceRule, Source } from '../../src/net/types';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';

export const get: Payload = { kind: 'http', request: { method: 'GET', path: '/', headers: {}, body: '' } };

/** A server that says its own name and who asked. */
export const echo = (name: string): Handler => (_payload, from) => ({ kind: 'text', text: `${name} to ${from.ip}` });

export const endpoint = (ip: string, node: string, pod: string | undefined, ports: Readonly<Record<number, Handler>>): Endpoint =>
  ({ ip, node, ...(pod !== undefined && { pod }), accept: (port) => ports[port] });

export const rule = (changes: Partial<ServiceRule> = {}): ServiceRule => ({
  servicePort: 'default/web:http', protocol: 'TCP', port: 80, ips: ['10.96.0.12'], endpoints: [], internalLocal: false, externalLocal: false, ...changes,
});

export const client: Source = { ip: '10.244.1.3', node: 'node-1', pod: 'default/client', name: 'client' };
export const laptop: Source = { ip: '203.0.113.7', name: 'laptop' };

/** Two nodes with a web pod each, a client on the first, and the rules given, on both. */
export function startFabric(rules: readonly ServiceRule[] = []): { readonly clock: VirtualClock; readonly network: Fabric; answer<T>(of: Observable<T>): T | undefined } {
  const clock = new VirtualClock(0);
  const network = createNetwork({ scheduler: clock, random: new Random(7) });
  const table = new Map(rules.map((each) => [each.servicePort, each]));
  for (const number of [1, 2]) {
    const node = `node-${number}`;
    network.route(node, { podCidrs: [`10.244.${number}.0/24`], addresses: [`172.18.0.${number}`] });
    network.attach(endpoint(`172.18.0.${number}`, node, undefined, { 10250: echo(`kubelet-${number}`) }));
    network.attach(endpoint(`10.244.${number}.5`, node, `default/web-${number}`, { 8080: echo(`web-${number}`) }));
    network.program(node, table);
  }
  network.attach(endpoint(client.ip, 'node-1', client.pod, {}));
  return {
    clock, network,
    answer: (of) => {
      let last: Parameters<Parameters<typeof of.subscribe>[0] & object>[0] | undefined;
      of.subscribe((value) => { last = value; });
      clock.advanceBy(300_000);
      return last;
    },
  };
}
