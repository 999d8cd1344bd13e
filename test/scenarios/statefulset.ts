import type { Scenarios } from './framework';
import { statefulSet, template } from './manifests';
import { apply, image, patch, remove, removePods, scale, settle, undoRevision, wait } from './steps';

const resize = (replicas: number) => scale('statefulsets.apps', 'web', replicas);
const to = (version: string) => image('statefulsets.apps', 'web', version);
const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

const threeReady = [
  'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
  'Pod web-0 of StatefulSet web nginx:1 Running Ready',
  'Pod web-1 of StatefulSet web nginx:1 Running Ready',
  'Pod web-2 of StatefulSet web nginx:1 Running Ready',
  'StatefulSet web nginx:1 wants 3 available=3 current=3 currentRevision=web-<nginx:1> ready=3 replicas=3 updateRevision=web-<nginx:1> updated=3',
];

export const statefulSets: Scenarios = { controllers: ['statefulset-controller'], scenarios: [
  { name: 'a StatefulSet comes up one pod after the other', steps: [apply(statefulSet(3))],
    end: threeReady },
  { name: 'a StatefulSet comes up all at once', steps: [apply(statefulSet(3, { podManagementPolicy: 'Parallel' }))],
    end: threeReady },
  { name: 'a StatefulSet waits for a pod that never is ready', steps: [apply(statefulSet(3, { template: template('bad:1') }))],
    end: [
      'ControllerRevision web-<bad:1> of StatefulSet web revision 1',
      'Pod web-0 of StatefulSet web bad:1 Running',
      'StatefulSet web bad:1 wants 3 current=1 currentRevision=web-<bad:1> replicas=1 updateRevision=web-<bad:1> updated=1',
    ] },
  { name: 'a StatefulSet loses its last pods first', steps: [apply(statefulSet(4)), settle, resize(1)],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'StatefulSet web nginx:1 wants 1 available=1 current=1 currentRevision=web-<nginx:1> ready=1 replicas=1 updateRevision=web-<nginx:1> updated=1',
    ] },
  { name: 'a StatefulSet all at once is scaled up and down', steps: [apply(statefulSet(2, { podManagementPolicy: 'Parallel' })), wait(1), resize(5), wait(1), resize(3)],
    end: threeReady },
  { name: 'ordinals begin elsewhere', steps: [apply(statefulSet(3)), settle, patch('statefulsets.apps', 'web', { spec: { ordinals: { start: 2 } } })],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'Pod web-2 of StatefulSet web nginx:1 Running Ready',
      'Pod web-3 of StatefulSet web nginx:1 Running Ready',
      'Pod web-4 of StatefulSet web nginx:1 Running Ready',
      'StatefulSet web nginx:1 wants 3 available=3 current=3 currentRevision=web-<nginx:1> ready=3 replicas=3 updateRevision=web-<nginx:1> updated=3',
    ] },
  { name: 'a new version goes from the last pod to the first', steps: [apply(statefulSet(3)), settle, to('nginx:2')],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'ControllerRevision web-<nginx:2> of StatefulSet web revision 2',
      'Pod web-0 of StatefulSet web nginx:2 Running Ready',
      'Pod web-1 of StatefulSet web nginx:2 Running Ready',
      'Pod web-2 of StatefulSet web nginx:2 Running Ready',
      'StatefulSet web nginx:2 wants 3 available=3 current=3 currentRevision=web-<nginx:2> ready=3 replicas=3 updateRevision=web-<nginx:2> updated=3',
    ] },
  { name: 'a new version stops at the partition', steps: [apply(statefulSet(4, rolling({ partition: 2 }))), settle, to('nginx:2')],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'ControllerRevision web-<nginx:2> of StatefulSet web revision 2',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'Pod web-2 of StatefulSet web nginx:2 Running Ready',
      'Pod web-3 of StatefulSet web nginx:2 Running Ready',
      'StatefulSet web nginx:2 wants 4 available=4 current=2 currentRevision=web-<nginx:1> ready=4 replicas=4 updateRevision=web-<nginx:2> updated=2',
    ] },
  { name: 'a new version goes two pods at a time', steps: [apply(statefulSet(5, rolling({ maxUnavailable: 2 }))), settle, to('nginx:2')],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'ControllerRevision web-<nginx:2> of StatefulSet web revision 2',
      'Pod web-0 of StatefulSet web nginx:2 Running Ready',
      'Pod web-1 of StatefulSet web nginx:2 Running Ready',
      'Pod web-2 of StatefulSet web nginx:2 Running Ready',
      'Pod web-3 of StatefulSet web nginx:2 Running Ready',
      'Pod web-4 of StatefulSet web nginx:2 Running Ready',
      'StatefulSet web nginx:2 wants 5 available=5 current=5 currentRevision=web-<nginx:2> ready=5 replicas=5 updateRevision=web-<nginx:2> updated=5',
    ] },
  { name: 'a new version waits until the pods are deleted',
    steps: [apply(statefulSet(2, { updateStrategy: { type: 'OnDelete' } })), settle, to('nginx:2'), settle, removePods('statefulset.kubernetes.io/pod-name=web-0')],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'ControllerRevision web-<nginx:2> of StatefulSet web revision 2',
      'Pod web-0 of StatefulSet web nginx:2 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'StatefulSet web nginx:2 wants 2 available=2 current=1 currentRevision=web-<nginx:1> ready=2 replicas=2 updateRevision=web-<nginx:2> updated=1',
    ] },
  { name: 'a StatefulSet is brought back to the version before', steps: [apply(statefulSet(3)), settle, to('nginx:2'), settle, undoRevision('statefulsets.apps', 'web')],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 3',
      'ControllerRevision web-<nginx:2> of StatefulSet web revision 2',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'Pod web-2 of StatefulSet web nginx:1 Running Ready',
      'StatefulSet web nginx:1 wants 3 available=3 current=3 currentRevision=web-<nginx:1> ready=3 replicas=3 updateRevision=web-<nginx:1> updated=3',
    ] },
  { name: 'a version that never is ready goes back when its pod is deleted',
    except: { 'a node crashes': 'a pod that is lost comes back of the version that never is ready' },
    steps: [apply(statefulSet(2)), settle, to('bad:2'), settle, undoRevision('statefulsets.apps', 'web'), settle, removePods('statefulset.kubernetes.io/pod-name=web-1')],
    end: [
      'ControllerRevision web-<bad:2> of StatefulSet web revision 2',
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 3',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'StatefulSet web nginx:1 wants 2 available=2 current=2 currentRevision=web-<nginx:1> ready=2 replicas=2 updateRevision=web-<nginx:1> updated=2',
    ] },
  { name: 'the history of a StatefulSet has only so many versions', steps: [apply(statefulSet(1, { revisionHistoryLimit: 1 })), settle, to('nginx:2'), settle, to('nginx:3'), settle, to('nginx:4')],
    end: [
      'ControllerRevision web-<nginx:3> of StatefulSet web revision 3',
      'ControllerRevision web-<nginx:4> of StatefulSet web revision 4',
      'Pod web-0 of StatefulSet web nginx:4 Running Ready',
      'StatefulSet web nginx:4 wants 1 available=1 current=1 currentRevision=web-<nginx:4> ready=1 replicas=1 updateRevision=web-<nginx:4> updated=1',
    ] },
  { name: 'a StatefulSet goes after its pods', steps: [apply(statefulSet(2)), settle, remove('statefulsets.apps', 'web', 'Foreground')], end: [] },
  { name: 'a StatefulSet goes before its pods', steps: [apply(statefulSet(2)), wait(1), remove('statefulsets.apps', 'web', 'Background')], end: [] },
  { name: 'a StatefulSet goes and its pods stay, for the next one', steps: [apply(statefulSet(2)), settle, remove('statefulsets.apps', 'web', 'Orphan'), settle, apply(statefulSet(3))],
    end: threeReady },
] };
