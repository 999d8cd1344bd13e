import type { Scenarios } from './framework';
import { budget, deployment, replicaSet, statefulSet } from './manifests';
import { apply, evict, image, remove, scale, settle } from './steps';

export const disruptions: Scenarios = { controllers: ['controllermanager'], scenarios: [
  { name: 'a budget counts the pods that serve', steps: [apply(deployment(4)), apply(budget({ minAvailable: 2 }))],
    end: [
      '4 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 4 available=4 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=4 replicas=4 updated=4',
      'PodDisruptionBudget web [DisruptionAllowed=True:SufficientPods] currentHealthy=4 desiredHealthy=2 disruptionsAllowed=2 expectedPods=4',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 4 available=4 fullyLabeled=4 ready=4 replicas=4',
    ] },
  { name: 'a budget counts what its controllers want',
    except: { 'caches are late, of owners': 'it looks again when one of the pods changes, as upstream does' },
    steps: [apply(budget({ maxUnavailable: '25%' })), apply(replicaSet(4)), settle, scale('replicasets.apps', 'web', 8)],
    end: [
      '8 x Pod web-* nginx:1 Running Ready',
      'PodDisruptionBudget web [DisruptionAllowed=True:SufficientPods] currentHealthy=8 desiredHealthy=6 disruptionsAllowed=2 expectedPods=8',
      'ReplicaSet web nginx:1 wants 8 available=8 fullyLabeled=8 ready=8 replicas=8',
    ] },
  { name: 'a budget allows nothing while a version never is ready', steps: [apply(deployment(4)), apply(budget({ maxUnavailable: 1 })), settle, image('deployments.apps', 'web', 'bad:2')],
    end: [
      '2 x Pod web-<bad:2>-* bad:2 Running',
      '3 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web bad:2 wants 4 available=3 [Available=True:MinimumReplicasAvailable Progressing=False:ProgressDeadlineExceeded] ready=3 replicas=5 unavailable=2 updated=2',
      'PodDisruptionBudget web [DisruptionAllowed=False:InsufficientPods] currentHealthy=3 desiredHealthy=3 expectedPods=4',
      'ReplicaSet web-<bad:2> of Deployment web bad:2 wants 2 fullyLabeled=2 replicas=2',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
    ] },
  { name: 'a budget gives back what an eviction took', steps: [apply(statefulSet(3)), apply(budget({ minAvailable: '50%' })), settle, evict('web-1'), settle],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'Pod web-2 of StatefulSet web nginx:1 Running Ready',
      'PodDisruptionBudget web [DisruptionAllowed=True:SufficientPods] currentHealthy=3 desiredHealthy=2 disruptionsAllowed=1 expectedPods=3',
      'StatefulSet web nginx:1 wants 3 available=3 current=3 currentRevision=web-<nginx:1> ready=3 replicas=3 updateRevision=web-<nginx:1> updated=3',
    ] },
  { name: 'an eviction too many is refused', steps: [apply(statefulSet(2)), apply(budget({ minAvailable: 2 })), settle, evict('web-1'), settle],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'PodDisruptionBudget web [DisruptionAllowed=False:InsufficientPods] currentHealthy=2 desiredHealthy=2 expectedPods=2',
      'StatefulSet web nginx:1 wants 2 available=2 current=2 currentRevision=web-<nginx:1> ready=2 replicas=2 updateRevision=web-<nginx:1> updated=2',
    ] },
  { name: 'a budget changes its mind', steps: [apply(statefulSet(3)), apply(budget({ minAvailable: 3 })), settle, apply(budget({ minAvailable: 1 }))],
    end: [
      'ControllerRevision web-<nginx:1> of StatefulSet web revision 1',
      'Pod web-0 of StatefulSet web nginx:1 Running Ready',
      'Pod web-1 of StatefulSet web nginx:1 Running Ready',
      'Pod web-2 of StatefulSet web nginx:1 Running Ready',
      'PodDisruptionBudget web [DisruptionAllowed=True:SufficientPods] currentHealthy=3 desiredHealthy=1 disruptionsAllowed=2 expectedPods=3',
      'StatefulSet web nginx:1 wants 3 available=3 current=3 currentRevision=web-<nginx:1> ready=3 replicas=3 updateRevision=web-<nginx:1> updated=3',
    ] },
  { name: 'a budget without pods', steps: [apply(statefulSet(2)), apply(budget({ minAvailable: 1 })), settle, remove('statefulsets.apps', 'web')],
    end: [
      'PodDisruptionBudget web [DisruptionAllowed=False:InsufficientPods] desiredHealthy=1',
    ] },
] };
