import type { ComponentStatus } from '../../schema/types';
import { nameColumn } from '../columns';
import { defineKind, type Column, type Kind } from '../define';

/** The components that an API server asks for their health, in its order. */
export type ProbedComponent = 'controller-manager' | 'scheduler' | 'etcd-0';
const components: readonly ProbedComponent[] = ['controller-manager', 'scheduler', 'etcd-0'];

/** Where each would answer; what a connection that nobody accepts looks like. */
const probes: Readonly<Record<ProbedComponent, string>> = {
  'controller-manager': 'https://127.0.0.1:10257/healthz',
  scheduler: 'https://127.0.0.1:10259/healthz',
  'etcd-0': 'https://127.0.0.1:2379/health',
};
const refusal = (url: string): string => `Get "${url}": dial tcp ${new RegExp('//([^/]+)').exec(url)?.[1] ?? ''}: connect: connection refused`;

const healthy = ({ conditions = [] }: ComponentStatus) => conditions.find(({ type }) => type === 'Healthy');
const columns: readonly Column<ComponentStatus>[] = [
  nameColumn,
  { name: 'Status', value: (object) => ({ True: 'Healthy', False: 'Unhealthy' })[healthy(object)?.status ?? ''] ?? 'Unknown' },
  { name: 'Message', value: (object) => healthy(object)?.message ?? '' },
  { name: 'Error', value: (object) => healthy(object)?.error ?? '' },
];

/** The status of a component that answers, or of one that does not. Stored nowhere, it has a name and nothing else. */
const statusOf = (name: ProbedComponent, isUp: boolean): ComponentStatus => ({
  kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name } as ComponentStatus['metadata'], // no uid, no version, no time
  conditions: [isUp ? { type: 'Healthy', status: 'True', message: 'ok' } : { type: 'Healthy', status: 'False', message: refusal(probes[name]) }],
});

/** The kind, asking `isUp` for each reading. */
export const componentStatuses = (isUp: (component: ProbedComponent) => boolean): Kind<ComponentStatus> =>
  defineKind<ComponentStatus>('componentstatuses', {
    deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
    computed: () => components.map((name) => statusOf(name, isUp(name))),
    columns,
  });

/** As a server says it whose cluster has nothing to add: everything answers. */
export const ComponentStatuses = componentStatuses(() => true);
