import { invalidValue, required } from '../../api/status';
import { isDNS1123Subdomain, isValidPortNumber } from '../../lib/names';
import type { AdmissionregistrationV1WebhookClientConfig } from '../../schema/types';
import type { Errors } from '../rule-parts';

/** Where a webhook is called: a URL or a service, one of the two. Those of conversion webhooks have the same rules. */
export function* clientConfigRules({ url, service }: Pick<AdmissionregistrationV1WebhookClientConfig, 'url' | 'service'>, at: string): Errors {
  if ((url === undefined) === (service === undefined)) yield required(at, 'exactly one of url or service is required');
  else if (url !== undefined) yield* urlRules(url, `${at}.url`);
  else if (service) yield* serviceRules(service, `${at}.service`);
}

const form = 'desired format: https://host[/path]';

function* urlRules(url: string, at: string): Errors {
  const [, scheme = '', user, host = '', , query, fragment] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^@/?#]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(url) ?? [];
  if (/[\s\p{Cc}]/u.test(host) || /%(?![0-9a-fA-F]{2})/.test(url)) return yield required(at, `url must be a valid URL: parse ${JSON.stringify(url)}: invalid character " " in host name; ${form}`);
  if (scheme !== 'https') yield invalidValue(at, scheme, `'https' is the only allowed URL scheme; ${form}`);
  if (host === '') yield invalidValue(at, host, `host must be specified; ${form}`);
  if (user !== undefined) yield invalidValue(at, user, 'user information is not permitted in the URL');
  if (fragment) yield invalidValue(at, fragment, 'fragments are not permitted in the URL');
  if (query) yield invalidValue(at, query, 'query parameters are not permitted in the URL');
}

type Service = NonNullable<AdmissionregistrationV1WebhookClientConfig['service']>;

function* serviceRules({ name, namespace, path, port = 443 }: Service, at: string): Errors {
  if (!name) yield required(`${at}.name`, 'service name is required');
  if (!namespace) yield required(`${at}.namespace`, 'service namespace is required');
  for (const message of isValidPortNumber(port)) yield invalidValue(`${at}.port`, port, `port is not valid: ${message}`);
  if (path !== undefined) yield* pathRules(path, `${at}.path`);
}

function* pathRules(path: string, at: string): Errors {
  if (path === '' || path === '/') return;
  if (!path.startsWith('/')) yield invalidValue(at, path, `must start with a '/'`);
  const steps = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  for (const [i, step] of steps.entries()) {
    if (step === '') { yield invalidValue(at, path, `segment[${i}] may not be empty`); continue; }
    for (const message of isDNS1123Subdomain(step)) yield invalidValue(at, path, `segment[${i}]: ${message}`);
  }
}
