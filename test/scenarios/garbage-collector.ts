import type { Scenarios } from './framework';
import { configMap, deployment, statefulSet } from './manifests';
import { apply, owned, patch, remove, settle, wait } from './steps';

export const collections: Scenarios = { controllers: ['garbage-collector-controller'], scenarios: [
  { name: 'dependents of dependents go first', steps: [apply(deployment(3)), settle, remove('deployments.apps', 'web', 'Foreground')], end: [] },
  { name: 'dependents of dependents go after', steps: [apply(deployment(3)), settle, remove('deployments.apps', 'web', 'Background')], end: [] },
  { name: 'dependents stay, and theirs with them', steps: [apply(deployment(3)), settle, remove('deployments.apps', 'web', 'Orphan')],
    end: [
      '3 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'ReplicaSet web-<nginx:1> nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a rollout is deleted in the middle',
    steps: [apply(deployment(4)), wait(1.5), patch('deployments.apps', 'web', { spec: { replicas: 6 } }), remove('deployments.apps', 'web', 'Foreground')], end: [] },
  { name: 'history and pods of a StatefulSet go', steps: [apply(statefulSet(2)), settle, remove('statefulsets.apps', 'web', 'Background')], end: [] },
  { name: 'what has another owner stays with it', steps: [apply(configMap('a')), apply(configMap('b')), owned('child', ['a', 'b']), wait(5), remove('configmaps', 'a', 'Background')],
    end: [
      'ConfigMap b',
      'ConfigMap child also of ConfigMap b',
    ] },
  { name: 'what has lost all its owners goes',
    steps: [apply(configMap('a')), apply(configMap('b')), owned('child', ['a', 'b']), owned('grandchild', ['child']), wait(5), remove('configmaps', 'a'), settle, remove('configmaps', 'b')], end: [] },
  { name: 'what is owned by what it owns stays', steps: [apply(configMap('a')), owned('b', ['a']), owned('c', ['b']), owned('b', ['a', 'c']), wait(5), remove('configmaps', 'a', 'Foreground')],
    end: [
      'ConfigMap b also of ConfigMap c',
      'ConfigMap c also of ConfigMap b',
    ] },
  { name: 'an owner waits for a dependent that somebody holds', steps: [apply(configMap('a')), owned('child', ['a'], ['example.com/hold']), wait(5), remove('configmaps', 'a', 'Foreground')],
    end: [
      'ConfigMap a going held by foregroundDeletion',
      'ConfigMap child also of ConfigMap a going held by example.com/hold',
    ] },
] };
