import { isObject } from '../../lib/json';
import type { Attributes } from '../authorization/types';

export const auditLevels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof auditLevels)[number];
export const auditStages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof auditStages)[number];

type GroupResources = { readonly group?: string; readonly resources?: readonly string[]; readonly resourceNames?: readonly string[] };
/** A rule of audit.k8s.io/v1 Policy. What it leaves out matches everything. */
export type AuditRule = {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
};
/** The first rule that matches a request decides at which level it is told; without one it is not. */
export type AuditPolicy = { readonly rules: readonly AuditRule[]; readonly omitStages?: readonly AuditStage[] };

/** Everything, without bodies. */
export const metadataPolicy: AuditPolicy = { rules: [{ level: 'Metadata' }] };

const isLevel = (value: unknown): value is AuditLevel => auditLevels.some((level) => level === value);

/** A Policy as a file has it. Throws Error with what is wrong, in upstream's words. */
export function parseAuditPolicy(value: unknown): AuditPolicy {
  if (!isObject(value) || value['apiVersion'] !== 'audit.k8s.io/v1' || value['kind'] !== 'Policy') throw new Error('unknown group version field or kind in policy: want audit.k8s.io/v1 Policy');
  const rules = Array.isArray(value['rules']) ? value['rules'] : [];
  if (rules.length === 0) throw new Error('loaded illegal policy with 0 rules');
  const problems = rules.flatMap((rule: unknown, i) => problemsOf(rule, `rules[${i}]`));
  if (problems.length > 0) throw new Error(problems.join(', '));
  return value as AuditPolicy & typeof value;   // looked through just now
}

const listFields = ['users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs', 'omitStages'];

function problemsOf(rule: unknown, at: string): readonly string[] {
  if (!isObject(rule)) return [`${at}: Invalid value: must be an object`];
  const problems: string[] = [];
  if (!isLevel(rule['level'])) problems.push(rule['level']
    ? `${at}.level: Unsupported value: ${JSON.stringify(rule['level'])}: supported values: "None", "Metadata", "Request", "RequestResponse"` : `${at}.level: Required value`);
  for (const field of listFields) if (rule[field] !== undefined && !Array.isArray(rule[field])) problems.push(`${at}.${field}: Invalid value: must be a list`);
  const urls = rule['nonResourceURLs'];
  if (Array.isArray(urls) && urls.length > 0 && (length(rule['resources']) > 0 || length(rule['namespaces']) > 0))
    problems.push(`${at}.nonResourceURLs: Invalid value: ${JSON.stringify(urls)}: rules cannot apply to both regular resources and non-resource URLs`);
  return problems;
}

const length = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const admits = <T>(list: readonly T[] | undefined, matches: (each: T) => boolean): boolean => !list || list.length === 0 || list.some(matches);

/** The rule that decides about a request. */
export const ruleFor = ({ rules }: AuditPolicy, asked: Attributes): AuditRule | undefined => rules.find((rule) => ruleMatches(rule, asked));

function ruleMatches({ users, userGroups, verbs, resources, namespaces, nonResourceURLs }: AuditRule, asked: Attributes): boolean {
  const { user, verb } = asked;
  if (!admits(users, (name) => name === user.name) || !admits(userGroups, (group) => user.groups.includes(group)) || !admits(verbs, (each) => each === verb || each === '*')) return false;
  const aboutResources = length(resources) > 0 || length(namespaces) > 0;
  const aboutPaths = length(nonResourceURLs) > 0;
  if (!aboutResources && !aboutPaths) return true;
  if ('path' in asked) return aboutPaths && admits(nonResourceURLs, (pattern) => pattern === asked.path || (pattern.endsWith('*') && asked.path.startsWith(pattern.slice(0, -1))));
  return aboutResources && admits(namespaces, (each) => each === (asked.namespace ?? '')) && admits(resources, (each) => resourceMatches(each, asked));
}

function resourceMatches({ group = '', resources, resourceNames }: GroupResources, asked: Extract<Attributes, { readonly resource: string }>): boolean {
  if (group !== asked.group) return false;
  if (!resources || resources.length === 0) return true;
  if (!admits(resourceNames, (name) => name === asked.name)) return false;
  const whole = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  return resources.some((each) => each === '*' || each === whole
    || (asked.subresource !== undefined && (each === `*/${asked.subresource}` || each === `${asked.resource}/*`)));
}
