import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Label, isDNS1123Subdomain } from '../../lib/names';
import type { FlowSchema, FlowcontrolV1Subject, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule } from '../../schema/types';
import { internalForm } from '../internal-form';
import { named, type Errors } from '../rule-parts';
import { conditionsRules } from './conditions';
import { mandatoryFlowSchemas } from './mandatory';

const maxPrecedence = 10_000;
const methods = ['ByNamespace', 'ByUser'];
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const subjectKinds = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;

export function* flowSchemaRules({ metadata: { name }, spec, status }: FlowSchema): Errors {
  const { matchingPrecedence: precedence = 0, distinguisherMethod, priorityLevelConfiguration: level, rules = [] } = spec;
  if (precedence <= 0) yield invalidValue('spec.matchingPrecedence', precedence, 'must be a positive value');
  if (precedence > maxPrecedence) yield invalidValue('spec.matchingPrecedence', precedence, `must not be greater than ${maxPrecedence}`);
  if (precedence === 1 && name !== 'exempt') yield invalidValue('spec.matchingPrecedence', precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  if (distinguisherMethod && !methods.includes(distinguisherMethod.type))
    yield notSupported('spec.distinguisherMethod.type', internalForm('Typed', distinguisherMethod), methods);
  if (level.name) yield* named(isDNS1123Subdomain, 'spec.priorityLevelConfiguration.name', level.name);
  else yield required('spec.priorityLevelConfiguration.name', 'must reference a priority level');
  for (const [i, rule] of rules.entries()) yield* ruleRules(rule, `spec.rules[${i}]`);
  const fixed = mandatoryFlowSchemas.find((each) => each.name === name);
  if (fixed && !semanticallyEqual(spec, fixed.spec)) yield invalidValue('spec', spec, `spec of '${name}' must equal the fixed value`);
  yield* conditionsRules(status?.conditions ?? [], 'status.conditions');
}

function* ruleRules({ subjects, resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects, at: string): Errors {
  if (subjects.length === 0) yield required(`${at}.subjects`, 'subjects must contain at least one value');
  for (const [i, subject] of subjects.entries()) yield* subjectRules(subject, `${at}.subjects[${i}]`);
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    yield required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  for (const [i, rule] of resourceRules.entries()) yield* resourceRuleRules(rule, `${at}.resourceRules[${i}]`);
  for (const [i, rule] of nonResourceRules.entries()) yield* pathRuleRules(rule, `${at}.nonResourceRules[${i}]`);
}

function* subjectRules(subject: FlowcontrolV1Subject, at: string): Errors {
  const { kind } = subject;
  const own = Object.entries(subjectKinds).find(([each]) => each === kind)?.[1];
  if (!own) return yield notSupported(`${at}.kind`, kind, Object.keys(subjectKinds).sort());
  yield* ownSubjectRules(subject, kind, own, `${at}.${own}`);
  for (const [other, field] of Object.entries(subjectKinds))
    if (other !== kind && subject[field]) yield forbiddenField(`${at}.${field}`, `${field} is forbidden when subject kind is not '${other}'`);
}

function* ownSubjectRules(subject: FlowcontrolV1Subject, kind: string, field: (typeof subjectKinds)[keyof typeof subjectKinds], at: string): Errors {
  const given = subject[field];
  if (!given) return yield required(at, `${field} is required when subject kind is '${kind}'`);
  if (!given.name) yield required(`${at}.name`);
  const account = subject.serviceAccount;
  if (field !== 'serviceAccount' || !account) return;
  if (account.name && account.name !== '*') yield* named(isDNS1123Subdomain, `${at}.name`, account.name);
  if (account.namespace) yield* named(isDNS1123Label, `${at}.namespace`, account.namespace);
  else yield required(`${at}.namespace`, 'must specify namespace for service account');
}

/** Go writes lists of none as null here. */
type MaybeList = readonly string[] | null;

function* verbsRules(given: MaybeList, at: string): Errors {
  if (!given?.length) yield required(at, 'verbs must contain at least one value');
  else if (given.includes('*')) yield* aloneRules(given, at, 'verbs');
  else if (given.some((verb) => !verbs.includes(verb))) yield notSupported(at, given, verbs);
}

function* aloneRules(given: readonly string[], at: string, what: string): Errors {
  if (given.length > 1) yield invalidValue(at, given, `if '*' is present, must not specify other ${what}`);
}

function* resourceRuleRules({ verbs: given, clusterScope, ...rule }: ResourcePolicyRule, at: string): Errors {
  const apiGroups: MaybeList = rule.apiGroups;
  const resources: MaybeList = rule.resources;
  const namespaces = rule.namespaces ?? [];
  yield* verbsRules(given, `${at}.verbs`);
  if (!apiGroups?.length) yield required(`${at}.apiGroups`, 'resource rules must supply at least one api group');
  else if (apiGroups.includes('*')) yield* aloneRules(apiGroups, `${at}.apiGroups`, 'api groups');
  if (!resources?.length) yield required(`${at}.resources`, 'resource rules must supply at least one resource');
  else if (resources.includes('*')) yield* aloneRules(resources, `${at}.resources`, 'resources');
  if (namespaces.length === 0 && !clusterScope)
    yield required(`${at}.namespaces`, 'resource rules that are not cluster scoped must supply at least one namespace');
  else if (namespaces.includes('*')) yield* aloneRules(namespaces, `${at}.namespaces`, 'namespaces');
  else
    for (const [i, namespace] of namespaces.entries())
      for (const message of isDNS1123Label(namespace))
        yield invalidValue(`${at}.namespaces[${i}]`, namespace, `each member of this list must be '*' or a DNS-1123 label; ${message}`);
}

function* pathRuleRules({ verbs: given, nonResourceURLs }: NonResourcePolicyRule, at: string): Errors {
  const paths: MaybeList = nonResourceURLs;
  yield* verbsRules(given, `${at}.verbs`);
  if (!paths?.length) yield required(`${at}.nonResourceURLs`, 'nonResourceURLs must contain at least one value');
  else if (paths.includes('*')) yield* aloneRules(paths, `${at}.nonResourceURLs`, 'non-resource URLs');
  else
    for (const [i, path] of paths.entries()) {
      const problem = pathProblem(path);
      if (problem) yield invalidValue(`${at}.nonResourceURLs[${i}]`, path, problem);
    }
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const stars = path.split('*').length - 1;
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
