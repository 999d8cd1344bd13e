import { admissionHandler, admissionPort } from '../../controllers/vertical-pod-autoscaler/admission';
import { recommender } from '../../controllers/vertical-pod-autoscaler/recommender';
import { updater } from '../../controllers/vertical-pod-autoscaler/updater';
import { checkpointDefinition, verticalPodAutoscalerDefinition } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { MutatingWebhookConfigurations } from '../../kinds/admissionregistration/webhook-configurations';
import { CustomResourceDefinitions } from '../../kinds/apiextensions/customresourcedefinition';
import { Services } from '../../kinds/core/service';
import { rootCertificate } from '../root-certificate';
import { installed, optionalImages, type OptionalPart } from '../optional-part';
import { systemProgram } from './system-program';

const namespace = 'kube-system';
const version = '1.5.1';
const reads = ['get', 'list', 'watch'];
const targets = [
  { apiGroups: ['', 'apps', 'batch'], resources: ['pods', 'replicationcontrollers', 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'], verbs: reads },
  { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalers'], verbs: reads },
];
const program = 'vpa-admission-controller';

export const verticalPodAutoscaler: OptionalPart = {
  name: 'vertical-pod-autoscaler',
  summary: 'verticalpodautoscalers.autoscaling.k8s.io: pods request what they were seen to use',
  objects: [
    installed(CustomResourceDefinitions, verticalPodAutoscalerDefinition),
    installed(CustomResourceDefinitions, checkpointDefinition),
    ...systemProgram('vpa-recommender', `${optionalImages.vpaRecommender}:${version}`, [
      ...targets,
      { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalers/status'], verbs: ['get', 'patch', 'update'] },
      { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalercheckpoints'], verbs: [...reads, 'create', 'patch', 'delete'] },
      { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalercheckpoints/status'], verbs: ['patch'] },
      { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get', 'list'] },
    ]),
    ...systemProgram('vpa-updater', `${optionalImages.vpaUpdater}:${version}`, [
      ...targets,
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      { apiGroups: [''], resources: ['pods', 'pods/resize'], verbs: ['patch'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    ]),
    ...systemProgram(program, `${optionalImages.vpaAdmission}:${version}`, targets, { ports: [{ name: 'webhook', containerPort: admissionPort }] }),
    installed(Services, { metadata: { name: 'vpa-webhook', namespace }, spec: { ports: [{ port: 443, targetPort: admissionPort }], selector: { app: program } } }),
    installed(MutatingWebhookConfigurations, {
      metadata: { name: 'vpa-webhook-config' },
      webhooks: [{
        name: 'vpa.k8s.io', admissionReviewVersions: ['v1'], sideEffects: 'None', timeoutSeconds: 30, failurePolicy: 'Ignore',
        clientConfig: { service: { namespace, name: 'vpa-webhook', port: 443 }, caBundle: btoa(rootCertificate) },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          { apiGroups: ['autoscaling.k8s.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['verticalpodautoscalers'] },
        ],
      }],
    }),
  ],
  inside: {
    [optionalImages.vpaRecommender]: () => [recommender],
    [optionalImages.vpaUpdater]: () => [updater],
    [optionalImages.vpaAdmission]: () => [],
  },
  answers: { [optionalImages.vpaAdmission]: (informers) => { const handler = admissionHandler(informers); return (port) => (port === admissionPort ? handler : undefined); } },
};
