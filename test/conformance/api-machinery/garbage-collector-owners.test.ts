import { describe, expect } from 'vitest';
import { Pods } from '../../../src/kinds/core/pod';
import { ReplicationControllers } from '../../../src/kinds/core/replicationcontroller';
import type { Pod, ReplicationController } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance, type Framework } from '../framework';

const container = { name: 'nginx', image: 'nginx:1.27' };

/** A controller of its own set of pods. */
function controller({ api, namespace }: Framework, name: string, replicas: number, label: string): ReplicationController {
  const selector = { gctest: label };
  return api.create(ReplicationControllers, { metadata: { name, namespace }, spec: { replicas, selector, template: { metadata: { labels: selector }, spec: { containers: [container] } } } });
}

const podsOf = ({ api, namespace }: Framework): readonly Pod[] => api.list(Pods, namespace).items;
const gone = ({ api, namespace }: Framework, name: string): boolean => found(() => api.get(ReplicationControllers, { namespace, name })) === undefined;
const preconditions = ({ metadata: { uid } }: ReplicationController) => ({ preconditions: { uid } });
const reference = ({ metadata: { name, uid } }: ReplicationController | Pod, kind: string) => ({ apiVersion: 'v1', kind, name, uid });

describe('the garbage collector and replication controllers', () => {
  behaviour('api-machinery-058', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const rc = controller(framework, 'simpletest.rc', 2, 'delete-pods');
    until('its pods are there', () => podsOf(framework).length === 2);
    api.delete(ReplicationControllers, { namespace, name: rc.metadata.name }, { ...preconditions(rc), propagationPolicy: 'Background' });
    until('no pod is left', () => podsOf(framework).length === 0, 90_000);
    expect(gone(framework, rc.metadata.name)).toBe(true);
  });

  behaviour('api-machinery-063', () => {
    const framework = startConformance();
    const { api, namespace, until, stays } = framework;
    const rc = controller(framework, 'simpletest.rc', 20, 'orphan-pods');
    until('its pods are told of', () => api.get(ReplicationControllers, { namespace, name: rc.metadata.name }).status?.replicas === 20);
    api.delete(ReplicationControllers, { namespace, name: rc.metadata.name }, { ...preconditions(rc), propagationPolicy: 'Orphan' });
    until('it is gone', () => gone(framework, rc.metadata.name), 120_000);
    stays('the pods', () => podsOf(framework).length === 20);
    expect(podsOf(framework).flatMap(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([]);
  });

  behaviour('api-machinery-059', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const rc = controller(framework, 'simpletest.rc', 20, 'delete-pods-foreground');
    until('its pods are told of', () => api.get(ReplicationControllers, { namespace, name: rc.metadata.name }).status?.replicas === 20);
    api.delete(ReplicationControllers, { namespace, name: rc.metadata.name }, { ...preconditions(rc), propagationPolicy: 'Foreground' });
    expect(api.get(ReplicationControllers, { namespace, name: rc.metadata.name }).metadata.finalizers).toContain('foregroundDeletion');
    until('it is gone, and it did not go before its pods', () => {
      if (!gone(framework, rc.metadata.name)) return false;
      expect(podsOf(framework)).toEqual([]);
      return true;
    }, 120_000);
  });

  behaviour('api-machinery-061', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const going = controller(framework, 'simpletest-rc-to-be-deleted', 10, 'valid-and-pending-owners');
    const staying = controller(framework, 'simpletest-rc-to-stay', 0, 'another-set');
    until('its pods are told of', () => api.get(ReplicationControllers, { namespace, name: going.metadata.name }).status?.replicas === 10);
    const shared = podsOf(framework).slice(0, 5);
    for (const { metadata } of shared) api.patch(Pods, metadata, { metadata: { ownerReferences: [reference(staying, 'ReplicationController')] } });
    api.delete(ReplicationControllers, { namespace, name: going.metadata.name }, { ...preconditions(going), propagationPolicy: 'Foreground' });
    until('it is gone', () => gone(framework, going.metadata.name), 90_000);
    const left = podsOf(framework);
    expect(left.map(({ metadata }) => metadata.name).sort()).toEqual(shared.map(({ metadata }) => metadata.name).sort());
    for (const { metadata } of left) {
      expect(metadata.deletionTimestamp).toBeUndefined();
      expect(metadata.ownerReferences?.map(({ name }) => name)).toEqual([staying.metadata.name]);
    }
  });

  behaviour('api-machinery-060', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const pods = [1, 2, 3].map((i) => api.create(Pods, { metadata: { name: `pod${i}`, namespace }, spec: { containers: [container] } }));
    const [first, second, third] = pods;
    const owns = (owner: Pod | undefined, owned: Pod | undefined) =>
      owner && owned && api.patch(Pods, owned.metadata, { metadata: { ownerReferences: [{ ...reference(owner, 'Pod'), controller: true, blockOwnerDeletion: true }] } });
    owns(third, first);
    owns(first, second);
    owns(second, third);
    api.delete(Pods, { namespace, name: 'pod1' }, { propagationPolicy: 'Foreground' });
    until('all three are gone', () => podsOf(framework).length === 0, 90_000);
  });
});
