import type { ConfigMap, LimitRange, Namespace, ResourceQuota, Secret, ServiceAccount } from '../../schema/types';
import { describeScopes, limitRows } from './limits';
import { annotations, labels, multiline, type Description } from './writer';

type Named = { readonly metadata: {
  readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
} };

/** Name, namespace, labels and annotations: how most descriptions begin. */
export function describeHead(out: Description, { metadata }: Named): void {
  out.line(0, `Name:\t${metadata.name}`);
  if (metadata.namespace !== undefined) out.line(0, `Namespace:\t${metadata.namespace}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
/** How many bytes base64 text stands for. */
const byteLength = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

export function describeConfigMap(out: Description, configMap: ConfigMap): void {
  describeHead(out, configMap);
  out.write('\nData\n====\n');
  for (const [key, value] of Object.entries(configMap.data ?? {}).sort(byKey)) out.write(`${key}:\n----\n${value}\n\n`);
  out.write('\nBinaryData\n====\n');
  for (const [key, value] of Object.entries(configMap.binaryData ?? {}).sort(byKey)) out.write(`${key}: ${byteLength(value)} bytes\n`);
  out.write('\n');
}

export function describeSecret(out: Description, secret: Secret): void {
  describeHead(out, secret);
  out.write(`\nType:\t${secret.type ?? ''}\n\nData\n====\n`);
  for (const [key, value] of Object.entries(secret.data ?? {}).sort(byKey))
    out.write(key === 'token' && secret.type === 'kubernetes.io/service-account-token' ? `${key}:\t${atob(value)}\n` : `${key}:\t${byteLength(value)} bytes\n`);
}

export function describeServiceAccount(out: Description, account: ServiceAccount): void {
  describeHead(out, account);
  multiline(out, 'Image pull secrets', (account.imagePullSecrets ?? []).map(({ name = '' }) => name));
}

/** A namespace with its quotas and limits. */
export function describeNamespace(out: Description, { metadata, status }: Namespace, quotas: readonly ResourceQuota[], limits: readonly LimitRange[]): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Status:\t${status?.phase ?? ''}`);
  if (status?.conditions?.length) {
    out.line(0, 'Conditions:');
    out.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    out.line(1, '----\t------\t------------------\t------\t-------');
    for (const condition of status.conditions) out.line(
      1, [condition.type, condition.status, condition.lastTransitionTime ?? '', condition.reason ?? '', condition.message ?? ''].join(' \t'),
    );
  }
  out.write('\n');
  namespaceQuotas(out, quotas);
  out.write('\n');
  namespaceLimits(out, limits);
}

function namespaceQuotas(out: Description, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) return out.line(0, 'No resource quota.');
  out.line(0, 'Resource Quotas');
  for (const { metadata, spec, status } of quotas) {
    out.line(1, `Name:\t${metadata.name}`);
    describeScopes(out, 1, spec?.scopes);
    out.line(1, 'Resource\tUsed\tHard');
    out.line(1, '--------\t---\t---');
    for (const [resource, hard] of Object.entries(status?.hard ?? {}).sort(byKey)) out.line(1, `${resource}\t${status?.used?.[resource] ?? ''}\t${hard}`);
  }
}

function namespaceLimits(out: Description, ranges: readonly LimitRange[]): void {
  if (ranges.length === 0) return out.line(0, 'No LimitRange resource.');
  out.line(0, 'Resource Limits');
  limitRows(out, ' ', ranges);
}
