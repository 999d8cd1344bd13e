import { describe, expect } from 'vitest';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Pods } from '../../../src/kinds/core/pod';
import type { Deployment, DeploymentSpec, ReplicaSet } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance, type Framework } from '../framework';
import { isReady, otherImage, podsWith, webImage, webTemplate } from './support';

const labelsOf = (name: string) => ({ name });
const deployment = ({ namespace }: Framework, name: string, spec: Partial<DeploymentSpec> = {}, image = webImage) => ({
  metadata: { name, namespace, labels: labelsOf(name) },
  spec: { replicas: 1, selector: { matchLabels: labelsOf(name) }, template: webTemplate(labelsOf(name), image), ...spec },
});
const current = ({ api, namespace }: Framework, name: string): Deployment => api.get(Deployments, { namespace, name });
const setsOf = ({ api, namespace }: Framework, name: string): readonly ReplicaSet[] => api.list(ReplicaSets, namespace, { labelSelector: `name=${name}` }).items;
const imageOf = ({ spec }: ReplicaSet): string | undefined => spec.template?.spec?.containers[0]?.image;

/** Waits as upstream's WaitForDeploymentComplete does. */
const completes = (framework: Framework, name: string): Deployment => framework.until(`${name} is complete`, () => {
  const object = current(framework, name);
  const { spec: { replicas = 1 }, status, metadata } = object;
  return status?.updatedReplicas === replicas && status.replicas === replicas && status.availableReplicas === replicas && (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) && object;
});
const withImage = (object: Deployment, image: string): Deployment =>
  ({ ...object, spec: { ...object.spec, template: webTemplate({ ...object.spec.template.metadata?.labels }, image) } });

