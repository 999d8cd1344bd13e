import { describe, expect } from 'vitest';
import { StatefulSets } from '../../../src/kinds/apps/statefulset';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { Services } from '../../../src/kinds/core/service';
import type { Pod, StatefulSet } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance, type Framework } from '../framework';
import { isReady, otherImage, podsWith, webImage, webTemplate } from './support';

const labels = { foo: 'bar', baz: 'blah' };
const selector = 'foo=bar,baz=blah';
const readinessProbe = { httpGet: { path: '/index.html', port: 80 }, periodSeconds: 1, successThreshold: 1, failureThreshold: 1 };

/** A StatefulSet with its headless service, as upstream's tests make them. */
function statefulSet(framework: Framework, name: string, replicas: number, spec: Partial<StatefulSet['spec']> = {}, probed = false): StatefulSet {
  const { api, namespace } = framework;
  api.create(Services, { metadata: { name: 'test', namespace, labels }, spec: { selector: labels, clusterIP: 'None', ports: [{ port: 80, name: 'http', protocol: 'TCP' }] } });
  const template = webTemplate(labels, webImage, probed ? { name: 'webserver', readinessProbe } : { name: 'webserver' });
  return api.create(StatefulSets, { metadata: { name, namespace, labels }, spec: { replicas, serviceName: 'test', selector: { matchLabels: labels }, template, ...spec } });
}
const current = ({ api, namespace }: Framework, name: string): StatefulSet => api.get(StatefulSets, { namespace, name });
const podsOf = (framework: Framework): readonly Pod[] => framework.api.list(Pods, framework.namespace, { labelSelector: selector }).items;
const imageOf = ({ spec }: Pod): string | undefined => spec.containers[0]?.image;
const revisionOf = ({ metadata }: Pod): string | undefined => metadata.labels?.['controller-revision-hash'];
const running = (framework: Framework, name: string, count: number): StatefulSet => {
  framework.until(`${count} are ready`, () => { const pods = podsWith(framework, selector); return pods.length === count && pods.every(isReady); });
  return framework.until('its status follows', () => {
    const set = current(framework, name);
    return (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0) && (set.status?.readyReplicas ?? 0) === count && set;
  });
};
const change = ({ api, namespace }: Framework, name: string, spec: object): StatefulSet => api.patch(StatefulSets, { namespace, name }, { spec });
const withImage = (image: string) => ({ template: { spec: { containers: [{ name: 'webserver', image }] } } });
const index = '/usr/share/nginx/html/index.html';
const run = ({ cluster, namespace, wait }: Framework, name: string, command: readonly string[]): void => {
  cluster.server.connect({ resource: 'pods', subresource: 'exec', namespace, name, command, user: cluster.client.user })
    .subscribe({ error: () => {} });   // the pod may be away
  wait(1_000);
};
/** The web server of a pod answers its probe no more, and again. */
const breakProbe = (framework: Framework, { metadata: { name } }: Pod): void => run(framework, name, ['/bin/sh', '-c', `mv -v ${index} /tmp/ || true`]);
const mendProbe = (framework: Framework, { metadata: { name } }: Pod): void => run(framework, name, ['/bin/sh', '-c', `mv -v /tmp/index.html ${index} || true`]);
const unready = (framework: Framework, count: number): void => { framework.until(`${count} are not ready`, () => podsWith(framework, selector).filter((pod) => !isReady(pod)).length === count); };
const isComplete = ({ spec, status, metadata }: StatefulSet): boolean =>
  status?.updatedReplicas === spec.replicas && status?.currentRevision === status?.updateRevision && (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
    && status?.readyReplicas === spec.replicas;

describe('stateful sets', () => {
  behaviour('apps-053', () => {
    const framework = startConformance();
    const { until, namespace, api } = framework;
    statefulSet(framework, 'ss', 1, { podManagementPolicy: 'Parallel' }, true);
    running(framework, 'ss', 1);
    breakAll(framework);
    unready(framework, 1);
    change(framework, 'ss', { replicas: 3 });
    until('three are there although one is not well', () => podsWith(framework, selector).length === 3);
    for (const pod of podsOf(framework)) mendProbe(framework, pod);
    running(framework, 'ss', 3);
    breakAll(framework);
    unready(framework, 3);
    change(framework, 'ss', { replicas: 0 });
    until('none is left although they were not well', () => podsOf(framework).length === 0 && api.get(StatefulSets, { namespace, name: 'ss' }).status?.replicas === 0);
  });

  behaviour('apps-054', () => {
    const framework = startConformance();
    const { api, namespace, until, stays } = framework;
    const watched = api.watch(Pods, namespace, { labelSelector: selector });
    statefulSet(framework, 'ss', 1, {}, true);
    running(framework, 'ss', 1);
    breakAll(framework);
    unready(framework, 1);
    change(framework, 'ss', { replicas: 3 });
    stays('one pod', () => podsOf(framework).length === 1, 10_000);
    for (const pod of podsOf(framework)) mendProbe(framework, pod);
    running(framework, 'ss', 3);
    expect(watched.events.filter(({ type }) => type === 'ADDED').map(({ object }) => object.metadata.name)).toEqual(['ss-0', 'ss-1', 'ss-2']);
    breakAll(framework);
    unready(framework, 3);
    const [first] = podsOf(framework);
    change(framework, 'ss', { replicas: 0 });
    stays('three pods', () => podsOf(framework).length === 3, 10_000);
    expect(podsOf(framework)[0]?.metadata.uid).toBe(first?.metadata.uid);
    for (const pod of podsOf(framework)) mendProbe(framework, pod);
    until('none is left', () => podsOf(framework).length === 0);
    expect(watched.events.filter(({ type }) => type === 'DELETED').map(({ object }) => object.metadata.name)).toEqual(['ss-2', 'ss-1', 'ss-0']);
  });

  behaviour('apps-055', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const node = api.list(Nodes).items.find(({ spec }) => !spec?.taints?.length)?.metadata.name ?? '';
    const ports = [{ containerPort: 21017, hostPort: 21017, name: 'conflict', protocol: 'TCP' }];
    const { spec } = webTemplate({}, webImage, { ports });
    api.create(Pods, { metadata: { name: 'test-pod', namespace }, spec: { ...spec, nodeName: node } });
    until('the pod runs', () => api.get(Pods, { namespace, name: 'test-pod' }).status?.phase === 'Running');
    const watched = api.watch(Pods, namespace, { fieldSelector: 'metadata.name=ss-0' });
    const template = webTemplate(labels, webImage, { name: 'webserver', ports });
    statefulSet(framework, 'ss', 1, { template: { ...template, spec: { ...template.spec, nodeName: node } } });
    const refused = until('its pod was refused and deleted', () => watched.events.find(({ type, object }) => type === 'DELETED' && object.status?.phase === 'Failed')?.object);
    expect(refused.status).toMatchObject({ reason: 'NodePorts', message: 'Pod was rejected: Predicate NodePorts failed: node(s) didn\'t have free ports for the requested pod ports' });
    api.delete(Pods, { namespace, name: 'test-pod' });
    const again = until('it runs', () => podsOf(framework).find(({ status }) => status?.phase === 'Running'));
    expect(again.metadata.uid).not.toBe(refused.metadata.uid);
  });

  behaviour('apps-056', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    statefulSet(framework, 'ss', 1);
    running(framework, 'ss', 1);
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/ss/scale`;
    const scale = api.json(path) as { spec: { replicas: number }; status: { replicas: number } };
    expect([scale.spec.replicas, scale.status.replicas]).toEqual([1, 1]);
    expect(api.raw('PUT', path, { body: { ...scale, metadata: { name: 'ss', namespace }, spec: { replicas: 2 } } }).code).toBe(200);
    expect(current(framework, 'ss').spec.replicas).toBe(2);
    const patch = { body: { spec: { replicas: 4 } }, headers: { 'content-type': 'application/merge-patch+json' } };
    expect(api.raw('PATCH', path, patch).code).toBe(200);
    expect(current(framework, 'ss').spec.replicas).toBe(4);
    running(framework, 'ss', 4);
  });

  behaviour('apps-057', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'test-ss';
    statefulSet(framework, name, 1);
    running(framework, name, 1);
    const body = {
      metadata: { labels: { 'test-ss': 'patched' } },
      spec: { replicas: 2, template: { spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'webserver', image: otherImage }] } } },
    };
    api.patch(StatefulSets, { namespace, name }, body);
    const patched = until('all are new', () => { const set = current(framework, name); return isComplete(set) && set; });
    expect([patched.metadata.labels?.['test-ss'], patched.spec.replicas, patched.spec.template.spec?.containers[0]?.image]).toEqual(['patched', 2, otherImage]);
    expect(podsOf(framework).map(imageOf)).toEqual([otherImage, otherImage]);
    expect(api.list(StatefulSets, undefined, { labelSelector: 'test-ss=patched' }).items).toHaveLength(1);
    api.deleteCollection(StatefulSets, namespace, { labelSelector: 'test-ss=patched' });
    until('it is gone', () => api.list(StatefulSets, namespace, { labelSelector: 'test-ss=patched' }).items.length === 0);
  });

  behaviour('apps-058', () => {
    const framework = startConformance();
    const { api, namespace, until, stays } = framework;
    const partitioned = (partition: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } });
    statefulSet(framework, 'ss2', 3, partitioned(3), true);
    const before = running(framework, 'ss2', 3).status?.currentRevision;
    expect(current(framework, 'ss2').status?.updateRevision).toBe(before);
    expect(podsOf(framework).map(revisionOf)).toEqual([before, before, before]);
    change(framework, 'ss2', withImage(otherImage));
    const after = until('there is a new revision', () => { const { updateRevision } = current(framework, 'ss2').status ?? {}; return updateRevision !== before && updateRevision; });
    expect(current(framework, 'ss2').status?.currentRevision).toBe(before);
    stays('all old', () => podsOf(framework).every((pod) => imageOf(pod) === webImage && revisionOf(pod) === before), 10_000);
    /** The pods below the partition are old, the others new. */
    const split = (partition: number) => () => {
      const pods = podsOf(framework);
      return pods.length === 3 && pods.every((pod,
        ordinal) => isReady(pod) && imageOf(pod) === (ordinal < partition ? webImage : otherImage) && revisionOf(pod) === (ordinal < partition ? before : after));
    };
    change(framework, 'ss2', partitioned(2));
    until('the canary is new', split(2));
    for (const name of ['ss2-0', 'ss2-2']) api.delete(Pods, { namespace, name }, { gracePeriodSeconds: 0 });
    until('they are restored as they were', split(2));
    for (const partition of [1, 0]) {
      change(framework, 'ss2', partitioned(partition));
      until(`those from ${partition} on are new`, split(partition));
    }
    const done = until('the new revision is the current one', () => { const { status } = current(framework, 'ss2'); return status?.currentRevision === after && status; });
    expect(done).toMatchObject({ currentReplicas: 3, updatedReplicas: 3, updateRevision: after });
  });

  behaviour('apps-059', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    statefulSet(framework, 'ss2', 3, {}, true);
    const first = running(framework, 'ss2', 3).status?.currentRevision;
    const [, second] = podsOf(framework);
    if (second) breakProbe(framework, second);
    unready(framework, 1);
    const watched = api.watch(Pods, namespace, { labelSelector: selector });
    change(framework, 'ss2', withImage(otherImage));
    const next = until('there is a new revision', () => { const { updateRevision } = current(framework, 'ss2').status ?? {}; return updateRevision !== first && updateRevision; });
    if (second) mendProbe(framework, second);
    until('all are new', () => isComplete(current(framework, 'ss2')));
    const gone = () => watched.events.filter(({ type }) => type === 'DELETED').map(({ object }) => object.metadata.name);
    expect(gone()).toEqual(['ss2-2', 'ss2-1', 'ss2-0']);
    expect(podsOf(framework).map((pod) => [imageOf(pod), revisionOf(pod)])).toEqual([0, 1, 2].map(() => [otherImage, next]));
    expect(current(framework, 'ss2').status?.currentRevision).toBe(next);
    const [, again] = podsOf(framework);
    if (again) breakProbe(framework, again);
    unready(framework, 1);
    change(framework, 'ss2', withImage(webImage));
    until('the old revision is back', () => current(framework, 'ss2').status?.updateRevision === first);
    if (again) mendProbe(framework, again);
    until('all are old again', () => isComplete(current(framework, 'ss2')));
    expect(gone()).toEqual(['ss2-2', 'ss2-1', 'ss2-0', 'ss2-2', 'ss2-1', 'ss2-0']);
    expect(podsOf(framework).map((pod) => [imageOf(pod), revisionOf(pod)])).toEqual([0, 1, 2].map(() => [webImage, first]));
  });

  behaviour('apps-060', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    statefulSet(framework, 'ss', 1);
    running(framework, 'ss', 1);
    expect(api.get(StatefulSets, { namespace, name: 'ss' }, 'status').status).toMatchObject({ replicas: 1, readyReplicas: 1 });
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' } as const;
    const fresh = current(framework, 'ss');
    const updated = api.update(StatefulSets, { ...fresh, status: { replicas: 1, ...fresh.status, conditions: [condition] } }, 'status');
    expect(updated.status?.conditions).toEqual([expect.objectContaining(condition)]);
    const patched = api.patch(StatefulSets, { namespace, name: 'ss' }, { status: { conditions: [{ type: 'StatusPatched', status: 'True' }] } }, 'merge', 'status');
    expect(patched.status?.conditions?.map(({ type }) => type)).toEqual(['StatusPatched']);
  });
});

function breakAll(framework: Framework): void { for (const pod of podsOf(framework)) breakProbe(framework, pod); }
