import type { Scenarios } from './framework';
import { deployment } from './manifests';
import { apply, image, patch, remove, scale, settle, undo, wait } from './steps';

const paused = (value: boolean) => patch('deployments.apps', 'web', { spec: { paused: value } });
const to = (version: string) => image('deployments.apps', 'web', version);
const resize = (replicas: number) => scale('deployments.apps', 'web', replicas);

export const deployments: Scenarios = { controllers: ['deployment-controller'], scenarios: [
  { name: 'a Deployment comes up', steps: [apply(deployment(3))],
    end: [
      '3 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 3 available=3 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=3 replicas=3 updated=3',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a Deployment is scaled down', steps: [apply(deployment(5)), settle, resize(2)],
    end: [
      '2 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 2 available=2 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=2 replicas=2 updated=2',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
  { name: 'a Deployment is scaled to nothing', steps: [apply(deployment(3)), settle, resize(0)],
    end: [
      'Deployment web nginx:1 wants 0 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable]',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
    ] },
  { name: 'a new version rolls out', steps: [apply(deployment(4)), settle, to('nginx:2')],
    end: [
      '4 x Pod web-<nginx:2>-* nginx:2 Running Ready',
      'Deployment web nginx:2 wants 4 available=4 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=4 replicas=4 updated=4',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 4 available=4 fullyLabeled=4 ready=4 replicas=4',
    ] },
  { name: 'a Deployment is scaled in the middle of a rollout',
    except: { 'caches are late, of what is owned': 'less of the rollout had been seen by then' },
    steps: [apply(deployment(6)), settle, to('nginx:2'), wait(2), resize(9)],
    end: [
      '9 x Pod web-<nginx:2>-* nginx:2 Running Ready',
      'Deployment web nginx:2 wants 9 available=9 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=9 replicas=9 updated=9',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 9 available=9 fullyLabeled=9 ready=9 replicas=9',
    ] },
  { name: 'three versions come one after the other, the last before the second is out', steps: [apply(deployment(4, { revisionHistoryLimit: 1 })), settle, to('nginx:2'), wait(2), to('nginx:3')],
    end: [
      '4 x Pod web-<nginx:3>-* nginx:3 Running Ready',
      'Deployment web nginx:3 wants 4 available=4 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=4 replicas=4 updated=4',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 0',
      'ReplicaSet web-<nginx:3> of Deployment web nginx:3 wants 4 available=4 fullyLabeled=4 ready=4 replicas=4',
    ] },
  { name: 'a rollout is undone', steps: [apply(deployment(3)), settle, to('nginx:2'), settle, undo('web')],
    end: [
      '3 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 3 available=3 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=3 replicas=3 updated=3',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 0',
    ] },
  { name: 'a version that never is ready is undone in the middle', steps: [apply(deployment(4)), settle, to('bad:2'), wait(30), undo('web')],
    end: [
      '4 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 4 available=4 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=4 replicas=4 updated=4',
      'ReplicaSet web-<bad:2> of Deployment web bad:2 wants 0',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 4 available=4 fullyLabeled=4 ready=4 replicas=4',
    ] },
  { name: 'a version that never is ready gets stuck', steps: [apply(deployment(4, { progressDeadlineSeconds: 120 })), settle, to('bad:2')],
    end: [
      '2 x Pod web-<bad:2>-* bad:2 Running',
      '3 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web bad:2 wants 4 available=3 [Available=True:MinimumReplicasAvailable Progressing=False:ProgressDeadlineExceeded] ready=3 replicas=5 unavailable=2 updated=2',
      'ReplicaSet web-<bad:2> of Deployment web bad:2 wants 2 fullyLabeled=2 replicas=2',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a version replaces another at once', steps: [apply(deployment(3, { strategy: { type: 'Recreate' } })), settle, to('nginx:2')],
    end: [
      '3 x Pod web-<nginx:2>-* nginx:2 Running Ready',
      'Deployment web nginx:2 wants 3 available=3 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=3 replicas=3 updated=3',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'what is changed in a pause comes after it', steps: [apply(deployment(3)), settle, paused(true), to('nginx:2'), resize(5), settle, paused(false)],
    end: [
      '5 x Pod web-<nginx:2>-* nginx:2 Running Ready',
      'Deployment web nginx:2 wants 5 available=5 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=5 replicas=5 updated=5',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 5 available=5 fullyLabeled=5 ready=5 replicas=5',
    ] },
  { name: 'a Deployment goes after its dependents', steps: [apply(deployment(3)), settle, remove('deployments.apps', 'web', 'Foreground')], end: [] },
  { name: 'a Deployment goes before its dependents', steps: [apply(deployment(3)), wait(1), remove('deployments.apps', 'web', 'Background')], end: [] },
  { name: 'a Deployment goes and its ReplicaSet stays', steps: [apply(deployment(3)), settle, remove('deployments.apps', 'web', 'Orphan')],
    end: [
      '3 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'ReplicaSet web-<nginx:1> nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'what a Deployment left is adopted by the next', steps: [apply(deployment(3)), settle, remove('deployments.apps', 'web', 'Orphan'), settle, apply(deployment(2))],
    end: [
      '2 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 2 available=2 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=2 replicas=2 updated=2',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
] };
