import type { LimitRange, ResourceQuota } from '../../schema/types';
import type { Description } from './writer';

const sorted = (amounts: Readonly<Record<string, string>> | undefined): string[] => Object.keys(amounts ?? {}).sort();

/** What each scope of a quota is for, in kubectl's words. */
const scopeTexts: Readonly<Record<string, string>> = {
  Terminating: 'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating: 'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort: 'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

export function describeResourceQuota(out: Description, { metadata, spec, status }: ResourceQuota): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  describeScopes(out, 0, spec?.scopes);
  out.line(0, 'Resource\tUsed\tHard');
  out.line(0, '--------\t----\t----');
  for (const resource of sorted(status?.hard)) out.line(0, `${resource}\t${status?.used?.[resource] ?? '0'}\t${status?.hard?.[resource]}`);
}

/** Which pods a quota is about. */
export function describeScopes(out: Description, level: number, given: readonly string[] = []): void {
  const scopes = [...given].sort();
  if (scopes.length > 0) out.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) if (scopeTexts[scope]) out.line(level, `${level > 0 ? '' : ' '}* ${scopeTexts[scope]}`);
}

export function describeLimitRange(out: Description, range: LimitRange): void {
  out.line(0, `Name:\t${range.metadata.name}`);
  out.line(0, `Namespace:\t${range.metadata.namespace}`);
  limitRows(out, '', [range]);
}

/** The table of limits, with `prefix` before each of its rows. */
export function limitRows(out: Description, prefix: string, ranges: readonly LimitRange[]): void {
  out.line(0, `${prefix}Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio`);
  out.line(0, `${prefix}----\t--------\t---\t---\t---------------\t-------------\t-----------------------`);
  for (const {
    type, min = {}, max = {}, default: limit = {}, defaultRequest = {}, maxLimitRequestRatio = {},
  } of ranges.flatMap(({ spec }) => spec?.limits ?? [])) {
    const resources = [...new Set([min, max, limit, defaultRequest, maxLimitRequestRatio].flatMap((list) => Object.keys(list)))].sort();
    for (const resource of resources)
      out.line(0, `${prefix}${[type, resource, ...[min, max, defaultRequest, limit, maxLimitRequestRatio].map((list) => list[resource] ?? '-')].join('\t')}`);
  }
}
