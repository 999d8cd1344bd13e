import type { Scenarios } from './framework';
import { autoscaler, deployment, template } from './manifests';
import { apply, image, load, remove, settle, wait } from './steps';

const requests = (replicas: number) => deployment(replicas, { template: template('nginx:1', { containers: [{ name: 'main', image: 'nginx:1', resources: { requests: { cpu: '100m' } } }] }) });
const averages = { 'another writer': 'what was measured while pods came up is of chance' };

export const autoscalers: Scenarios = { controllers: ['horizontal-pod-autoscaler'], scenarios: [
  { name: 'more work makes more pods', steps: [apply(requests(1)), apply(autoscaler(1, 10)), load(50), settle, load(300)],
    end: [
      '6 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 6 available=6 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=6 replicas=6 updated=6',
      'HorizontalPodAutoscaler web [AbleToScale=True:ReadyForNewScale ScalingActive=True:ValidMetricFound ScalingLimited=False:DesiredWithinRange] at 50% current=6 desired=6',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 6 available=6 fullyLabeled=6 ready=6 replicas=6',
    ], except: averages },
  { name: 'less work makes fewer pods, after a while', steps: [apply(requests(6)), apply(autoscaler(2, 10)), load(300), settle, load(10), settle],
    end: [
      '2 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 2 available=2 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=2 replicas=2 updated=2',
      'HorizontalPodAutoscaler web [AbleToScale=True:ReadyForNewScale ScalingActive=True:ValidMetricFound ScalingLimited=True:TooFewReplicas] at 5% current=2 desired=2',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
    ] },
  { name: 'there is a limit to pods', steps: [apply(requests(1)), apply(autoscaler(1, 4)), load(2_000), settle],
    end: [
      '4 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 4 available=4 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=4 replicas=4 updated=4',
      'HorizontalPodAutoscaler web [AbleToScale=True:ReadyForNewScale ScalingActive=True:ValidMetricFound ScalingLimited=True:TooManyReplicas] at 500% current=4 desired=4',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 4 available=4 fullyLabeled=4 ready=4 replicas=4',
    ] },
  { name: 'a new version rolls out while there is much to do', steps: [apply(requests(2)), apply(autoscaler(2, 10)), load(300), settle, image('deployments.apps', 'web', 'nginx:2'), settle],
    end: [
      '6 x Pod web-<nginx:2>-* nginx:2 Running Ready',
      'Deployment web nginx:2 wants 6 available=6 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=6 replicas=6 updated=6',
      'HorizontalPodAutoscaler web [AbleToScale=True:ReadyForNewScale ScalingActive=True:ValidMetricFound ScalingLimited=False:DesiredWithinRange] at 50% current=6 desired=6',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 6 available=6 fullyLabeled=6 ready=6 replicas=6',
    ] },
  { name: 'without an autoscaler the size stays', steps: [apply(requests(1)), apply(autoscaler(1, 10)), load(300), settle, remove('horizontalpodautoscalers.autoscaling', 'web'), wait(5), load(10)],
    end: [
      '6 x Pod web-<nginx:1>-* nginx:1 Running Ready',
      'Deployment web nginx:1 wants 6 available=6 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=6 replicas=6 updated=6',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 6 available=6 fullyLabeled=6 ready=6 replicas=6',
    ] },
] };
