import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../src/schema/types';
import { rulesOf, ServiceTable } from '../../src/proxy/service-table';
import { makeService, makeSlice, ready, terminating, unready } from './objects';

const rules = (service: Service, ...slices: readonly EndpointSlice[]) => rulesOf('default/web', service, slices);

describe('the rules of a service', () => {
  test('send its port to the ready endpoints only', () => {
    expect(rules(makeService('web'), makeSlice('web-1', 'web', [ready('10.244.2.5', 'node-2'), unready('10.244.1.6'), ready('10.244.1.5')]))).toEqual([{
      servicePort: 'default/web:http', protocol: 'TCP', port: 80, ips: ['10.96.0.12'], internalLocal: false, externalLocal: false,
      endpoints: [{ ip: '10.244.1.5', port: 8080, node: 'node-1' }, { ip: '10.244.2.5', port: 8080, node: 'node-2' }],
    }]);
  });

  test('keep endpoints that terminate but serve as a fallback', () => {
    const [rule] = rules(makeService('web'), makeSlice('web-1', 'web', [terminating('10.244.1.5'), terminating('10.244.1.6', false)]));
    expect(rule).toMatchObject({ endpoints: [], fallback: [{ ip: '10.244.1.5', port: 8080 }] });
  });

  test('an endpoint without conditions is ready', () => {
    expect(rules(makeService('web'), makeSlice('web-1', 'web', [{ addresses: ['10.244.1.5'] }]))[0]?.endpoints).toEqual([{ ip: '10.244.1.5', port: 8080 }]);
  });

  test('are one for each port, matched by name, and an unnamed port has no colon', () => {
    const service = makeService('web', { ports: [{ name: 'http', port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }] });
    const slice = makeSlice('web-1', 'web', [ready('10.244.1.5')], [{ name: 'dns', port: 5353, protocol: 'UDP' }]);
    expect(rules(service, slice).map(({ servicePort, protocol, endpoints }) => [servicePort, protocol, endpoints.length])).toEqual([['default/web:http', 'TCP', 0], ['default/web:dns', 'UDP', 1]]);
    expect(rules(makeService('web', { ports: [{ port: 80 }] }))[0]?.servicePort).toBe('default/web');
  });

  test('carry node port, external addresses, policies and affinity', () => {
    const service = makeService('web', {
      type: 'NodePort', externalIPs: ['192.0.2.9'], externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local',
      sessionAffinity: 'ClientIP', ports: [{ port: 80, nodePort: 30080 }],
    });
    expect(rules(service)[0]).toMatchObject({ nodePort: 30080, ips: ['10.96.0.12', '192.0.2.9'], externalLocal: true, internalLocal: true, affinitySeconds: 10_800 });
  });

  test.each([['headless', { clusterIP: 'None' }], ['ExternalName', { type: 'ExternalName', clusterIP: '' }]])('do not exist for a service that is %s', (_case, spec) => {
    expect(rules(makeService('web', spec), makeSlice('web-1', 'web', [ready('10.244.1.5')]))).toEqual([]);
  });

  test('do not exist for a service of another proxy', () => {
    const service = makeService('web');
    expect(rules({ ...service, metadata: { ...service.metadata, labels: { 'service.kubernetes.io/service-proxy-name': 'mine' } } })).toEqual([]);
  });
});

describe('the table', () => {
  test('is the same map as long as nothing changed', () => {
    const table = new ServiceTable();
    table.setService('default/web', makeService('web'));
    const first = table.rules();
    expect(table.rules()).toBe(first);
    table.setSlice('default/web-1', undefined, makeSlice('web-1', 'web', [unready('10.244.1.5')]));
    expect(table.rules()).toBe(first);   // an endpoint that is not ready changes no rule
    const before = makeSlice('web-1', 'web', [unready('10.244.1.5')]);
    table.setSlice('default/web-1', before, makeSlice('web-1', 'web', [ready('10.244.1.5')]));
    expect(table.rules()).not.toBe(first);
    expect(first.get('default/web:http')?.endpoints).toEqual([]);
  });

  test('kept up change by change is the table built from scratch', () => {
    const endpoint = fc.constantFrom(ready('10.244.1.5'), ready('10.244.2.5', 'node-2'), unready('10.244.1.6'), terminating('10.244.1.7'));
    const service = fc.record({ clusterIP: fc.constantFrom('10.96.0.12', '10.96.0.13', 'None'), ports: fc.subarray([{ name: 'http', port: 80 }, { name: 'admin', port: 81 }]) });
    const slice = fc.record({ of: fc.constantFrom('a', 'b'), endpoints: fc.uniqueArray(endpoint, { maxLength: 3 }) });
    const change = fc.oneof(
      fc.record({ service: fc.constantFrom('a', 'b'), spec: fc.option(service, { nil: undefined }) }),
      fc.record({ slice: fc.constantFrom('s', 't', 'u'), next: fc.option(slice, { nil: undefined }) }),
      fc.constant('read' as const),
    );
    fc.assert(fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const kept = new ServiceTable();
      const services = new Map<string, Service>();
      const slices = new Map<string, EndpointSlice>();
      for (const each of changes) {
        if (each === 'read') { kept.rules(); continue; }
        if ('service' in each) {
          const key = `default/${each.service}`;
          const next = each.spec && makeService(each.service, each.spec);
          kept.setService(key, next);
          if (next) services.set(key, next); else services.delete(key);
        } else {
          const key = `default/${each.slice}`;
          const next = each.next && makeSlice(each.slice, each.next.of, each.next.endpoints);
          kept.setSlice(key, slices.get(key), next);
          if (next) slices.set(key, next); else slices.delete(key);
        }
      }
      const rebuilt = new ServiceTable();
      for (const [key, each] of slices) rebuilt.setSlice(key, undefined, each);
      for (const [key, each] of services) rebuilt.setService(key, each);
      expect(kept.rules()).toEqual(rebuilt.rules());
    }));
  });
});
