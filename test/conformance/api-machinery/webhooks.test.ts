import { describe, expect } from 'vitest';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../../../src/kinds/admissionregistration/webhook-configurations';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import type { Draft, KubeObject, Resource } from '../../../src/api/types';
import { handle } from '../../../src/apiserver/http/handle';
import { clusterAdmin } from '../../../src/cluster';
import { StatusError } from '../../../src/api/status';
import { behaviour } from '../behaviours';
import { found, refusal } from '../framework';
import { pathOf } from '../rest-client';
import { denyConfigMaps, marked, mutateConfigMaps, ruleOf, startWithWebhooks, uncallable, webhookAt } from './webhook-server';

const pause = 'registry.k8s.io/pause:3.10';
const unwanted = { 'webhook-e2e-test': 'webhook-disallow' };
const start = { 'mutation-start': 'yes' };
const deniedConfigMap = 'the configmap contains unwanted key and value';

type Custom = KubeObject & { readonly data?: Readonly<Record<string, string>> };
const Customs: Resource<Custom> = { resource: 'customs.webhook.example.com', group: 'webhook.example.com', version: 'v1', apiVersion: 'webhook.example.com/v1', kind: 'Custom', namespaced: true };
const definition = (labels: Readonly<Record<string, string>> = {}) => ({
  metadata: { name: 'customs.webhook.example.com', labels },
  spec: {
    group: 'webhook.example.com', scope: 'Namespaced', names: { plural: 'customs', kind: 'Custom' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
  },
} as const);

describe('validating webhooks', () => {
  behaviour('api-machinery-011', () => {
    const { api, namespace } = startWithWebhooks();
    const denyPods = webhookAt('/pods', 'deny-unwanted-pod-container-name-and-label', ruleOf(['CREATE'], 'pods'));
    const failOpen = uncallable(denyConfigMaps, { name: 'fail-open.k8s.io', rules: [ruleOf(['CREATE'], 'configmaps')], failurePolicy: 'Ignore' });
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'denies' }, webhooks: [denyPods, denyConfigMaps, failOpen] });
    const pod = (name: string, container: string,
      label: string) => ({ metadata: { name, namespace, labels: { 'webhook-e2e-test': label } }, spec: { containers: [{ name: container, image: pause }] } });
    const denied = refusal(() => api.create(Pods, pod('disallowed-pod', 'webhook-disallow', 'webhook-disallow'))).message;
    expect(denied).toContain('the pod contains unwanted container name');
    expect(denied).toContain('the pod contains unwanted label');
    expect(refusal(() => api.create(Pods, pod('hanging-pod', 'wait-forever', 'wait-forever'))).message).toMatch(/webhook.*deadline/);
    expect(found(() => api.get(Pods, { namespace, name: 'hanging-pod' }))).toBeUndefined();

    const bad = (where: string) => ({ metadata: { name: 'disallowed-configmap', namespace: where }, data: unwanted });
    expect(refusal(() => api.create(ConfigMaps, bad(namespace))).message).toContain(deniedConfigMap);
    const admitted = api.create(ConfigMaps, { metadata: { name: 'allowed-configmap', namespace }, data: { admit: 'this' } });
    expect(refusal(() => api.update(ConfigMaps, { ...admitted, data: { ...admitted.data, ...unwanted } })).message).toContain(deniedConfigMap);
    expect(refusal(() => api.patch(ConfigMaps, admitted.metadata, { data: unwanted })).message).toContain(deniedConfigMap);
    expect(api.get(ConfigMaps, admitted.metadata).data).toEqual({ admit: 'this' });

    api.create(Namespaces, { metadata: { name: 'exempted', labels: { ...marked, 'skip-webhook-admission': 'yes' } }, spec: {} });
    expect(api.create(ConfigMaps, bad('exempted')).data).toEqual(unwanted);
  });

  behaviour('api-machinery-009', () => {
    const { api, namespace, cluster, until } = startWithWebhooks();
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'denies' }, webhooks: [webhookAt('/pods/attach', 'deny-attaching-pod', ruleOf(['CONNECT'], 'pods/attach'))] });
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' };
    const attach = (name: string) => handle(cluster.server,
      { method: 'GET', path: pathOf(Pods, namespace, name, 'attach'), query: 'container=container1&stdin=true&stdout=true&stderr=true', headers, body: '', user: clusterAdmin });
    for (const name of ['to-be-attached-pod', 'another-pod']) {
      api.create(Pods, { metadata: { name, namespace }, spec: { containers: [{ name: 'container1', image: pause }] } });
      until(`${name} runs`, () => api.get(Pods, { namespace, name }).status?.phase === 'Running');
    }
    const denied = attach('to-be-attached-pod');
    expect('body' in denied && denied.body).toContain("attaching to pod 'to-be-attached-pod' is not allowed");
    expect(attach('another-pod')).toHaveProperty('session');   // the server denies one pod only
  });

  behaviour('api-machinery-010', () => {
    const { api, namespace, wait } = startWithWebhooks();
    api.create(CustomResourceDefinitions, definition());
    wait(1_000);
    const rule = ruleOf(['CREATE', 'UPDATE', 'DELETE'], 'customs', 'webhook.example.com');
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'denies' }, webhooks: [webhookAt('/custom-resource', 'deny-unwanted-custom-resource-data', rule)] });
    const custom = (name: string, mark: string) => ({ metadata: { name, namespace }, data: { 'webhook-e2e-test': mark } } as Draft<Custom>);
    const contains = 'the custom resource contains unwanted data';
    expect(refusal(() => api.create(Customs, custom('cr-instance-1', 'webhook-disallow'))).message).toContain(contains);
    const kept = api.create(Customs, custom('cr-instance-2', 'webhook-nondeletable'));
    expect(refusal(() => api.update(Customs, { ...kept, data: unwanted })).message).toContain(contains);
    expect(refusal(() => api.delete(Customs, kept.metadata)).message).toContain('the custom resource cannot be deleted because it contains unwanted key and value');
    api.update(Customs, { ...kept, data: { 'webhook-e2e-test': 'webhook-allow' } });
    api.delete(Customs, kept.metadata);
    expect(found(() => api.get(Customs, kept.metadata))).toBeUndefined();
  });

  behaviour('api-machinery-012', () => {
    const { api } = startWithWebhooks();
    const webhook = webhookAt('/crd', 'deny-crd-with-unwanted-label', ruleOf(['CREATE'], 'customresourcedefinitions', 'apiextensions.k8s.io', '*'),
      { namespaceSelector: {}, objectSelector: { matchLabels: marked } });
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'denies' }, webhooks: [webhook] });
    expect(refusal(() => api.create(CustomResourceDefinitions, definition({ ...marked, ...unwanted }))).message).toContain('the crd contains unwanted label');
    expect(api.create(CustomResourceDefinitions, definition(unwanted)).metadata.name).toBe('customs.webhook.example.com');   // it does not carry the label that is selected
  });

  behaviour('api-machinery-013', () => {
    const { api, namespace } = startWithWebhooks();
    const outcome = (failurePolicy: 'Fail' | 'Ignore', timeoutSeconds?: number): string => {
      const webhook = webhookAt('/always-allow-delay-5s', 'allow-configmap-with-delay-webhook', ruleOf(['CREATE'], 'configmaps'),
        { failurePolicy, ...(timeoutSeconds !== undefined && { timeoutSeconds }) });
      api.create(ValidatingWebhookConfigurations, { metadata: { name: 'slow' }, webhooks: [webhook] });
      const name = 'e2e-test-slow-webhook-configmap';
      try {
        api.create(ConfigMaps, { metadata: { name, namespace } });
        api.delete(ConfigMaps, { namespace, name });
        return 'no error';
      } catch (error) {
        if (error instanceof StatusError) return error.message;
        throw error;
      } finally { api.delete(ValidatingWebhookConfigurations, { name: 'slow' }); }
    };
    expect(outcome('Fail', 1)).toMatch(/\/always-allow-delay-5s\?timeout=1s.*context deadline exceeded/);
    expect([outcome('Ignore', 1), outcome('Fail', 10), outcome('Fail')]).toEqual(['no error', 'no error', 'no error']);   // 10 s when it does not say
  });

  behaviour('api-machinery-024', () => {
    const { api, namespace } = startWithWebhooks();
    const inFailing = { matchLabels: marked, matchExpressions: [{ key: 'fail-closed-webhook', operator: 'In', values: ['yes'] }] };
    const webhook = uncallable(denyConfigMaps, { name: 'fail-closed.k8s.io', rules: [ruleOf(['CREATE'], 'configmaps')], failurePolicy: 'Fail', namespaceSelector: inFailing });
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'fail-closed' }, webhooks: [webhook] });
    api.create(Namespaces, { metadata: { name: 'failing', labels: { ...marked, 'fail-closed-webhook': 'yes' } }, spec: {} });
    expect(refusal(() => api.create(ConfigMaps, { metadata: { name: 'foo', namespace: 'failing' } }))).toMatchObject({ reason: 'InternalError', code: 500 });
    expect(api.create(ConfigMaps, { metadata: { name: 'foo', namespace } }).metadata.name).toBe('foo');
  });
});

