import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidates, reversedAddress, reverseName } from '../../src/net/dns-names';
import type { Handler, Resolver } from '../../src/net/types';
import { client, endpoint, get, rule, startFabric } from './fabric';

const resolver: Resolver = { nameservers: ['10.96.0.10'], search: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'], ndots: 5, hosts: { 'web-alias': '10.244.2.5' } };

describe('candidates', () => {
  test.each([
    ['web', ['web.default.svc.cluster.local', 'web.svc.cluster.local', 'web.cluster.local', 'web']],
    ['web.other', ['web.other.default.svc.cluster.local', 'web.other.svc.cluster.local', 'web.other.cluster.local', 'web.other']],
    ['web.default.svc.cluster.local.', ['web.default.svc.cluster.local']],
    ['a.b.c.d.e.f', ['a.b.c.d.e.f', 'a.b.c.d.e.f.default.svc.cluster.local', 'a.b.c.d.e.f.svc.cluster.local', 'a.b.c.d.e.f.cluster.local']],
  ])('%s', (name, expected) => expect(candidates(name, resolver)).toEqual(expected));
});

test('a reverse name leads back to its address', () => {
  fc.assert(fc.property(fc.ipV4(), (ip) => { expect(reversedAddress(reverseName(ip))).toBe(ip); }));
});

/** CoreDNS behind its service, knowing `zone`; keeps the names it was asked for. */
function startDns(zone: Readonly<Record<string, readonly string[]>>) {
  const fabric = startFabric([
    rule({ servicePort: 'kube-system/kube-dns:dns', protocol: 'UDP', port: 53, ips: ['10.96.0.10'], endpoints: [{ ip: '10.244.2.2', port: 53, node: 'node-2' }] }),
    rule({ endpoints: [{ ip: '10.244.2.5', port: 8080, node: 'node-2' }] }),
  ]);
  const asked: string[] = [];
  const dns: Handler = (payload) => {
    const name = payload.kind === 'dns' ? payload.name : '';
    asked.push(name);
    const values = zone[name];
    return values ? { kind: 'dns', code: 'NOERROR', records: values.map((value) => ({ name, type: 'A', value, ttlSeconds: 30 })) } : { kind: 'dns', code: 'NXDOMAIN', records: [] };
  };
  fabric.network.attach(endpoint('10.244.2.2', 'node-2', 'kube-system/coredns', { 53: dns }));
  return { ...fabric, asked };
}

describe('a request by name', () => {
  const zone = { 'web.default.svc.cluster.local': ['10.96.0.12'], 'db.other.svc.cluster.local': ['10.244.1.77', '10.244.2.5'] };

  test('asks the DNS server over the network, then connects; the record tells both', () => {
    const { network, answer, asked } = startDns(zone);
    expect(answer(network.request(client, resolver, 'web', 80, get))).toEqual({ reply: { kind: 'text', text: 'web-2 to 10.244.1.3' } });
    expect(asked).toEqual(['web.default.svc.cluster.local']);
    const [question, request] = network.recent();
    expect(question).toMatchObject({ dialed: '10.96.0.10:53', protocol: 'UDP' });
    expect(question?.hops.map(({ by }) => by)).toEqual(['kube-proxy', 'node', 'pod network']);
    expect(request).toMatchObject({ dialed: 'web:80' });
    expect(request?.hops.map(({ by }) => by)).toEqual(['dns', 'kube-proxy', 'node', 'pod network']);
    expect(request?.hops[0]?.detail).toBe('10.96.0.10:53 answered web.default.svc.cluster.local → 10.96.0.12');
  });

  test('walks the search list', () => {
    const { network, answer, asked } = startDns(zone);
    answer(network.request(client, resolver, 'db.other', 8080, get));
    expect(asked).toEqual(['db.other.default.svc.cluster.local', 'db.other.svc.cluster.local']);
  });

  test('tries the next address when the first does not answer', () => {
    const { network, answer } = startDns(zone);
    expect(answer(network.request(client, resolver, 'db.other', 8080, get))).toMatchObject({ reply: { text: 'web-2 to 10.244.1.3' } });
  });

  test('fails with no such host after every candidate', () => {
    const { network, answer, asked } = startDns(zone);
    expect(answer(network.request(client, resolver, 'nope', 80, get))).toEqual({ error: 'no such host' });
    expect(asked).toHaveLength(4);
    expect(network.recent().at(-1)).toMatchObject({ dialed: 'nope:80', error: 'no such host' });
  });

  test('fails in the look-up when the DNS server is away: twice five seconds', () => {
    const { network, answer } = startDns(zone);
    network.partition('node-2', true);
    expect(answer(network.request(client, resolver, 'web', 80, get))).toEqual({ error: 'i/o timeout', lookup: true });
    expect(network.recent().at(-1)?.endedAt).toBe(10_000);
  });

  test.each([['an address', '10.244.2.5'], ['a name in /etc/hosts', 'web-alias']])('asks nobody for %s', (_case, name) => {
    const { network, answer, asked } = startDns(zone);
    expect(answer(network.request(client, resolver, name, 8080, get))).toMatchObject({ reply: { text: 'web-2 to 10.244.1.3' } });
    expect(asked).toEqual([]);
  });
});
