import type { KubeObject, User } from '../../src/api/types';
import { nodeMetrics, podMetrics, type NodeMetrics, type PodMetrics, type ResourceUsage } from '../../src/kinds/metrics/metrics';
import type { ObjectMeta } from '../../src/schema/types';
import { World } from './world';

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const apiVersion = 'metrics.k8s.io/v1beta1';
const measured = { timestamp: '2026-11-21T16:00:00Z', window: '15s' };
const meta = (name: string, more: Partial<ObjectMeta> = {}) => ({ name, ...more, creationTimestamp: '2026-11-21T16:00:00Z' } as ObjectMeta);   // made for each reading: no uid

const nodes: readonly NodeMetrics[] = ([['node-1', { cpu: '250m', memory: '1Gi' }], ['node-2', { cpu: '1500000001n', memory: '1536000Ki' }], ['node-3', { cpu: '0', memory: '0' }]] as const)
  .map(([name, usage]) => ({ kind: 'NodeMetrics', apiVersion, metadata: meta(name, { labels: { name } }), ...measured, usage }));

type Used = readonly (readonly [container: string, usage: ResourceUsage])[];
const pods: readonly PodMetrics[] = ([
  ['default', 'web-2', { app: 'web' }, [['nginx', { cpu: '1m', memory: '20Mi' }]]],
  ['default', 'web-1', { app: 'web' }, [['sidecar', { cpu: '2m', memory: '100Mi' }], ['nginx', { cpu: '10m', memory: '7Mi' }]]],
  ['default', 'db-0', { app: 'db' }, [['postgres', { cpu: '1200m', memory: '2Gi' }]]],
  ['kube-system', 'a-very-long-name-of-a-pod', {}, [['c', { cpu: '5m', memory: '1048575' }]]],
] as const satisfies readonly (readonly [string, string, Record<string, string>, Used])[])
  .map(([namespace, name, labels, containers]) => ({
    kind: 'PodMetrics', apiVersion, metadata: meta(name, { namespace, labels }), ...measured, containers: containers.map(([container, usage]) => ({ name: container, usage })),
  }));

/** A world with a resource metrics API that always says the same, a node that it knows nothing of, and at `now` a pod in `fresh` that is not measured yet. */
export function measuredWorld(now: number): World {
  const world = new World();
  world.clock.advanceTo(now);
  const is = (wanted: string | undefined, text: string | undefined): boolean => wanted === undefined || wanted === text;
  world.server.kinds.set('nodes.metrics.k8s.io', [nodeMetrics((_, name) => nodes.filter(({ metadata }) => is(name, metadata.name)))]);
  world.server.kinds.set('pods.metrics.k8s.io', [podMetrics((namespace, name) => pods.filter(({ metadata }) => is(namespace, metadata.namespace) && is(name, metadata.name)), () => '')]);
  const create = (resource: string, body: object, namespace?: string) =>
    world.server.call({ verb: 'create', resource, body, ...(namespace && { namespace }), user: admin }).body as KubeObject;
  for (const name of ['node-1', 'node-2', 'node-3', 'silent']) {
    const node = create('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { name } } });
    const status = { capacity: { cpu: '4', memory: '8Gi' }, allocatable: name === 'node-3' ? {} : { cpu: '3', memory: '6Gi' } };
    world.server.call({ verb: 'update', resource: 'nodes', name, subresource: 'status', body: { ...node, status }, user: admin });
  }
  create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } });
  world.server.call({ verb: 'create', resource: 'serviceaccounts', namespace: 'fresh', body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }, user: admin });
  create('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new', namespace: 'fresh' }, spec: { containers: [{ name: 'c', image: 'busybox' }] } }, 'fresh');
  return world;
}

export const topCommands = [
  'top nodes', 'top no --sort-by=cpu', 'top node --sort-by=memory --no-headers', 'top nodes --show-capacity', 'top node node-2', 'top node silent', 'top nodes -l name=node-1',
  'top nodes -l name=silent', 'top nodes --show-swap', 'top node nope', 'top node node-1 node-2', 'top node node-1 -l a=b', 'top nodes --sort-by=name',
  'top pods', 'top po --sort-by=cpu', 'top pod --sort-by=memory --no-headers', 'top pods --containers', 'top pods --containers --sort-by=memory', 'top pods -A', 'top pods -A --containers',
  'top pods -A --sort-by=cpu', 'top pods --sum', 'top pods -A --containers --sum', 'top pods -A --sum --no-headers', 'top pods --containers --sum --show-swap', 'top pods -l app=web --sum',
  'top pods --field-selector=metadata.name=db-0', 'top pods --show-swap', 'top pod web-1', 'top pod web-1 --containers', 'top pods -n kube-system', 'top pods -n fresh', 'top pod nope',
  'top pods -l app=none', 'top pods -A -l app=none', 'top pods -n none', 'top pod web-1 web-2', 'top pod web-1 -l app=web', 'top pods --sort-by=name',
];