describe('mutating webhooks', () => {
  behaviour('api-machinery-015', () => {
    const { api, namespace } = startWithWebhooks();
    api.create(MutatingWebhookConfigurations, { metadata: { name: 'mutates' }, webhooks: [mutateConfigMaps(1), mutateConfigMaps(2)] });
    const made = api.create(ConfigMaps, { metadata: { name: 'to-be-mutated', namespace }, data: start });
    expect(made.data).toEqual({ ...start, 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' });
  });

  behaviour('api-machinery-020', () => {
    const { api, namespace } = startWithWebhooks();
    api.create(MutatingWebhookConfigurations, { metadata: { name: 'mutates' }, webhooks: [webhookAt('/mutating-pods', 'adding-init-container', ruleOf(['CREATE'], 'pods'))] });
    const pod = api.create(Pods, { metadata: { name: 'webhook-to-be-mutated', namespace }, spec: { containers: [{ name: 'example', image: pause }] } });
    expect(pod.spec.initContainers?.map(({ name, terminationMessagePolicy }) => [name, terminationMessagePolicy])).toEqual([['webhook-added-init-container', 'File']]);
  });

  behaviour('api-machinery-019', () => {
    const { api, namespace } = startWithWebhooks();
    const matchConditions = [{ name: 'skip-me', expression: "object.metadata.name != 'skip-me'" }];
    api.create(MutatingWebhookConfigurations, { metadata: { name: 'mutates' }, webhooks: [mutateConfigMaps(1, { matchConditions })] });
    const dataOf = (name: string) => api.create(ConfigMaps, { metadata: { name, namespace }, data: start }).data;
    expect(dataOf('any-other')).toEqual({ ...start, 'mutation-stage-1': 'yes' });
    expect(dataOf('skip-me')).toEqual(start);
  });

  behaviour('api-machinery-021', () => {
    const { api } = startWithWebhooks();
    const about = (operation: 'CREATE' | 'DELETE') =>
      ({ ...ruleOf([operation], '', 'admissionregistration.k8s.io', '*'), resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'] });
    const everywhere = { failurePolicy: 'Fail', namespaceSelector: {} } as const;
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'denies' }, webhooks: [webhookAt('/always-deny', 'deny-webhook-configuration-deletions', about('DELETE'), everywhere)] });
    api.create(MutatingWebhookConfigurations, { metadata: { name: 'mutates' }, webhooks: [webhookAt('/add-label', 'add-label-to-webhook-configurations', about('CREATE'), everywhere)] });
    const dummy = uncallable(webhookAt('', 'dummy', ruleOf(['CREATE'], 'invalid')), { failurePolicy: 'Ignore' });
    for (const kind of [ValidatingWebhookConfigurations, MutatingWebhookConfigurations]) {
      const made = api.create<KubeObject>(kind, { metadata: { name: 'dummy' }, webhooks: [dummy] } as Draft<KubeObject>);
      expect(made.metadata.labels).toBeUndefined();
      api.delete(kind, { name: 'dummy' });
      expect(found(() => api.get<KubeObject>(kind, { name: 'dummy' }))).toBeUndefined();
    }
  });
});
