import { describe, expect } from 'vitest';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Pods } from '../../../src/kinds/core/pod';
import type { ReplicaSet } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance, type Framework } from '../framework';
import { answerOf, isReady, otherImage, podsWith, webTemplate } from './support';

const replicaSet = ({ namespace }: Framework, name: string, replicas: number, labels: Readonly<Record<string, string>> = { name }) =>
  ({ metadata: { name, namespace, labels }, spec: { replicas, selector: { matchLabels: labels }, template: webTemplate(labels) } });
const current = ({ api, namespace }: Framework, name: string): ReplicaSet => api.get(ReplicaSets, { namespace, name });
const readyPods = (framework: Framework, name: string, count: number) =>
  framework.until(`${count} pods of ${name} are ready`, () => { const pods = podsWith(framework, `name=${name}`); return pods.length === count && pods.every(isReady) && pods; });

describe('replica sets', () => {
  behaviour('apps-041', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'test-rs';
    api.create(ReplicaSets, replicaSet(framework, name, 1));
    readyPods(framework, name, 1);
    const scaled = current(framework, name);
    api.update(ReplicaSets, { ...scaled, spec: { ...scaled.spec, replicas: 2 } });
    readyPods(framework, name, 2);
    api.patch(ReplicaSets, { namespace, name }, {
      metadata: { labels: { 'test-rs': 'patched' } }, spec: { replicas: 3, template: { spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'httpd', image: otherImage }] } } },
    });
    readyPods(framework, name, 3);
    const patched = until('its status follows', () => { const object = current(framework, name); return object.status?.readyReplicas === 3 && object; });
    expect([patched.metadata.labels?.['test-rs'], patched.spec.template?.spec?.containers[0]?.image]).toEqual(['patched', otherImage]);
  });

  behaviour('apps-042', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    const name = 'test-rs';
    api.create(ReplicaSets, replicaSet(framework, name, 1));
    readyPods(framework, name, 1);
    const path = `/apis/apps/v1/namespaces/${namespace}/replicasets/${name}/scale`;
    const scale = api.json(path) as { spec: { replicas: number } };
    expect(scale.spec.replicas).toBe(1);
    expect(api.raw('PUT', path, { body: { ...scale, spec: { replicas: 2 } } }).code).toBe(200);
    expect(current(framework, name).spec.replicas).toBe(2);
    const patch = { body: { spec: { replicas: 4 } }, headers: { 'content-type': 'application/merge-patch+json' } };
    expect(api.raw('PATCH', path, patch).code).toBe(200);
    expect(current(framework, name).spec.replicas).toBe(4);
    readyPods(framework, name, 4);
  });

  behaviour('apps-043', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'pod-adoption-release';
    api.create(Pods, { metadata: { name, namespace, labels: { name } }, spec: webTemplate({}).spec });
    api.create(ReplicaSets, replicaSet(framework, name, 1));
    const uid = current(framework, name).metadata.uid;
    const owned = (pod: string) => api.get(Pods, { namespace, name: pod }).metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) ?? false;
    until('the orphan is adopted', () => owned(name));
    expect(podsWith(framework, `name=${name}`)).toHaveLength(1);
    api.patch(Pods, { namespace, name }, { metadata: { labels: { name: 'not-matching-name' } } });
    until('it is released', () => !owned(name));
    until('another takes its place', () => podsWith(framework, `name=${name}`).length === 1);
  });

  behaviour('apps-044', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'test-rs';
    api.create(ReplicaSets, replicaSet(framework, name, 3));
    readyPods(framework, name, 3);
    expect(api.list(ReplicaSets, undefined, { labelSelector: `name=${name}` }).items).toHaveLength(1);
    api.deleteCollection(ReplicaSets, namespace, { labelSelector: `name=${name}` });
    until('it is gone', () => api.list(ReplicaSets, namespace, { labelSelector: `name=${name}` }).items.length === 0);
  });

  behaviour('apps-045', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    const name = 'my-hostname-basic';
    const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
    const template = { metadata: { labels: { name } }, spec: { containers: [{ name, image, args: ['serve-hostname'], ports: [{ containerPort: 9376 }] }] } };
    api.create(ReplicaSets, { metadata: { name, namespace }, spec: { replicas: 1, selector: { matchLabels: { name } }, template } });
    const [pod] = readyPods(framework, name, 1);
    expect(answerOf(framework, pod, 9376)).toBe(pod?.metadata.name);
  });

  behaviour('apps-046', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'test-rs-status';
    api.create(ReplicaSets, replicaSet(framework, name, 1));
    readyPods(framework, name, 1);
    expect(api.get(ReplicaSets, { namespace, name }, 'status').status?.replicas).toBe(1);
    until('the controller is done', () => current(framework, name).status?.availableReplicas === 1);
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' } as const;
    const fresh = current(framework, name);
    const updated = api.update(ReplicaSets, { ...fresh, status: { replicas: 1, ...fresh.status, conditions: [condition] } }, 'status');
    expect(updated.status?.conditions).toEqual([expect.objectContaining(condition)]);
    const patched = api.patch(ReplicaSets, { namespace, name }, { status: { conditions: [{ type: 'StatusPatched', status: 'True' }] } }, 'merge', 'status');
    expect(patched.status?.conditions?.map(({ type }) => type)).toEqual(['StatusPatched']);
  });
});
