import type { LocalClient } from '../api/local-client';
import { Namespaces } from '../kinds/core/namespace';
import { Services } from '../kinds/core/service';
import { EndpointSlices } from '../kinds/discovery/endpointslice';
import { PriorityClasses, systemPriorityClasses } from '../kinds/scheduling/priorityclass';
import { installPolicy } from './authorization/policy/install';
import { createFlowControl, createLocalAPIServices, createServiceCIDR } from './own-objects';

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** The address of the `kubernetes` service: the first of the range. */
export const apiServiceIP = '10.96.0.1';
const apiPort = 6443;

/** What the API server itself puts into an empty store, as the real one's post-start hooks do. `address` is where it listens. */
export function bootstrap(client: LocalClient, address: string, now = 0): void {
  createServiceCIDR(client, now);
  for (const name of namespaces) client.create(Namespaces, { metadata: { name }, spec: {} });
  for (const { name, ...rest } of systemPriorityClasses) client.create(PriorityClasses, { metadata: { name }, ...rest });
  createFlowControl(client);
  createLocalAPIServices(client);
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  client.create(Services, {
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: { type: 'ClusterIP', clusterIP: apiServiceIP, ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: apiPort }] },
  });
  client.create(EndpointSlices, {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port: apiPort, protocol: 'TCP' }],
  });
  installPolicy(client);
}
