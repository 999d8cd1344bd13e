import { describe, expect } from 'vitest';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import { behaviour } from '../behaviours';
import { found, startConformance } from '../framework';

describe('ordered namespace deletion', () => {
  behaviour('api-machinery-074', () => {
    const { api, namespace, until, stays } = startConformance('namespacedeletion');
    const finalizers = ['e2e.example.com/finalizer'];
    const pod = { namespace, name: 'pod-with-finalizer' };
    const settings = { namespace, name: 'configmap-in-namespace' };
    api.create(Pods, { metadata: { ...pod, finalizers }, spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] } });
    api.create(ConfigMaps, { metadata: settings, data: { key: 'value' } });
    api.delete(Namespaces, { name: namespace });
    until('the pod is being deleted', () => api.get(Pods, pod).metadata.deletionTimestamp !== undefined);
    until('the namespace tells that pods remain', () =>
      api.get(Namespaces, { name: namespace }).status?.conditions?.some(({ type, status, message }) => type === 'NamespaceContentRemaining' && status === 'True' && message?.includes('pods. has 1')));
    stays('the configmap', () => api.get(ConfigMaps, settings).metadata.deletionTimestamp === undefined);
    api.patch(Pods, pod, { metadata: { finalizers: null } }, 'merge');
    until('the namespace is gone', () => found(() => api.get(Namespaces, { name: namespace })) === undefined);
    expect(found(() => api.get(ConfigMaps, settings))).toBeUndefined();
  });
});
