import type { Endpoint, EndpointSlice, Service, ServiceSpec } from '../../src/schema/types';

const metadata = (name: string, labels?: Readonly<Record<string, string>>) =>
  ({ name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...(labels && { labels }) });

export const makeService = (name: string, spec: ServiceSpec = {}): Service => ({
  apiVersion: 'v1', kind: 'Service', metadata: metadata(name),
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.12', ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }], ...spec },
});

export const ready = (ip: string, nodeName = 'node-1'): Endpoint => ({ addresses: [ip], nodeName, conditions: { ready: true, serving: true, terminating: false } });
export const unready = (ip: string): Endpoint => ({ addresses: [ip], nodeName: 'node-1', conditions: { ready: false, serving: false, terminating: false } });
export const terminating = (ip: string, serving = true): Endpoint => ({ addresses: [ip], nodeName: 'node-1', conditions: { ready: false, serving, terminating: true } });

export const makeSlice = (name: string, service: string, endpoints: readonly Endpoint[], ports: EndpointSlice['ports'] = [{ name: 'http', port: 8080, protocol: 'TCP' }]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: metadata(name, { 'kubernetes.io/service-name': service }), addressType: 'IPv4', endpoints, ports: ports ?? [],
});
