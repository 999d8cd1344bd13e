import type { Scenarios } from './framework';
import { daemonSet } from './manifests';
import { apply, image, labelNode, remove, removePods, settle, undoRevision, wait } from './steps';

const to = (version: string) => image('daemonsets.apps', 'web', version);
const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

export const daemonSets: Scenarios = { controllers: ['daemonset-controller'], scenarios: [
  { name: 'a DaemonSet comes to every node', steps: [apply(daemonSet())],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'DaemonSet web nginx:1 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'a DaemonSet comes to the nodes of a label, and goes with it',
    steps: [labelNode('node-1', { disk: 'fast' }), labelNode('node-2', { disk: 'fast' }), apply(daemonSet({}, { nodeSelector: { disk: 'fast' } })), settle,
      labelNode('node-3', { disk: 'fast' }), labelNode('node-2', { disk: 'slow' })],
    end: [
      '2 x Pod web-* nginx:1 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'DaemonSet web nginx:1 currentNumberScheduled=2 desiredNumberScheduled=2 numberAvailable=2 numberReady=2 updatedNumberScheduled=2',
      'web is on node-1, node-3',
    ] },
  { name: 'a new version goes node by node', steps: [apply(daemonSet()), settle, to('nginx:2')],
    end: [
      '3 x Pod web-* nginx:2 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'ControllerRevision web-<nginx:2> of DaemonSet web revision 2',
      'DaemonSet web nginx:2 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'a new version comes beside the old one', steps: [apply(daemonSet(rolling({ maxSurge: 1, maxUnavailable: 0 }))), settle, to('nginx:2')],
    end: [
      '3 x Pod web-* nginx:2 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'ControllerRevision web-<nginx:2> of DaemonSet web revision 2',
      'DaemonSet web nginx:2 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'a version that never is ready stops at the first node', steps: [apply(daemonSet()), settle, to('bad:2')],
    end: [
      '2 x Pod web-* nginx:1 Running Ready',
      'ControllerRevision web-<bad:2> of DaemonSet web revision 2',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'DaemonSet web bad:2 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=2 numberReady=2 numberUnavailable=1 updatedNumberScheduled=1',
      'Pod web-* bad:2 Running',
      'web is on node-1, node-2, node-3',
    ],
    except: { 'a node crashes': 'a pod that is not available already is replaced at once' } },
  { name: 'a version that never is ready is undone', steps: [apply(daemonSet(rolling({ maxSurge: 1, maxUnavailable: 0 }))), settle, to('bad:2'), settle, undoRevision('daemonsets.apps', 'web')],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'ControllerRevision web-<bad:2> of DaemonSet web revision 2',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 3',
      'DaemonSet web nginx:1 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'a new version waits for somebody to delete the pods', steps: [apply(daemonSet({ updateStrategy: { type: 'OnDelete' } })), settle, to('nginx:2'), settle, removePods('app=web', 3)],
    end: [
      '3 x Pod web-* nginx:2 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'ControllerRevision web-<nginx:2> of DaemonSet web revision 2',
      'DaemonSet web nginx:2 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'a DaemonSet is brought back to the version before', steps: [apply(daemonSet()), settle, to('nginx:2'), settle, undoRevision('daemonsets.apps', 'web')],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 3',
      'ControllerRevision web-<nginx:2> of DaemonSet web revision 2',
      'DaemonSet web nginx:1 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'the history of a DaemonSet has only so many versions', steps: [apply(daemonSet({ revisionHistoryLimit: 1 })), settle, to('nginx:2'), settle, to('nginx:3'), settle, to('nginx:4')],
    end: [
      '3 x Pod web-* nginx:4 Running Ready',
      'ControllerRevision web-<nginx:3> of DaemonSet web revision 3',
      'ControllerRevision web-<nginx:4> of DaemonSet web revision 4',
      'DaemonSet web nginx:4 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
  { name: 'a DaemonSet goes after its pods', steps: [apply(daemonSet()), settle, remove('daemonsets.apps', 'web', 'Foreground')], end: [] },
  { name: 'a DaemonSet goes before its pods', steps: [apply(daemonSet()), wait(0.5), remove('daemonsets.apps', 'web', 'Background')], end: [] },
  { name: 'a DaemonSet goes and its pods stay, for the next one', steps: [apply(daemonSet()), settle, remove('daemonsets.apps', 'web', 'Orphan'), settle, apply(daemonSet())],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'ControllerRevision web-<nginx:1> of DaemonSet web revision 1',
      'DaemonSet web nginx:1 currentNumberScheduled=3 desiredNumberScheduled=3 numberAvailable=3 numberReady=3 updatedNumberScheduled=3',
      'web is on node-1, node-2, node-3',
    ] },
] };
