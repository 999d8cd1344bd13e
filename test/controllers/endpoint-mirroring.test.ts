import { expect, test } from 'vitest';
import { EndpointsKind as Endpoints } from '../../src/kinds/core/endpoints';
import { Services } from '../../src/kinds/core/service';
import { EndpointSlices } from '../../src/kinds/discovery/endpointslice';
import { startCluster } from './cluster';

const namespace = 'default';
const place = { namespace, name: 'external' };

test('Endpoints written by hand are mirrored while their service has no selector', () => {
  using cluster = startCluster();
  const { client } = cluster;
  const mirrored = () => client.list(EndpointSlices, namespace).items.map(({ metadata, addressType, endpoints, ports }) => ({
    by: metadata.labels?.['endpointslice.kubernetes.io/managed-by'], of: metadata.labels?.['kubernetes.io/service-name'], owner: metadata.ownerReferences?.[0]?.kind, addressType,
    addresses: endpoints?.map(({ addresses, conditions }) => `${addresses.join()} ${conditions?.ready ?? false}`), ports: ports?.map(({ name, port }) => `${name ?? ''}:${port ?? ''}`),
  }));
  client.create(Endpoints, { metadata: place, subsets: [{ addresses: [{ ip: '10.1.2.3' }], notReadyAddresses: [{ ip: '10.1.2.4' }], ports: [{ name: 'http', port: 80 }] }] });
  cluster.advance(1_000);
  expect(mirrored()).toEqual([]);
  client.create(Services, { metadata: place, spec: { ports: [{ name: 'http', port: 80 }] } });
  cluster.advance(1_000);
  const slice = { by: 'endpointslicemirroring-controller.k8s.io', of: 'external', owner: 'Endpoints', addressType: 'IPv4', ports: ['http:80'] };
  expect(mirrored()).toEqual([{ ...slice, addresses: ['10.1.2.3 true', '10.1.2.4 false'] }]);
  client.patch(Endpoints, place, { subsets: [{ addresses: [{ ip: '10.1.2.5' }, { ip: '2001:db8::5' }], ports: [{ name: 'http', port: 80 }] }] });
  cluster.advance(1_000);
  expect(mirrored()).toEqual(expect.arrayContaining([{ ...slice, addresses: ['10.1.2.5 true'] }, { ...slice, addressType: 'IPv6', addresses: ['2001:db8::5 true'] }]));
  client.patch(Endpoints, place, { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } });
  cluster.advance(1_000);
  expect(mirrored()).toEqual([]);
});
