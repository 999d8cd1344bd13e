import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster';
import { CronJobs } from '../../src/kinds/batch/cronjob';
import { Jobs } from '../../src/kinds/batch/job';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { DaemonSets } from '../../src/kinds/apps/daemonset';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { StatefulSets } from '../../src/kinds/apps/statefulset';
import { ReplicationControllers } from '../../src/kinds/core/replicationcontroller';
import { Pods } from '../../src/kinds/core/pod';
import { Owners } from '../../web/lib/owners';
import { podCondition } from '../../web/lib/pod-state';
import { workloads } from '../../web/lib/workloads';

const template = (name: string, command?: readonly string[]) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'busybox:1.36', command: command ?? ['sleep', '10000'] }], ...(command && { restartPolicy: 'Never' }) },
});
const named = (name: string) => ({ metadata: { name, namespace: 'default' } });
const selector = (name: string) => ({ matchLabels: { app: name } });

function picture() {
  const cluster = createCluster({ seed: 3 }).boot();
  const { client, clock } = cluster;
  client.create(StatefulSets, { ...named('db'), spec: { serviceName: 'db', replicas: 2, selector: selector('db'), template: template('db') } });
  client.create(DaemonSets, { ...named('agent'), spec: { selector: selector('agent'), template: template('agent') } });
  client.create(Jobs, { ...named('sums'), spec: { completions: 2, template: template('sums', ['true']) } });
  client.create(Jobs, { ...named('bad'), spec: { backoffLimit: 0, template: template('bad', ['false']) } });
  client.create(CronJobs, { ...named('tick'), spec: { schedule: '* * * * *', jobTemplate: { spec: { template: template('tick', ['true']) } } } });
  clock.advanceBy(130_000);
  const all = () => ({
    deployments: client.list(Deployments).items, replicaSets: client.list(ReplicaSets).items, statefulSets: client.list(StatefulSets).items, daemonSets: client.list(DaemonSets).items,
    revisions: client.list(ControllerRevisions).items, replicationControllers: client.list(ReplicationControllers).items, jobs: client.list(Jobs).items, cronJobs: client.list(CronJobs).items,
  });
  const shown = () => workloads(all(), ({ metadata }) => metadata.namespace === 'default');
  return { client, clock, all, shown, card: (name: string) => shown().find(({ object }) => object.metadata.name === name) };
}

describe('workloads as the page shows them', () => {
  test('each kind counts what it is for, and Jobs of a CronJob are part of it', () => {
    const { shown, card } = picture();
    expect(shown().map(({ kind, object }) => `${kind} ${object.metadata.name}`)).toEqual(['StatefulSet db', 'DaemonSet agent', 'CronJob tick', 'Job bad', 'Job sums']);
    expect(card('db')).toMatchObject({ count: '2/2', state: 'settled', parts: [{ band: { letter: 'v1' }, text: '' }] });
    expect(card('agent')).toMatchObject({ count: '3/3', state: 'settled', note: 'one per node' });
    expect(card('sums')).toMatchObject({ count: '2/2', state: 'done' });
    expect(card('bad')).toMatchObject({ count: '0/1', state: 'failed', note: 'BackoffLimitExceeded' });
    expect(card('tick')).toMatchObject({ state: 'done', note: '* * * * *' });
    expect(card('tick')?.owners.size).toBeGreaterThan(0);
  });

  test('a rollout of a StatefulSet shows both revisions until the last pod is replaced', () => {
    const { client, clock, card } = picture();
    client.update(StatefulSets, { ...client.get(StatefulSets, { namespace: 'default', name: 'db' }),
      spec: { ...client.get(StatefulSets, { namespace: 'default', name: 'db' }).spec, template: template('db', undefined) } });
    const db = client.get(StatefulSets, { namespace: 'default', name: 'db' });
    client.update(StatefulSets, { ...db, spec: { ...db.spec, template: { ...db.spec.template, metadata: { labels: { app: 'db', round: 'two' } } } } });
    clock.advanceBy(3_000);
    expect(card('db')?.parts.map(({ band }) => band?.letter)).toEqual(['v1', 'v2']);
    expect(card('db')?.state).toBe('working');
    clock.advanceBy(180_000);
    expect(card('db')).toMatchObject({ state: 'settled', parts: [{ band: { letter: 'v2' } }] });
  });

  test('pods bear the band of the revision they are of', () => {
    const { client, all } = picture();
    const owners = new Owners(all());
    const bands = client.list(Pods).items.filter(({ metadata }) => metadata.namespace === 'default').map((pod) => [pod.metadata.labels?.['app'], owners.ofPod(pod)?.letter, podCondition(pod).state]);
    expect(new Set(bands.map((band) => band.join(' ')))).toEqual(new Set(['db v1 ready', 'agent v1 ready', 'sums job succeeded', 'bad job failed', 'tick job succeeded']));
  });
});
