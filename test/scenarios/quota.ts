import type { Scenarios } from './framework';
import { deployment, job, quota, replicaSet, service } from './manifests';
import { apply, image, remove, scale, settle } from './steps';

export const quotas: Scenarios = { controllers: ['resourcequota-controller'], scenarios: [
  { name: 'a quota counts what there is', steps: [apply(replicaSet(3)), apply(service()), settle, apply(quota({ pods: '9', services: '2', 'count/replicasets.apps': '4' }))],
    end: [
      '3 x Pod web-* nginx:1 Running Ready',
      'EndpointSlice web-* of Service web 3 ready of 3 on 80',
      'Endpoints web 3 ready 0 not on 80',
      'ReplicaSet web nginx:1 wants 3 available=3 fullyLabeled=3 ready=3 replicas=3',
      'ResourceQuota small hard={"pods":"9","services":"2","count/replicasets.apps":"4"} used={"pods":"3","services":"1","count/replicasets.apps":"1"}',
      'Service web',
    ] },
  { name: 'a quota counts what comes and goes',
    steps: [apply(quota({ pods: '9', 'count/replicasets.apps': '4' })), settle, apply(deployment(3)), settle, image('deployments.apps', 'web', 'nginx:2'), settle, scale('deployments.apps', 'web', 1)],
    end: [
      'Deployment web nginx:2 wants 1 available=1 [Available=True:MinimumReplicasAvailable Progressing=True:NewReplicaSetAvailable] ready=1 replicas=1 updated=1',
      'Pod web-<nginx:2>-* nginx:2 Running Ready',
      'ReplicaSet web-<nginx:1> of Deployment web nginx:1 wants 0',
      'ReplicaSet web-<nginx:2> of Deployment web nginx:2 wants 1 available=1 fullyLabeled=1 ready=1 replicas=1',
      'ResourceQuota small hard={"pods":"9","count/replicasets.apps":"4"} used={"pods":"1","count/replicasets.apps":"2"}',
    ] },
  { name: 'what has ended is not counted', steps: [apply(quota({ pods: '4', 'count/jobs.batch': '5' })), settle, apply(job(['5', '0'], { completions: 3, parallelism: 3 }))],
    end: [
      '3 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=3',
      'ResourceQuota small hard={"pods":"4","count/jobs.batch":"5"} used={"pods":"0","count/jobs.batch":"1"}',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a quota frees what goes for what waits',
    steps: [apply(quota({ pods: '3' })), settle, apply(replicaSet(3)), settle, apply(job(['5', '0'], { completions: 2, parallelism: 2 })), settle, scale('replicasets.apps', 'web', 1), settle],
    end: [
      '2 x Pod work-* work:1 Succeeded',
      'Job work work:1 [Complete=True:CompletionsReached SuccessCriteriaMet=True:CompletionsReached] succeeded=2',
      'Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 1 available=1 fullyLabeled=1 ready=1 replicas=1',
      'ResourceQuota small hard={"pods":"3"} used={"pods":"1"}',
    ],
    except: { 'a node crashes': 'pods on that node count as failed' } },
  { name: 'a quota changes what it counts', steps: [apply(quota({ pods: '9' })), apply(replicaSet(2)), settle, apply(quota({ pods: null, 'count/pods': '5' }))],
    end: [
      '2 x Pod web-* nginx:1 Running Ready',
      'ReplicaSet web nginx:1 wants 2 available=2 fullyLabeled=2 ready=2 replicas=2',
      'ResourceQuota small hard={"count/pods":"5"} used={"count/pods":"2"}',
    ] },
  { name: 'all that was counted goes', steps: [apply(quota({ pods: '9' })), apply(replicaSet(2)), settle, remove('replicasets.apps', 'web')],
    end: [
      'ResourceQuota small hard={"pods":"9"} used={"pods":"0"}',
    ] },
] };
