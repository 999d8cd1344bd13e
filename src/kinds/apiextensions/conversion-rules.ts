import { forbiddenField, invalidValue, required, type FieldError } from '../../api/status';
import { isDNS1035Label } from '../../lib/names';
import type { ApiextensionsV1WebhookClientConfig, CustomResourceConversion, CustomResourceDefinition } from '../../schema/types';
import { oneOf } from '../rule-parts';

type Errors = Iterable<FieldError>;
const reviewVersions = ['v1', 'v1beta1'];

/** How versions become each other. */
export function* conversionRules({ strategy, webhook }: CustomResourceConversion, at: string): Errors {
  yield* oneOf(`${at}.strategy`, strategy, ['None', 'Webhook']);
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {};
  if (strategy !== 'Webhook') {
    if (clientConfig) yield forbiddenField(`${at}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook');
    if (conversionReviewVersions.length > 0) yield forbiddenField(`${at}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook');
    return;
  }
  if (clientConfig) yield* clientConfigRules(clientConfig, `${at}.webhookClientConfig`);
  else yield required(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook');
  yield* reviewVersionRules(conversionReviewVersions, `${at}.conversionReviewVersions`);
}

function* clientConfigRules({ url, service }: ApiextensionsV1WebhookClientConfig, at: string): Errors {
  if ((url === undefined) === (service === undefined)) yield required(at, 'exactly one of url or service is required');
  else if (url !== undefined) yield* urlRules(url, `${at}.url`);
  else if (service) {
    if (!service.name) yield required(`${at}.service.name`, 'service name is required');
    if (!service.namespace) yield required(`${at}.service.namespace`, 'service namespace is required');
    if (service.port !== undefined && (service.port < 1 || service.port > 65535))
      yield invalidValue(`${at}.service.port`, service.port, 'port is not valid: must be between 1 and 65535, inclusive');
    if (service.path !== undefined && !service.path.startsWith('/')) yield invalidValue(`${at}.service.path`, service.path, "must start with a '/'");
  }
}

const urlForm = '; desired format: https://host[/path]';

function* urlRules(text: string, at: string): Errors {
  const [, scheme = '', host = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(text) ?? [];
  if (scheme !== 'https') yield invalidValue(at, scheme, `'https' is the only allowed URL scheme${urlForm}`);
  if (!host) yield invalidValue(at, host, `host must be specified${urlForm}`);
  if (host.includes('@')) yield invalidValue(at, host.slice(0, host.indexOf('@')), 'user information is not permitted in the URL');
  if (text.includes('#')) yield invalidValue(at, text.slice(text.indexOf('#') + 1), 'fragments are not permitted in the URL');
  if (text.includes('?')) yield invalidValue(at, text.slice(text.indexOf('?') + 1), 'query parameters are not permitted in the URL');
}

function* reviewVersionRules(versions: readonly string[], at: string): Errors {
  if (versions.length === 0) return yield required(at);
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) { yield invalidValue(`${at}[${i}]`, version, 'duplicate version'); continue; }
    for (const message of isDNS1035Label(version)) yield invalidValue(`${at}[${i}]`, version, message);
  }
  if (!versions.some((version) => reviewVersions.includes(version)))
    yield invalidValue(at, versions, `must include at least one of ${reviewVersions.join(', ')}`);
}

const approvalAnnotation = 'api-approved.kubernetes.io';
const isProtected = (group: string): boolean =>
  group === 'k8s.io' || group.endsWith('.k8s.io') || group === 'kubernetes.io' || group.endsWith('.kubernetes.io');

/** Whether a group of Kubernetes' own may be used: `none` for other groups. */
export type Approval = { readonly state: 'none' | 'approved' | 'bypassed' | 'invalid' | 'missing'; readonly reason: string };

export function approvalOf({ metadata, spec }: CustomResourceDefinition): Approval {
  if (!isProtected(spec.group)) return { state: 'none', reason: '' };
  const annotation = metadata.annotations?.[approvalAnnotation];
  if (annotation === undefined || annotation === '')
    return { state: 'missing', reason: `protected groups must have approval annotation ${JSON.stringify(approvalAnnotation)}, see https://github.com/kubernetes/enhancements/pull/1111` };
  if (annotation.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${JSON.stringify(annotation)}` };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.test(annotation)) return { state: 'approved', reason: `approved in ${annotation}` };
  return { state: 'invalid', reason: `protected groups must have approval annotation ${JSON.stringify(approvalAnnotation)} with either a URL or a `
    + `reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111` };
}

/** Groups of Kubernetes' own need an approval; one that lacked it before may go on lacking it. */
export function* approvalRules(definition: CustomResourceDefinition, previous: CustomResourceDefinition | undefined): Errors {
  const { state, reason } = approvalOf(definition);
  if (state !== 'missing' && state !== 'invalid') return;
  if (previous && approvalOf(previous).state === state) return;
  const at = `metadata.annotations[${approvalAnnotation}]`;
  yield state === 'missing' ? required(at, reason) : invalidValue(at, definition.metadata.annotations?.[approvalAnnotation], reason);
}
