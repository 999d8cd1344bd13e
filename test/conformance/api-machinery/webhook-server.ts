import { Namespaces } from '../../../src/kinds/core/namespace';
import { Secrets } from '../../../src/kinds/core/secret';
import { Services } from '../../../src/kinds/core/service';
import { EndpointSlices } from '../../../src/kinds/discovery/endpointslice';
import { Deployments } from '../../../src/kinds/apps/deployment';
import type { MutatingWebhook, RuleWithOperations, ValidatingWebhook } from '../../../src/schema/types';
import { startConformance, type Framework } from '../framework';

const deployment = 'sample-webhook-deployment';
const service = 'e2e-test-webhook';
const servicePort = 8_443;
const containerPort = 8_444;
const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const certificates = '/webhook.local.config/certificates';

/** What the webhooks of a test judge: namespaces and objects that carry this label. */
export const marked = { webhook: 'true' };
const caBundle = btoa('-----BEGIN CERTIFICATE-----');

/** A cluster in which upstream's webhook server runs behind a Service of a marked namespace. */
export function startWithWebhooks(): Framework {
  const framework = startConformance('webhook');
  const { api, namespace, until } = framework;
  api.patch(Namespaces, { name: namespace }, { metadata: { labels: marked } });
  api.create(Secrets, { metadata: { name: 'sample-webhook-secret', namespace }, type: 'Opaque', data: { 'tls.crt': btoa('certificate'), 'tls.key': btoa('key') } });
  const labels = { app: 'sample-webhook', webhook: 'true' };
  api.create(Deployments, {
    metadata: { name: deployment, namespace, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: {
      volumes: [{ name: 'webhook-certs', secret: { secretName: 'sample-webhook-secret' } }],
      containers: [{
        name: 'sample-webhook', image, ports: [{ containerPort }], volumeMounts: [{ name: 'webhook-certs', readOnly: true, mountPath: certificates }],
        args: ['webhook', `--tls-cert-file=${certificates}/tls.crt`, `--tls-private-key-file=${certificates}/tls.key`, '-v=4', `--port=${containerPort}`],
        readinessProbe: { httpGet: { scheme: 'HTTPS', port: containerPort, path: '/readyz' }, periodSeconds: 1, successThreshold: 1, failureThreshold: 30 },
      }],
    } } },
  });
  until('the webhook server is available', () => api.get(Deployments, { namespace, name: deployment }).status?.availableReplicas === 1);
  api.create(Services, { metadata: { name: service, namespace, labels: { test: 'webhook' } },
    spec: { selector: { webhook: 'true' }, ports: [{ protocol: 'TCP', port: servicePort, targetPort: containerPort }] } });
  until('the service has its endpoint', () => api.list(EndpointSlices, namespace, { labelSelector: `kubernetes.io/service-name=${service}` }).items.some(({ endpoints }) => endpoints?.length === 1));
  return framework;
}

type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
/** What a webhook is asked about: operations on resources of a group. */
export const ruleOf = (operations: readonly Operation[], resource: string, apiGroup = '', apiVersion = 'v1'): RuleWithOperations =>
  ({ operations: [...operations], apiGroups: [apiGroup], apiVersions: [apiVersion], resources: [resource] });

/** A webhook at a path of the server, asked about one rule in marked namespaces. */
export const webhookAt = (path: string, name: string, rule: RuleWithOperations, more: Partial<ValidatingWebhook & MutatingWebhook> = {}): ValidatingWebhook & MutatingWebhook => ({
  name: `${name}.k8s.io`, rules: [rule], clientConfig: { caBundle, service: { namespace: 'webhook', name: service, path, port: servicePort } },
  sideEffects: 'None', admissionReviewVersions: ['v1', 'v1beta1'], namespaceSelector: { matchLabels: marked }, ...more,
});

/** The same without the authority that signed the server's certificate: it cannot be called. */
export const uncallable = (webhook: ValidatingWebhook, more: Partial<ValidatingWebhook> = {}): ValidatingWebhook =>
  ({ ...webhook, clientConfig: { ...webhook.clientConfig.service && { service: webhook.clientConfig.service } }, ...more });

const configMaps = 'configmaps';
/** Denies config maps with data that it does not want, but in namespaces that are to be skipped. */
export const denyConfigMaps = webhookAt('/configmaps', 'deny-unwanted-configmap-data', ruleOf(['CREATE', 'UPDATE', 'DELETE'], configMaps), {
  namespaceSelector: { matchLabels: marked, matchExpressions: [{ key: 'skip-webhook-admission', operator: 'NotIn', values: ['yes'] }] },
});
/** Adds a stage to config maps that have the one before. */
export const mutateConfigMaps = (stage: number, more: Partial<MutatingWebhook> = {}): MutatingWebhook =>
  webhookAt('/mutating-configmaps', `adding-configmap-data-stage-${stage}`, ruleOf(['CREATE'], configMaps), more);
