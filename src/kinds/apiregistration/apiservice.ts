import { invalidValue, notSupported, required } from '../../api/status';
import { isDNS1035Label, isDNS1123Subdomain, isValidPortNumber } from '../../lib/names';
import type { APIService } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind, type Column } from '../define';
import { named, type Errors } from '../rule-parts';
import { change } from '../sharing';

const defaultPort = 443;
const maxGroupPriority = 20_000;
const maxVersionPriority = 1_000;
const statuses = ['True', 'False', 'Unknown'];
const base64Bytes = (text: string): number => (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);

function* serviceRules({ metadata, spec }: APIService): Errors {
  const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec;
  const name = `${version}.${group}`;
  if (metadata.name !== name) yield invalidValue('metadata.name', metadata.name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(name)}`);
  if (!group && version !== 'v1') yield required('spec.group', 'only v1 may have an empty group and it better be legacy kube');
  if (group) yield* named(isDNS1123Subdomain, 'spec.group', group);
  yield* named(isDNS1035Label, 'spec.version', version);
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > maxGroupPriority)
    yield invalidValue('spec.groupPriorityMinimum', groupPriorityMinimum, `must be positive and less than ${maxGroupPriority}`);
  if (versionPriority <= 0 || versionPriority > maxVersionPriority)
    yield invalidValue('spec.versionPriority', versionPriority, `must be positive and less than ${maxVersionPriority}`);
  yield* backendRules(spec);
}

function* backendRules({ service, caBundle = '', insecureSkipTLSVerify }: APIService['spec']): Errors {
  if (!service) {
    if (caBundle) yield invalidValue('spec.caBundle', `${base64Bytes(caBundle)} bytes`, 'local APIServices may not have a caBundle');
    if (insecureSkipTLSVerify) yield invalidValue('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify');
    return;
  }
  if (!service.namespace) yield required('spec.service.namespace');
  if (!service.name) yield required('spec.service.name');
  const wrong = isValidPortNumber(service.port ?? 0);
  if (wrong.length > 0) yield invalidValue('spec.service.port', service.port ?? 0, `port is not valid: ${wrong.join(', ')}`);
  if (insecureSkipTLSVerify && caBundle) yield invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present');
}

function* statusRules({ status }: APIService): Errors {
  for (const [i, condition] of (status?.conditions ?? []).entries())
    if (!statuses.includes(condition.status)) yield notSupported(`status.conditions[${i}].status`, condition.status, statuses);
}

function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`;
}

const columns: readonly Column<APIService>[] = [
  nameColumn,
  { name: 'Service', value: ({ spec: { service } }) => (service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local') },
  { name: 'Available', value: availability },
  ageColumn,
];

export const APIServices = defineKind<APIService>('apiservices.apiregistration.k8s.io', {
  nameForm: 'path-segment',
  defaults: (object) => change(object, 'spec', (spec) => change(spec, 'service', (service) => (service.port === undefined ? { ...service, port: defaultPort } : service))),
  rules: serviceRules,
  partRules: statusRules,
  columns,
});
