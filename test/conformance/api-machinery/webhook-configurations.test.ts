import { describe, expect } from 'vitest';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../../../src/kinds/admissionregistration/webhook-configurations';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { StatusError } from '../../../src/api/status';
import { behaviour } from '../behaviours';
import { refusal, startConformance, type Framework } from '../framework';
import { denyConfigMaps, mutateConfigMaps, ruleOf, startWithWebhooks, webhookAt } from './webhook-server';

const toCreate = [{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['CREATE'] }];
const list = { labelSelector: 'e2e-list-test=yes' };
const ten = Array.from({ length: 10 }, (_, i) => `webhooks-${i}`);
let count = 0;

/** Whether the webhook server denies a config map that it does not want. */
function denies({ api, namespace }: Framework): boolean {
  try {
    api.create(ConfigMaps, { metadata: { name: `unwanted-${++count}`, namespace }, data: { 'webhook-e2e-test': 'webhook-disallow' } });
    return false;
  } catch (error) {
    if (error instanceof StatusError && error.message.includes('denied')) return true;
    throw error;
  }
}

/** Whether the webhook server changes a config map that is created. */
const mutates = ({ api, namespace }: Framework): boolean =>
  api.create(ConfigMaps, { metadata: { name: `mutated-${++count}`, namespace }, data: { 'mutation-start': 'yes' } }).data?.['mutation-stage-1'] === 'yes';

describe('configurations of webhooks', () => {
  behaviour('api-machinery-003', () => {
    const framework = startWithWebhooks();
    const { api } = framework;
    for (const name of ten) api.create(MutatingWebhookConfigurations, { metadata: { name, labels: { 'e2e-list-test': 'yes' } }, webhooks: [mutateConfigMaps(1)] });
    expect(api.list(MutatingWebhookConfigurations, undefined, list).items).toHaveLength(10);
    expect(mutates(framework)).toBe(true);
    api.deleteCollection(MutatingWebhookConfigurations, undefined, list);
    expect(mutates(framework)).toBe(false);
  });

  behaviour('api-machinery-004', () => {
    const framework = startWithWebhooks();
    const { api } = framework;
    for (const name of ten) api.create(ValidatingWebhookConfigurations, { metadata: { name, labels: { 'e2e-list-test': 'yes' } }, webhooks: [denyConfigMaps] });
    expect(api.list(ValidatingWebhookConfigurations, undefined, list).items).toHaveLength(10);
    expect(denies(framework)).toBe(true);
    api.deleteCollection(ValidatingWebhookConfigurations, undefined, list);
    expect(denies(framework)).toBe(false);
  });

  behaviour('api-machinery-005', () => {
    const framework = startWithWebhooks();
    const { api } = framework;
    api.create(MutatingWebhookConfigurations, { metadata: { name: 'hooks' }, webhooks: [mutateConfigMaps(1)] });
    const made = api.get(MutatingWebhookConfigurations, { name: 'hooks' });
    api.update(MutatingWebhookConfigurations, { ...made, webhooks: [mutateConfigMaps(1, { rules: [ruleOf(['UPDATE'], 'configmaps')] })] });
    expect(mutates(framework)).toBe(false);
    api.patch(MutatingWebhookConfigurations, { name: 'hooks' }, toCreate, 'json');
    expect(mutates(framework)).toBe(true);
  });

  behaviour('api-machinery-006', () => {
    const framework = startWithWebhooks();
    const { api } = framework;
    api.create(ValidatingWebhookConfigurations, { metadata: { name: 'hooks' }, webhooks: [denyConfigMaps] });
    expect(denies(framework)).toBe(true);
    const made = api.get(ValidatingWebhookConfigurations, { name: 'hooks' });
    api.update(ValidatingWebhookConfigurations, { ...made, webhooks: [{ ...denyConfigMaps, rules: [ruleOf(['UPDATE'], 'configmaps')] }] });
    expect(denies(framework)).toBe(false);
    api.patch(ValidatingWebhookConfigurations, { name: 'hooks' }, toCreate, 'json');
    expect(denies(framework)).toBe(true);
  });

  const inNamespace = (name: string) => `object.metadata.namespace == '${name}'`;
  const production = { name: 'expression-1', expression: inNamespace('production') };
  const both = [production, { name: 'expression-2', expression: inNamespace('staging') }];
  const bad = [{ name: 'invalid-expression-1', expression: '... [] bad expression' }];
  const validating = webhookAt('/always-deny', 'validation-webhook-with-match-conditions', ruleOf(['CREATE'], 'configmaps'));

  behaviour('api-machinery-007', () => {
    const { api } = startConformance();
    const conditions = () => api.get(MutatingWebhookConfigurations, { name: 'hooks' }).webhooks?.[0]?.matchConditions;
    const made = api.create(MutatingWebhookConfigurations, { metadata: { name: 'hooks' }, webhooks: [mutateConfigMaps(1, { matchConditions: [production] })] });
    expect(conditions()).toEqual([production]);
    api.update(MutatingWebhookConfigurations, { ...made, webhooks: [mutateConfigMaps(1, { matchConditions: both })] });
    expect(conditions()).toEqual(both);
  });

  behaviour('api-machinery-008', () => {
    const { api } = startConformance();
    const conditions = () => api.get(ValidatingWebhookConfigurations, { name: 'hooks' }).webhooks?.[0]?.matchConditions;
    const made = api.create(ValidatingWebhookConfigurations, { metadata: { name: 'hooks' }, webhooks: [{ ...validating, matchConditions: [production] }] });
    expect(conditions()).toEqual([production]);
    api.update(ValidatingWebhookConfigurations, { ...made, webhooks: [{ ...validating, matchConditions: both }] });
    expect(conditions()).toEqual(both);
  });

  behaviour('api-machinery-022', () => {
    const { api } = startConformance();
    const refused = refusal(() => api.create(MutatingWebhookConfigurations, { metadata: { name: 'hooks' }, webhooks: [mutateConfigMaps(1, { matchConditions: bad })] }));
    expect(refused.message).toContain('compilation failed');
    expect(api.list(MutatingWebhookConfigurations).items).toEqual([]);
  });

  behaviour('api-machinery-023', () => {
    const { api } = startConformance();
    const refused = refusal(() => api.create(ValidatingWebhookConfigurations, { metadata: { name: 'hooks' }, webhooks: [{ ...validating, matchConditions: bad }] }));
    expect(refused.message).toContain('compilation failed');
    expect(api.list(ValidatingWebhookConfigurations).items).toEqual([]);
  });

  behaviour('api-machinery-014', () => {
    const { api } = startConformance();
    const group = 'admissionregistration.k8s.io';
    type Group = { readonly name: string; readonly versions: readonly { readonly version: string }[] };
    const v1 = (each: Group | undefined) => each?.versions.some(({ version }) => version === 'v1');
    const { groups } = api.json('/apis') as { readonly groups: readonly Group[] };
    expect(v1(groups.find(({ name }) => name === group))).toBe(true);
    const own = api.json(`/apis/${group}`) as Group;
    expect([own.name, v1(own)]).toEqual([group, true]);
    const resources = api.json(`/apis/${group}/v1`) as { readonly groupVersion: string; readonly resources: readonly { readonly name: string }[] };
    expect(resources.groupVersion).toBe(`${group}/v1`);
    expect(resources.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']));
  });
});
