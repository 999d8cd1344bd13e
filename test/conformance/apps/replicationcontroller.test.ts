import { describe, expect } from 'vitest';
import { Pods } from '../../../src/kinds/core/pod';
import { ReplicationControllers } from '../../../src/kinds/core/replicationcontroller';
import { ResourceQuotas } from '../../../src/kinds/core/resourcequota';
import type { ReplicationController } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance, type Framework } from '../framework';
import { answerOf, isReady, podsWith, webTemplate } from './support';

const controller = ({ namespace }: Framework, name: string, replicas: number, labels: Readonly<Record<string, string>> = { name }) =>
  ({ metadata: { name, namespace, labels }, spec: { replicas, selector: labels, template: webTemplate(labels) } });
const current = ({ api, namespace }: Framework, name: string): ReplicationController => api.get(ReplicationControllers, { namespace, name });
const failureOf = (framework: Framework, name: string) => current(framework, name).status?.conditions?.find(({ type }) => type === 'ReplicaFailure');

describe('replication controllers', () => {
  behaviour('apps-047', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'pod-adoption';
    api.create(Pods, { metadata: { name, namespace, labels: { name } }, spec: webTemplate({}).spec });
    api.create(ReplicationControllers, controller(framework, name, 1));
    const { uid } = current(framework, name).metadata;
    until('the orphan is adopted', () => api.get(Pods, { namespace, name }).metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid));
    expect(podsWith(framework, `name=${name}`)).toHaveLength(1);
  });

  behaviour('apps-048', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'e2e-rc';
    api.create(ReplicationControllers, controller(framework, name, 1));
    until('its pod is ready', () => podsWith(framework, `name=${name}`).filter(isReady).length === 1);
    const path = `/api/v1/namespaces/${namespace}/replicationcontrollers/${name}/scale`;
    const scale = api.json(path) as { readonly kind: string; readonly spec: { readonly replicas: number } };
    expect([scale.kind, scale.spec.replicas]).toEqual(['Scale', 1]);
    expect(api.raw('PUT', path, { body: { ...scale, spec: { replicas: 2 } } }).code).toBe(200);
    until('two are ready', () => podsWith(framework, `name=${name}`).filter(isReady).length === 2);
    expect((api.json(path) as typeof scale).spec.replicas).toBe(2);
  });

  behaviour('apps-049', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'pod-release';
    api.create(ReplicationControllers, controller(framework, name, 1));
    const pod = until('it has a pod', () => podsWith(framework, `name=${name}`)[0]);
    const key = { namespace, name: pod.metadata.name };
    const { uid } = current(framework, name).metadata;
    api.patch(Pods, key, { metadata: { labels: { name: 'not-matching-name' } } });
    until('the pod is released', () => !api.get(Pods, key).metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid));
    until('another takes its place', () => podsWith(framework, `name=${name}`).length === 1);
  });

  behaviour('apps-050', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'my-hostname-basic';
    const container = { name, image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: ['serve-hostname'], ports: [{ containerPort: 9_376 }] };
    api.create(ReplicationControllers, { metadata: { name, namespace }, spec: { replicas: 2, selector: { name }, template: { metadata: { labels: { name } }, spec: { containers: [container] } } } });
    const pods = until('both are ready', () => { const all = podsWith(framework, `name=${name}`); return all.length === 2 && all.every(isReady) && all; });
    for (const pod of pods) expect(answerOf(framework, pod, 9_376)).toBe(pod.metadata.name);
  });

  behaviour('apps-051', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'condition-test';
    api.create(ResourceQuotas, { metadata: { name, namespace }, spec: { hard: { pods: '2' } } });
    until('the quota is counted', () => api.get(ResourceQuotas, { namespace, name }).status?.hard?.['pods'] === '2');
    api.create(ReplicationControllers, controller(framework, name, 3));
    const failure = until('the failure is told', () => failureOf(framework, name));
    expect([failure.status, failure.reason, failure.message?.includes('exceeded quota: condition-test')]).toEqual(['True', 'FailedCreate', true]);
    const fresh = current(framework, name);
    api.update(ReplicationControllers, { ...fresh, spec: { ...fresh.spec, replicas: 2 } });
    until('it is told no more', () => failureOf(framework, name) === undefined);
  });

  behaviour('apps-052', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'rc-test';
    const labels = { name, 'test-rc-static': 'true' };
    const watched = api.watch(ReplicationControllers, namespace, { labelSelector: 'test-rc-static=true' });
    const draft = controller(framework, name, 1, labels);
    api.create(ReplicationControllers, draft);
    until('its pod is ready', () => current(framework, name).status?.readyReplicas === 1);
    api.patch(ReplicationControllers, { namespace, name }, { metadata: { labels: { 'test-rc': 'patched' } } });
    expect(current(framework, name).metadata.labels?.['test-rc']).toBe('patched');
    const status = api.patch(ReplicationControllers, { namespace, name }, { status: { readyReplicas: 0, availableReplicas: 0 } }, 'strategic', 'status');
    expect([status.status?.readyReplicas ?? 0, status.status?.availableReplicas ?? 0]).toEqual([0, 0]);
    until('its status is set right again', () => current(framework, name).status?.readyReplicas === 1);
    expect(api.get(ReplicationControllers, { namespace, name }, 'status').metadata.name).toBe(name);
    const path = `/api/v1/namespaces/${namespace}/replicationcontrollers/${name}/scale`;
    expect(api.raw('PATCH', path, { body: { spec: { replicas: 2 } }, headers: { 'content-type': 'application/strategic-merge-patch+json' } }).code).toBe(200);
    until('two are ready', () => current(framework, name).status?.readyReplicas === 2);
    const fresh = current(framework, name);
    expect(api.update(ReplicationControllers, { ...fresh, metadata: { ...fresh.metadata, labels: { ...fresh.metadata.labels, 'test-rc': 'updated' } } }).metadata.labels?.['test-rc']).toBe('updated');
    expect(api.list(ReplicationControllers, undefined, { labelSelector: 'test-rc-static=true' }).items.map(({ metadata }) => metadata.name)).toEqual([name]);
    api.deleteCollection(ReplicationControllers, namespace, { labelSelector: 'test-rc-static=true' });
    until('it is gone', () => found(() => current(framework, name)) === undefined);
    until('and told to be', () => watched.events.at(-1)?.type === 'DELETED');
    expect(watched.events[0]?.type).toBe('ADDED');
  });
});
