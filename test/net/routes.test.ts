import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIPv4, parseIPv4, RouteTable, type NodeRoutes } from '../../src/net/routes';
import { endpointChain, serviceChain } from '../../src/net/service-rules';

test('the longest prefix decides', () => {
  const table = new RouteTable();
  table.set('wide', { podCidrs: ['10.0.0.0/8'], addresses: ['172.18.0.2'] });
  table.set('narrow', { podCidrs: ['10.244.1.0/24'], addresses: ['172.18.0.3'] });
  expect(table.behind('10.244.1.7')).toEqual({ node: 'narrow', cidr: '10.244.1.0/24' });
  expect(table.behind('10.9.9.9')).toEqual({ node: 'wide', cidr: '10.0.0.0/8' });
  expect(table.behind('11.0.0.1')).toBeUndefined();
  expect(table.nodeAt('172.18.0.3')).toBe('narrow');
});

test('a table kept up change by change is the table built from scratch', () => {
  const routes = fc.record({
    podCidrs: fc.uniqueArray(fc.constantFrom('10.1.0.0/16', '10.1.2.0/24', '10.2.0.0/24', '10.0.0.0/8', 'fd00::/64', 'x'), { maxLength: 3 }),
    addresses: fc.uniqueArray(fc.constantFrom('1.1.1.1', '2.2.2.2'), { maxLength: 1 }),
  });
  const change = fc.record({ node: fc.constantFrom('a', 'b', 'c'), next: fc.option(routes, { nil: undefined }) });
  fc.assert(fc.property(fc.array(change), (changes) => {
    const kept = new RouteTable();
    const nodes = new Map<string, NodeRoutes>();
    for (const { node, next } of changes) {
      // Two nodes never share a range or an address in a cluster.
      const taken = [...nodes].filter(([other]) => other !== node).flatMap(([, { podCidrs, addresses }]) => [...podCidrs, ...addresses]);
      const own = next && { podCidrs: next.podCidrs.filter((each) => !taken.includes(each)), addresses: next.addresses.filter((each) => !taken.includes(each)) };
      kept.set(node, own);
      if (own) nodes.set(node, own); else nodes.delete(node);
    }
    const rebuilt = new RouteTable();
    for (const [node, each] of nodes) rebuilt.set(node, each);
    for (const ip of ['10.1.2.3', '10.1.9.9', '10.2.0.9', '10.9.9.9', '11.1.1.1']) expect(kept.behind(ip)).toEqual(rebuilt.behind(ip));
    for (const ip of ['1.1.1.1', '2.2.2.2']) expect(kept.nodeAt(ip)).toBe(rebuilt.nodeAt(ip));
  }));
});

test('addresses survive the way to numbers and back', () => {
  fc.assert(fc.property(fc.ipV4(), (ip) => { expect(formatIPv4(parseIPv4(ip) ?? -1)).toBe(ip); }));
  expect(['256.1.1.1', '1.2.3', 'a.b.c.d', ''].map(parseIPv4)).toEqual([undefined, undefined, undefined, undefined]);
});

test('chains bear the names that iptables-save shows on a real node', () => {
  expect(serviceChain('KUBE-SVC-', { servicePort: 'default/kubernetes:https', protocol: 'TCP' })).toBe('KUBE-SVC-NPX46M4PTMTKRN6Y');
  expect(serviceChain('KUBE-SVC-', { servicePort: 'kube-system/kube-dns:dns', protocol: 'UDP' })).toBe('KUBE-SVC-TCOU7JCQXEZGVUNU');
  expect(serviceChain('KUBE-SVC-', { servicePort: 'kube-system/kube-dns:dns-tcp', protocol: 'TCP' })).toBe('KUBE-SVC-ERIFXISQEP7F7OF4');
  expect(endpointChain({ servicePort: 'default/kubernetes:https', protocol: 'TCP' }, { ip: '10.0.0.1', port: 6443 })).toMatch(/^KUBE-SEP-[A-Z2-7]{16}$/);
});
