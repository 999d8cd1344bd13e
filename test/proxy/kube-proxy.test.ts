import { describe, expect, test } from 'vitest';
import { Events } from '../../src/kinds/core/event';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Nodes } from '../../src/kinds/core/node';
import { Services } from '../../src/kinds/core/service';
import { EndpointSlices } from '../../src/kinds/discovery/endpointslice';
import { createNetwork } from '../../src/net/network';
import type { Payload } from '../../src/net/types';
import { createDnsHandler } from '../../src/proxy/dns-server';
import { createKubeProxy } from '../../src/proxy/kube-proxy';
import { createPodNetwork } from '../../src/proxy/pod-network';
import type { Rules } from '../../src/proxy/service-table';
import { EventRecorder } from '../../src/runtime/event-recorder';
import { Informers } from '../../src/runtime/informers';
import type { ServiceSpec } from '../../src/schema/types';
import { Random } from '../../src/sim/random';
import { startServer } from '../apiserver/start';
import { ready } from './objects';

/** An API server with two nodes, and the proxies; `written` is every write of rules to a node. */
function start({ isUp = () => true }: { isUp?: (node: string) => boolean } = {}) {
  const server = startServer();
  const { clock, client } = server;
  const network = createNetwork({ scheduler: clock, random: new Random(1) });
  const informers = new Informers(client, clock);
  const recorder = new EventRecorder(client, Events, () => clock.now());
  const written: { readonly node: string; readonly rules: Rules; readonly at: number }[] = [];
  const began = clock.now();
  const observed = { isCut: (node: string) => network.isCut(node), program: (node: string, rules: Rules) => { written.push({ node, rules, at: clock.now() - began }); network.program(node, rules); } };
  for (const number of [1, 2]) {
    const { metadata } = client.create(Nodes, { metadata: { name: `node-${number}` }, spec: { podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`] } });
    client.patch(Nodes, metadata, { status: { addresses: [{ type: 'InternalIP', address: `172.18.0.${number}` }, { type: 'Hostname', address: `node-${number}` }] } }, 'merge', 'status');
  }
  for (const controller of [createPodNetwork(network), createKubeProxy({ network: observed, isUp })]) controller.run(informers, recorder).subscribe();
  const service = (name: string, spec: ServiceSpec = {}) =>
    client.create(Services, { metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }], ...spec } });
  const slice = (name: string, of: string, ips: readonly string[]) => client.create(EndpointSlices, {
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
    addressType: 'IPv4', endpoints: ips.map((ip) => ready(ip)), ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  });
  return { ...server, network, informers, written, service, slice };
}

describe('kube-proxy', () => {
  test('writes the same rules to every node, at most once a second', () => {
    const { clock, written, service, slice } = start();
    clock.advanceBy(10);
    service('web');
    clock.advanceBy(100);
    slice('web-1', 'web', ['10.244.1.5']);
    clock.advanceBy(5_000);
    expect(written.map(({ node, at }) => [node, at])).toEqual([['node-1', 0], ['node-2', 0], ['node-1', 1_000], ['node-2', 1_000]]);
    expect(written[2]?.rules).toBe(written[3]?.rules);
    expect(written[2]?.rules.get('default/web')?.endpoints).toEqual([{ ip: '10.244.1.5', port: 8080, node: 'node-1' }]);
  });

  test('a node whose proxy is down keeps its old rules, and catches up when it is back', () => {
    const down = new Set<string>();
    const { clock, written, service } = start({ isUp: (node) => !down.has(node) });
    clock.advanceBy(2_000);
    down.add('node-2');
    service('web');
    clock.advanceBy(10_000);
    expect(written.filter(({ rules }) => rules.has('default/web')).map(({ node }) => node)).toEqual(['node-1']);
    down.clear();
    clock.advanceBy(1_000);
    expect(written.filter(({ rules }) => rules.has('default/web')).map(({ node }) => node)).toEqual(['node-1', 'node-2']);
  });

  test('a node that is cut off catches up within a second of its return', () => {
    const { clock, network, written, service } = start();
    clock.advanceBy(2_000);
    network.partition('node-2', true);
    service('web');
    clock.advanceBy(10_000);
    expect(written.filter(({ rules }) => rules.has('default/web')).map(({ node }) => node)).toEqual(['node-1']);
    network.partition('node-2', false);
    clock.advanceBy(1_000);
    expect(written.filter(({ rules }) => rules.has('default/web')).map(({ node }) => node)).toEqual(['node-1', 'node-2']);
  });

  test('a node that joins is given the rules', () => {
    const { clock, client, written } = start();
    clock.advanceBy(5_000);
    client.create(Nodes, { metadata: { name: 'node-3' }, spec: {} });
    clock.advanceBy(5_000);
    expect(written.at(-1)?.node).toBe('node-3');
  });
});

test('the pod network routes pod ranges and node addresses', () => {
  const { clock, network } = start();
  clock.advanceBy(10);
  network.attach({ ip: '10.244.2.5', node: 'node-2', pod: 'default/web', accept: () => () => ({ kind: 'connected' }) });
  let answer: unknown;
  network.connect({ ip: '10.244.1.3', node: 'node-1', pod: 'default/c', name: 'c' }, '10.244.2.5', 80, { kind: 'connect' }).subscribe((each) => { answer = each; });
  clock.advanceBy(10);
  expect(answer).toEqual({ reply: { kind: 'connected' } });
  expect(network.recent()[0]?.hops[0]?.detail).toBe('10.244.2.0/24 is behind node-2');
});

describe('the DNS server', () => {
  type Type = Extract<Payload, { kind: 'dns' }>['recordType'];
  const serve = () => {
    const cluster = start();
    const handler = createDnsHandler(cluster.informers, { domain: 'cluster.local' });
    const ask = (name: string, recordType: Type = 'A') => {
      cluster.clock.advanceBy(10);
      const reply = handler({ kind: 'dns', name, recordType }, { ip: '10.244.1.3', name: 'c' });
      if (!('kind' in reply) || reply.kind !== 'dns') throw new Error('not a DNS answer');
      return reply.code === 'NOERROR' ? reply.records.map(({ type, value }) => `${type} ${value}`) : reply.code;
    };
    return { ...cluster, ask };
  };

  test('answers a service with its ClusterIP, whatever the case', () => {
    const { ask, service } = serve();
    service('web', { clusterIP: '10.96.0.12', ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }] });
    expect(ask('web.default.svc.cluster.local')).toEqual(['A 10.96.0.12']);
    expect(ask('WEB.Default.svc.cluster.local.')).toEqual(['A 10.96.0.12']);
    expect(ask('_http._tcp.web.default.svc.cluster.local', 'SRV')).toEqual(['SRV 0 100 80 web.default.svc.cluster.local.']);
    expect(ask('12.0.96.10.in-addr.arpa', 'PTR')).toEqual(['PTR web.default.svc.cluster.local.']);
    expect(ask('web.default.svc.cluster.local', 'TXT')).toEqual([]);
  });

  test('answers a headless service with its ready endpoints, in turn', () => {
    const { ask, service, client } = serve();
    service('db', { clusterIP: 'None' });
    client.create(EndpointSlices, {
      metadata: { name: 'db-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'db' } }, addressType: 'IPv4', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
      endpoints: [{ ...ready('10.244.1.7'), hostname: 'db-0' }, { ...ready('10.244.2.7'), hostname: 'db-1' }, { addresses: ['10.244.2.8'], conditions: { ready: false } }],
    });
    const first = ask('db.default.svc.cluster.local');
    expect([...first].sort()).toEqual(['A 10.244.1.7', 'A 10.244.2.7']);
    expect(ask('db.default.svc.cluster.local')).toEqual([...first].reverse());
    expect(ask('db-1.db.default.svc.cluster.local')).toEqual(['A 10.244.2.7']);
    expect(ask('_sql._tcp.db.default.svc.cluster.local', 'SRV')).toEqual(['SRV 0 50 5432 db-0.db.default.svc.cluster.local.', 'SRV 0 50 5432 db-1.db.default.svc.cluster.local.']);
    expect(ask('7.1.244.10.in-addr.arpa', 'PTR')).toEqual(['PTR db-0.db.default.svc.cluster.local.']);
  });

  test('follows an ExternalName as far as the cluster goes', () => {
    const { ask, service } = serve();
    service('web', { clusterIP: '10.96.0.12' });
    service('out', { type: 'ExternalName', externalName: 'example.com', ports: [] });
    service('in', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local', ports: [] });
    expect(ask('out.default.svc.cluster.local')).toEqual(['CNAME example.com.']);
    expect(ask('in.default.svc.cluster.local')).toEqual(['CNAME web.default.svc.cluster.local.', 'A 10.96.0.12']);
  });

  test('answers pod names in namespaces that exist', () => {
    const { ask, client } = serve();
    client.create(Namespaces, { metadata: { name: 'shop' }, spec: {} });
    expect(ask('10-244-1-5.shop.pod.cluster.local')).toEqual(['A 10.244.1.5']);
    expect(ask('10-244-1-5.nope.pod.cluster.local')).toBe('NXDOMAIN');
  });

  test.each(['nope.default.svc.cluster.local', 'kubernetes.nope.svc.cluster.local', 'example.com', 'kubernetes', 'a.b.c.kubernetes.default.svc.cluster.local'])('%s does not exist', (name) => {
    expect(serve().ask(name)).toBe('NXDOMAIN');
  });

  test.each(['cluster.local', 'svc.cluster.local', 'default.svc.cluster.local'])('%s exists without addresses', (name) => expect(serve().ask(name)).toEqual([]));
  test('tells its schema version', () => expect(serve().ask('dns-version.cluster.local', 'TXT')).toEqual(['TXT 1.1.0']));
});
