import type { Scenarios } from './framework';
import { pod, quota, replicaSet, replicationController } from './manifests';
import { apply, image, relabelPod, remove, removePods, scale, settle, wait } from './steps';

const resize = (replicas: number) => scale('replicasets.apps', 'web', replicas);

export const replicaSets: Scenarios = { controllers: ['replicaset-controller'], scenarios: [
  { name: 'a ReplicaSet comes up', steps: [apply(replicaSet(5))],
    end: [
      '5 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 5 available=5 fullyLabeled=5 ready=5 replicas=5',
    ] },
  { name: 'a ReplicaSet loses the pods first that serve nobody', except: { 'a node crashes for 10': 'what is lost comes back of the version that never is ready' },
    steps: [apply(replicaSet(3)), settle, image('replicasets.apps', 'web', 'bad:1'), resize(6), settle, resize(3)],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web bad:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a ReplicaSet is scaled up and down before it is up', steps: [apply(replicaSet(4)), resize(7), wait(0.5), resize(2)],
    end: [
      '2 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
  { name: 'pods that somebody deletes are replaced', steps: [apply(replicaSet(3)), settle, removePods('app=web', 2)],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a pod that loses its label is released and replaced', steps: [apply(replicaSet(3)), settle, relabelPod('app=web', { app: 'other' })],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'Pod web-* of nobody nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a pod that is there already is adopted', except: { 'a node crashes for 10': 'it is evicted and replaced' },
    steps: [apply(pod('lonely')), wait(5), apply(replicaSet(2))],
    end: [
      'Pod lonely of ReplicaSet web nginx:1 Running Ready',
      'Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
  { name: 'pods are available only after a while', steps: [apply(replicaSet(2, { minReadySeconds: 30 })), settle],
    end: [
      '2 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
  { name: 'what a quota forbids comes when it allows it', steps: [apply(quota({ pods: '2' })), wait(5), apply(replicaSet(4)), wait(20), apply(quota({ pods: '9' }))],
    end: [
      '4 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 4 available=4 fullyLabeled=4 ready=4 replicas=4',
      'ResourceQuota small hard={"pods":"9"} used={"pods":"4"}',
    ] },
  { name: 'a ReplicaSet goes after its pods', steps: [apply(replicaSet(3)), settle, remove('replicasets.apps', 'web', 'Foreground')], end: [] },
  { name: 'a ReplicaSet goes before its pods', steps: [apply(replicaSet(3)), wait(0.02), remove('replicasets.apps', 'web', 'Background')], end: [] },
  { name: 'a ReplicaSet goes and its pods stay, for the next one', steps: [apply(replicaSet(3)), settle, remove('replicasets.apps', 'web', 'Orphan'), settle, apply(replicaSet(2))],
    end: [
      '2 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
] };

export const replicationControllers: Scenarios = { controllers: ['replication-controller'], scenarios: [
  { name: 'a ReplicationController is scaled up and down',
    steps: [apply(replicationController(2)), settle, scale('replicationcontrollers', 'web', 5), settle, scale('replicationcontrollers', 'web', 1)],
    end: [
      'Pod web-* nginx:1 Running Ready',
      'ReplicationController web nginx:1 wants 1 available=1 fullyLabeled=1 ready=1 replicas=1',
    ] },
  { name: 'a ReplicationController goes before its pods', steps: [apply(replicationController(2)), settle, remove('replicationcontrollers', 'web', 'Background')], end: [] },
  { name: 'a ReplicationController goes after its pods', steps: [apply(replicationController(2)), settle, remove('replicationcontrollers', 'web', 'Foreground')], end: [] },
  { name: 'a ReplicationController goes and its pods stay', steps: [apply(replicationController(2)), settle, remove('replicationcontrollers', 'web', 'Orphan')],
    end: [
      '2 x Pod web-* of nobody nginx:1 Running Ready',
    ] },
] };
