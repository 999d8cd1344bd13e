import { describe, expect } from 'vitest';
import { ControllerRevisions } from '../../../src/kinds/apps/controllerrevision';
import { DaemonSets } from '../../../src/kinds/apps/daemonset';
import { hashOf } from '../../../src/lib/hash';
import { behaviour } from '../behaviours';
import { startConformance } from '../framework';
import { isReady, podsWith, webTemplate } from './support';

const name = 'e2e-daemon-set';
const labels = { 'daemonset-name': name };
const labelSelector = `daemonset-name=${name}`;

describe('controller revisions', () => {
  behaviour('apps-001', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const template = webTemplate(labels);
    api.create(DaemonSets, { metadata: { name, namespace, labels },
      spec: { selector: { matchLabels: labels }, template: { ...template, spec: { ...template.spec, terminationGracePeriodSeconds: 30 } } } });
    until('its pods are ready', () => { const { status } = api.get(DaemonSets, { namespace, name });
      return status?.numberReady === status?.desiredNumberScheduled && podsWith(framework, labelSelector).some(isReady); });
    const set = api.get(DaemonSets, { namespace, name });
    const listed = () => api.list(ControllerRevisions, namespace, { labelSelector }).items;
    const quantity = (count: number) => until(`there are ${count}`, () => { const found = listed(); return found.length === count && found; });
    const [initial] = api.list(ControllerRevisions, undefined, { labelSelector }).items;
    if (!initial) throw new Error('no revision');
    expect(initial.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'DaemonSet', uid: set.metadata.uid });
    const patched = api.patch(ControllerRevisions, { namespace, name: initial.metadata.name }, { metadata: { labels: { [initial.metadata.name]: 'patched' } } });
    expect(patched.metadata.labels).toMatchObject({ [initial.metadata.name]: 'patched' });

    // Another one with the same data, under the name that the next template's revision would have.
    const hash = hashOf({ ...set.spec.template, spec: { ...set.spec.template.spec, terminationGracePeriodSeconds: 1 } }, set.status?.collisionCount);
    api.create(ControllerRevisions, {
      metadata: { name: `${name}-${hash}`, namespace, labels: { ...labels, 'controller-revision-hash': hash },
        ...(initial.metadata.ownerReferences && { ownerReferences: initial.metadata.ownerReferences }) },
      ...(initial.data !== undefined && { data: initial.data }), revision: initial.revision + 1,
    });
    quantity(2);
    api.delete(ControllerRevisions, { namespace, name: initial.metadata.name });
    const [left] = quantity(1);
    if (!left) throw new Error('none is left');
    const fresh = api.get(ControllerRevisions, { namespace, name: left.metadata.name });
    const updated = api.update(ControllerRevisions, { ...fresh, metadata: { ...fresh.metadata, labels: { ...fresh.metadata.labels, [left.metadata.name]: 'updated' } } });
    expect(updated.metadata.labels).toMatchObject({ [left.metadata.name]: 'updated' });
    api.patch(DaemonSets, { namespace, name }, { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } });
    quantity(2);
    expect(api.get(DaemonSets, { namespace, name }).status?.collisionCount).toBe(1);
    api.deleteCollection(ControllerRevisions, namespace, { labelSelector: `${left.metadata.name}=updated` });
    const [last] = quantity(1);
    expect(last?.revision).toBe(3);
  });
});