describe('deployments', () => {
  behaviour('apps-014', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    const name = 'test-new-deployment';
    api.create(Deployments, deployment(framework, name));
    completes(framework, name);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`;
    const scale = api.json(path) as { kind: string; spec: { replicas: number }; metadata: { resourceVersion: string } };
    expect([scale.kind, scale.spec.replicas]).toEqual(['Scale', 1]);
    expect(api.raw('PUT', path, { body: { ...scale, spec: { replicas: 2 } } }).code).toBe(200);
    expect(current(framework, name).spec.replicas).toBe(2);
    const patched = api.raw('PATCH', path, { body: { spec: { replicas: 4 } }, headers: { 'content-type': 'application/merge-patch+json' } });
    expect((JSON.parse(patched.body) as typeof scale).spec.replicas).toBe(4);
    completes(framework, name);
    expect(podsWith(framework, `name=${name}`)).toHaveLength(4);
  });

  behaviour('apps-015', () => {
    const framework = startConformance();
    const { api, namespace, wait } = framework;
    const name = 'test-recreate-deployment';
    api.create(Deployments, deployment(framework, name, { strategy: { type: 'Recreate' }, replicas: 2 }));
    completes(framework, name);
    const oldNames = new Set(podsWith(framework, `name=${name}`).map(({ metadata }) => metadata.name));
    const watched = api.watch(Pods, namespace, { labelSelector: `name=${name}`, resourceVersion: api.list(Pods, namespace).metadata.resourceVersion });
    api.update(Deployments, withImage(current(framework, name), otherImage));
    completes(framework, name);
    wait(1_000);
    let oldLeft = oldNames.size;
    for (const { type, object } of watched.events) {
      if (type === 'DELETED' && oldNames.has(object.metadata.name)) oldLeft--;
      if (type === 'ADDED' && !oldNames.has(object.metadata.name)) expect(oldLeft).toBe(0);
    }
    expect(oldLeft).toBe(0);
  });

  behaviour('apps-016', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const labels = { name: 'sample-pod', pod: 'httpd' };
    const set = 'test-rolling-update-controller';
    api.create(ReplicaSets, {
      metadata: { name: set, namespace, labels, annotations: { 'deployment.kubernetes.io/revision': '3546343826724305832' } },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: webTemplate(labels) },
    });
    until('its pod is ready', () => podsWith(framework, 'name=sample-pod').some(isReady));
    const name = 'test-rolling-update-deployment';
    api.create(Deployments, { metadata: { name, namespace, labels }, spec: { replicas: 1, selector: { matchLabels: labels }, template: webTemplate(labels, otherImage) } });
    const done = completes(framework, name);
    expect(done.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3546343826724305833');
    const old = api.get(ReplicaSets, { namespace, name: set });
    expect([old.spec.replicas, old.metadata.ownerReferences?.[0]?.uid]).toEqual([0, done.metadata.uid]);
    const sets = api.list(ReplicaSets, namespace, { labelSelector: 'name=sample-pod' }).items;
    expect(sets.map((each) => [imageOf(each), each.spec.replicas]).toSorted()).toEqual([[webImage, 0], [otherImage, 1]]);
  });

  behaviour('apps-017', () => {
    const framework = startConformance();
    const { api, namespace, until, stays } = framework;
    const labels = { name: 'cleanup-pod', pod: 'httpd' };
    api.create(ReplicaSets, { metadata: { name: 'test-cleanup-controller', namespace, labels }, spec: { replicas: 1, selector: { matchLabels: labels }, template: webTemplate(labels) } });
    until('its pod is ready', () => podsWith(framework, 'name=cleanup-pod').some(isReady));
    const name = 'test-cleanup-deployment';
    api.create(Deployments, {
      metadata: { name, namespace, labels }, spec: { replicas: 1, revisionHistoryLimit: 0, selector: { matchLabels: labels }, template: webTemplate(labels, otherImage) },
    });
    until('the old ReplicaSet is gone', () => found(() => api.get(ReplicaSets, { namespace, name: 'test-cleanup-controller' })) === undefined);
    stays('one ReplicaSet', () => api.list(ReplicaSets, namespace, { labelSelector: 'name=cleanup-pod' }).items.length === 1, 10_000);
  });

  behaviour('apps-018', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'webserver-deployment';
    api.create(Deployments, deployment(framework, name, { replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }));
    completes(framework, name);
    const [first] = setsOf(framework, name);
    api.update(Deployments, withImage(current(framework, name), 'webserver:404'));
    until('the rollout is stuck with 8 and 5', () => {
      const sizes = setsOf(framework, name).map(({ metadata, spec }) => `${metadata.name === first?.metadata.name ? 'old' : 'new'} ${spec.replicas}`).toSorted();
      return sizes.join() === 'new 5,old 8' && (current(framework, name).status?.availableReplicas ?? 0) === 8;
    });
    api.patch(Deployments, { namespace, name }, { spec: { replicas: 30 } });
    until('both are scaled in proportion', () => {
      const sizes = setsOf(framework, name).map(({ metadata, spec }) => `${metadata.name === first?.metadata.name ? 'old' : 'new'} ${spec.replicas}`).toSorted();
      return sizes.join() === 'new 13,old 20';
    });
  });

  behaviour('apps-019', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const labels = { name: 'rollover-pod', pod: 'httpd' };
    const set = 'test-rollover-controller';
    api.create(ReplicaSets, { metadata: { name: set, namespace, labels }, spec: { replicas: 1, selector: { matchLabels: labels }, template: webTemplate(labels) } });
    until('its pod is ready', () => podsWith(framework, 'name=rollover-pod').some(isReady));
    const name = 'test-rollover-deployment';
    const created = api.create(Deployments, {
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1, minReadySeconds: 10, selector: { matchLabels: labels }, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: webTemplate(labels, 'redis-slave:nonexistent'),
      },
    });
    until('it is under way', () => (current(framework, name).status?.observedGeneration ?? 0) >= (created.metadata.generation ?? 0) && api.list(ReplicaSets, namespace).items.length === 2);
    api.update(Deployments, withImage(current(framework, name), otherImage));
    completes(framework, name);
    const sizes = api.list(ReplicaSets, namespace, { labelSelector: 'name=rollover-pod' }).items.map((each) => [imageOf(each), each.spec.replicas]).toSorted();
    expect(sizes).toEqual([[webImage, 0], [otherImage, 1], ['redis-slave:nonexistent', 0]].toSorted());
  });

  behaviour('apps-020', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const name = 'test-deployment';
    const labels = { 'test-deployment-static': 'true' };
    const draft = deployment(framework, name, { replicas: 2 });
    const watched = api.watch(Deployments, namespace, { labelSelector: 'test-deployment-static=true' });
    api.create(Deployments, { ...draft, metadata: { ...draft.metadata, labels } });
    completes(framework, name);
    api.patch(Deployments, { namespace, name },
      { metadata: { labels: { 'test-deployment': 'patched' } }, spec: { replicas: 1, template: { spec: { containers: [{ name: 'httpd', image: otherImage }] } } } });
    completes(framework, name);
    expect(current(framework, name).metadata.labels).toMatchObject({ 'test-deployment': 'patched' });
    expect(api.list(Deployments, undefined, { labelSelector: 'test-deployment-static=true' }).items.map(({ metadata }) => metadata.name)).toEqual([name]);
    const status = api.patch(Deployments, { namespace, name }, { metadata: { labels: { 'test-deployment': 'patched-status' } }, status: { readyReplicas: 0 } }, 'merge', 'status');
    expect(status.metadata.labels?.['test-deployment']).toBe('patched-status');
    expect(api.get(Deployments, { namespace, name }, 'status').metadata.uid).toBe(status.metadata.uid);
    until('its status is set right again', () => current(framework, name).status?.readyReplicas === 1);
    const fresh = current(framework, name);
    api.update(Deployments, { ...fresh, metadata: { ...fresh.metadata, labels: { ...fresh.metadata.labels, 'test-deployment': 'updated' } }, spec: { ...fresh.spec, replicas: 2 } });
    completes(framework, name);
    api.deleteCollection(Deployments, namespace, { labelSelector: 'test-deployment-static=true' });
    until('it is told to be gone', () => watched.events.at(-1)?.type === 'DELETED');
    expect(watched.events[0]?.type).toBe('ADDED');
  });

  behaviour('apps-021', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    const name = 'test-deployment-status';
    api.create(Deployments, deployment(framework, name));
    completes(framework, name);
    expect(api.get(Deployments, { namespace, name }, 'status').status?.conditions?.length).toBeGreaterThan(0);
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' };
    const fresh = current(framework, name);
    const updated = api.update(Deployments, { ...fresh, status: { ...fresh.status, conditions: [...fresh.status?.conditions ?? [], condition] } }, 'status');
    expect(updated.status?.conditions).toContainEqual(expect.objectContaining(condition));
    const patched = api.patch(Deployments, { namespace, name }, { status: { conditions: [{ type: 'StatusPatched', status: 'True' }] } }, 'merge', 'status');
    expect(patched.status?.conditions?.map(({ type }) => type)).toEqual(['StatusPatched']);
  });
});
