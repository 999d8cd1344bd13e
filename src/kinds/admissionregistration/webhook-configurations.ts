import { duplicate, invalidValue, notSupported, required } from '../../api/status';
import { isDNS1035Label, isDNS1123Subdomain } from '../../lib/names';
import type { MutatingWebhook, MutatingWebhookConfiguration, ValidatingWebhook, ValidatingWebhookConfiguration } from '../../schema/types';
import { defineKind } from '../define';
import { labelSelectorRules } from '../label-selector-rules';
import { named, oneOfIfSet, type Errors } from '../rule-parts';
import { change, fill, mapItems } from '../sharing';
import { clientConfigRules } from './client-config-rules';
import { failurePolicies, matchConditionsRules, matchPolicies } from './match-rules';
import { operationRules, ruleDefaults } from './resource-rules';

const reviewVersions = ['v1', 'v1beta1'];
const harmless = ['None', 'NoneOnDryRun'];
const reinvocationPolicies = ['IfNeeded', 'Never'];

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

function webhookDefaults<T extends Webhook>(webhook: T): T {
  const filled = fill<Webhook>(webhook, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10 });
  const ruled = change(filled, 'rules', ruleDefaults);
  return change(ruled, 'clientConfig', (client) => change(client, 'service', (service) => (service.port ? service : { ...service, port: 443 }))) as T; // only fields of Webhook change
}

function* webhooksRules(webhooks: readonly Webhook[]): Errors {
  for (const [i, webhook] of webhooks.entries()) {
    const at = `webhooks[${i}]`;
    yield* webhookRules(webhook, at);
    yield* versionRules(webhook.admissionReviewVersions, `${at}.admissionReviewVersions`);
    if (webhook.name !== '' && webhooks.findIndex(({ name }) => name === webhook.name) < i) yield duplicate(`${at}.name`, webhook.name);
  }
}

function* webhookRules(webhook: Webhook, at: string): Errors {
  yield* fullyQualified(webhook.name, `${at}.name`);
  for (const [i, rule] of (webhook.rules ?? []).entries()) yield* operationRules(rule, `${at}.rules[${i}]`);
  yield* oneOfIfSet(`${at}.failurePolicy`, webhook.failurePolicy, failurePolicies);
  yield* oneOfIfSet(`${at}.matchPolicy`, webhook.matchPolicy, matchPolicies);
  if (!webhook.sideEffects) yield required(`${at}.sideEffects`, `must specify one of ${harmless.join(', ')}`);
  else if (!harmless.includes(webhook.sideEffects)) yield notSupported(`${at}.sideEffects`, webhook.sideEffects, harmless);
  const { timeoutSeconds } = webhook;
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) yield invalidValue(`${at}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds');
  if (webhook.namespaceSelector) yield* labelSelectorRules(webhook.namespaceSelector, `${at}.namespaceSelector`);
  if (webhook.objectSelector) yield* labelSelectorRules(webhook.objectSelector, `${at}.objectSelector`);
  yield* oneOfIfSet(`${at}.reinvocationPolicy`, webhook.reinvocationPolicy, reinvocationPolicies);
  yield* clientConfigRules(webhook.clientConfig, `${at}.clientConfig`);
  yield* matchConditionsRules(webhook.matchConditions, `${at}.matchConditions`, false);
}

function* fullyQualified(name: string, at: string): Errors {
  if (name === '') return yield required(at);
  yield* named(isDNS1123Subdomain, at, name);
  if (name.split('.').length < 3) yield invalidValue(at, name, 'should be a domain with at least three segments separated by dots');
}

function* versionRules(versions: readonly string[], at: string): Errors {
  const accepted = reviewVersions.join(', ');
  if (versions.length === 0) return yield required(at, `must specify one of ${accepted}`);
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) yield invalidValue(`${at}[${i}]`, version, 'duplicate version');
    else yield* named(isDNS1035Label, `${at}[${i}]`, version);
  }
  if (!versions.some((version) => reviewVersions.includes(version))) yield invalidValue(at, versions, `must include at least one of ${accepted}`);
}

export const ValidatingWebhookConfigurations = defineKind<ValidatingWebhookConfiguration>('validatingwebhookconfigurations.admissionregistration.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'webhooks', (webhooks) => mapItems(webhooks, webhookDefaults)),
  rules: ({ webhooks = [] }) => webhooksRules(webhooks),
});

export const MutatingWebhookConfigurations = defineKind<MutatingWebhookConfiguration>('mutatingwebhookconfigurations.admissionregistration.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'webhooks', (webhooks) => mapItems(webhooks, (webhook) => fill(webhookDefaults(webhook), { reinvocationPolicy: 'Never' }))),
  rules: ({ webhooks = [] }) => webhooksRules(webhooks),
});
