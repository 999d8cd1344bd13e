import type { Cluster } from '../../../src/cluster';
import { Deployments } from '../../../src/kinds/apps/deployment';
import type { Draft } from '../../../src/api/types';
import type { Container, Deployment } from '../../../src/schema/types';

/** What `client.create` takes to make a Deployment of nginx. */
export function deployment(name: string, replicas: number, container: Partial<Container> = {}): [typeof Deployments, Draft<Deployment>] {
  const labels = { app: name };
  return [Deployments, {
    metadata: { name, namespace: 'default' },
    spec: {
      replicas, selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], ...container }] } },
    },
  }];
}

export const readyReplicas = (cluster: Cluster, name: string): number => cluster.client.get(Deployments, { namespace: 'default', name }).status?.readyReplicas ?? 0;

/** Moves the clock action by action until `done`, looked at every 100 virtual milliseconds. */
export function runUntil(cluster: Cluster, done: () => boolean): void {
  const limit = cluster.clock.now() + 3_600_000;
  while (!done()) {
    if (cluster.clock.now() > limit) throw new Error('not done after an hour of virtual time');
    cluster.clock.advanceBy(100);
  }
}
