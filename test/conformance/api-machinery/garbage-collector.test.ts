import { describe, expect } from 'vitest';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Pods } from '../../../src/kinds/core/pod';
import { behaviour } from '../behaviours';
import { found, startConformance, type Framework } from '../framework';

const name = 'simpletest.deployment';

/** A deployment whose ReplicaSet is there. */
function deployment({ api, namespace, until }: Framework) {
  const labels = { app: 'gc-test' };
  const container = { name: 'nginx', image: 'nginx:1.27' };
  api.create(Deployments, { metadata: { name, namespace }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } });
  until('a ReplicaSet is there', () => api.list(ReplicaSets, namespace).items.length > 0);
  until('its pods run', () => api.list(Pods, namespace).items.filter(({ status }) => status?.phase === 'Running').length === 2);
}

describe('the garbage collector', () => {
  behaviour('api-machinery-057', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    deployment(framework);
    const { metadata: { uid } } = api.get(Deployments, { namespace, name });
    api.delete(Deployments, { namespace, name }, { preconditions: { uid }, propagationPolicy: 'Background' });
    expect(found(() => api.get(Deployments, { namespace, name }))).toBeUndefined();
    until('no ReplicaSet and no pod is left', () => api.list(ReplicaSets, namespace).items.length + api.list(Pods, namespace).items.length === 0, 90_000);
  });

  behaviour('api-machinery-062', () => {
    const framework = startConformance();
    const { api, namespace, until, stays } = framework;
    deployment(framework);
    const { metadata: { uid } } = api.get(Deployments, { namespace, name });
    api.delete(Deployments, { namespace, name }, { preconditions: { uid }, propagationPolicy: 'Orphan' });
    until('the deployment is gone', () => found(() => api.get(Deployments, { namespace, name })) === undefined);
    stays('the ReplicaSet and its pods', () => api.list(ReplicaSets, namespace).items.length === 1 && api.list(Pods, namespace).items.length === 2, 30_000);
    const owned = api.list(ReplicaSets, namespace).items.flatMap(({ metadata }) => metadata.ownerReferences ?? []).filter((owner) => owner.uid === uid);
    expect(owned).toEqual([]);
  });
});
