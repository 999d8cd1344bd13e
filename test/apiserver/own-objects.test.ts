import { describe, expect, test } from 'vitest';
import { tendOwnStatuses } from '../../src/apiserver/own-statuses';
import { APIServices } from '../../src/kinds/apiregistration/apiservice';
import { Services } from '../../src/kinds/core/service';
import { EndpointSlices } from '../../src/kinds/discovery/endpointslice';
import { FlowSchemas } from '../../src/kinds/flowcontrol/flowschema';
import { PriorityLevelConfigurations } from '../../src/kinds/flowcontrol/prioritylevelconfiguration';
import { IPAddresses } from '../../src/kinds/networking/ipaddress';
import { ServiceCIDRs } from '../../src/kinds/networking/servicecidr';
import { startServer, refusal } from './start';

const ports = [{ port: 80 }];
const service = (name: string, spec: object = {}) => ({ metadata: { name, namespace: 'default' }, spec: { ports, ...spec } });

describe('cluster IPs', () => {
  const { client } = startServer();
  const addresses = () => client.list(IPAddresses).items.map(({ metadata: { name }, spec }) => `${name} ${spec.parentRef.namespace}/${spec.parentRef.name}`);

  test('an address is kept as an IPAddress as long as its service is there', () => {
    const { spec } = client.create(Services, service('a'));
    expect(addresses()).toContain(`${spec.clusterIP} default/a`);
    client.delete(Services, { namespace: 'default', name: 'a' });
    expect(addresses()).toEqual(['10.96.0.1 default/kubernetes']);
  });
  test('a service without address has none, and gives its own back when it becomes an external name', () => {
    client.create(Services, service('headless', { clusterIP: 'None' }));
    const made = client.create(Services, service('b'));
    client.patch(Services, { namespace: 'default', name: 'b' }, { spec: { type: 'ExternalName', externalName: 'x.example', clusterIP: null, clusterIPs: null } });
    expect(addresses()).not.toContain(`${made.spec.clusterIP} default/b`);
    expect(addresses()).toHaveLength(1);
  });
  test('an IPAddress that somebody made is taken', () => {
    client.create(IPAddresses, { metadata: { name: '10.96.7.7' }, spec: { parentRef: { resource: 'things', name: 't' } } });
    expect(refusal(() => client.create(Services, service('c', { clusterIP: '10.96.7.7' }))).message).toContain('failed to allocate IP 10.96.7.7: provided IP is already allocated');
  });
  test('a further ServiceCIDR gives further addresses', () => {
    const outside = service('d', { clusterIP: '10.250.0.9' });
    expect(refusal(() => client.create(Services, outside)).message).toContain('the provided network does not match the current range');
    client.create(ServiceCIDRs, { metadata: { name: 'more' }, spec: { cidrs: ['10.250.0.0/24'] } });
    expect(client.create(Services, outside).spec.clusterIP).toBe('10.250.0.9');
  });
  test('a dry run takes nothing', () => {
    const before = addresses();
    const { server } = startServer();
    server.call({ verb: 'create', resource: 'services', namespace: 'default', body: service('e'), options: { dryRun: true }, user: client.user });
    expect(addresses()).toEqual(before);
  });
  test('a load balancer whose traffic stays on the node has a port for health checks', () => {
    const { spec } = client.create(Services, service('lb', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }));
    expect(spec.healthCheckNodePort).toBeGreaterThanOrEqual(30_000);
    expect(spec.ports?.[0]?.nodePort).not.toBe(spec.healthCheckNodePort);
    expect(client.patch(Services, { namespace: 'default', name: 'lb' }, { spec: { externalTrafficPolicy: 'Cluster' } }).spec).not.toHaveProperty('healthCheckNodePort');
  });
});

describe('statuses that the API server writes itself', () => {
  const { client, store, clock, server } = startServer();
  tendOwnStatuses(client, store, clock, server.checkAPIService);
  clock.advanceBy(0);
  const dangling = (name: string) => client.get(FlowSchemas, { name }).status?.conditions?.find(({ type }) => type === 'Dangling');
  const available = (name: string) => client.get(APIServices, { name }).status?.conditions?.find(({ type }) => type === 'Available');

  test('a FlowSchema dangles without its priority level', () => {
    client.create(FlowSchemas, { metadata: { name: 'f' }, spec: { priorityLevelConfiguration: { name: 'mine' } } });
    clock.advanceBy(0);
    expect(dangling('f')).toMatchObject({ status: 'True', reason: 'NotFound' });
    client.create(PriorityLevelConfigurations, { metadata: { name: 'mine' }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } });
    clock.advanceBy(0);
    expect(dangling('f')).toMatchObject({ status: 'False', reason: 'Found', message: 'This FlowSchema references the PriorityLevelConfiguration object named "mine" and it exists' });
  });
  test('what must be comes back', () => {
    client.delete(FlowSchemas, { name: 'exempt' });
    clock.advanceBy(0);
    expect(client.get(FlowSchemas, { name: 'exempt' }).spec.matchingPrecedence).toBe(1);
  });
  test('an APIService of the server itself is available, another as far as its service is', () => {
    expect(available('v1.apps')).toMatchObject({ status: 'True', reason: 'Local' });
    const spec = { group: 'g.example', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, service: { namespace: 'default', name: 'ext', port: 80 } };
    client.create(APIServices, { metadata: { name: 'v1.g.example' }, spec });
    clock.advanceBy(0);
    expect(available('v1.g.example')).toMatchObject({ status: 'False', reason: 'ServiceNotFound', message: 'service/ext in "default" is not present' });
    client.create(Services, service('ext'));
    clock.advanceBy(0);
    expect(available('v1.g.example')?.reason).toBe('MissingEndpoints');
    client.create(EndpointSlices, { metadata: { name: 'ext', namespace: 'default', labels: { 'kubernetes.io/service-name': 'ext' } }, addressType: 'IPv4',
      ports: [{ port: 8080 }], endpoints: [{ addresses: ['10.0.0.1'] }] });
    clock.advanceBy(0);
    expect(available('v1.g.example')?.reason).toBe('FailedDiscoveryCheck');
    const address = `https://${client.get(Services, { namespace: 'default', name: 'ext' }).spec?.clusterIP}:80/apis/g.example/v1`;
    expect(available('v1.g.example')?.message).toBe(`failing or missing response from ${address}: Get "${address}": dial tcp 10.0.0.1:8080: connect: no route to host`);
  });
});

test('endpoints and component statuses say that they are of yesterday', () => {
  const { call } = startServer();
  expect(call({ verb: 'list', resource: 'endpoints', namespace: 'default' }).warnings).toEqual(['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice']);
  const { body, warnings } = call({ verb: 'get', resource: 'componentstatuses', name: 'scheduler' });
  expect(body).toMatchObject({ kind: 'ComponentStatus', metadata: { name: 'scheduler' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] });
  expect(warnings).toEqual(['v1 ComponentStatus is deprecated in v1.19+']);
  expect(refusal(() => call({ verb: 'get', resource: 'componentstatuses', name: 'nobody' })).message).toBe('componentstatuses "nobody" not found');
});
