import { CommandError } from '../errors';
import { bool, integer, list, text, texts } from '../flags';
import type { JsonRecord } from '../values';
import type { Context } from '../verb';
import { createVerb, pairOf } from './generator';

const group = 'rbac.authorization.k8s.io';
const knownVerbs = new Set([
  'get', 'delete', 'list', 'create', 'update', 'patch', 'watch', 'proxy', 'deletecollection', 'use', 'bind', 'escalate', 'impersonate', '*',
]);

const ruleFlags = {
  verb: list('Verb that applies to the resources contained in the rule', {}),
  resource: list('Resource that the rule applies to', {}),
  'resource-name': texts('Resource in the white list that the rule applies to', {}),
};
type RuleFlags = { readonly verb: readonly string[]; readonly resource: readonly string[]; readonly 'resource-name': readonly string[] };

/** One rule for each group that the resources belong to. Throws CommandError. */
function rulesOf(flags: RuleFlags, { connection, resources: served }: Context): readonly JsonRecord[] {
  if (flags.verb.length === 0) throw new CommandError('at least one verb must be specified');
  if (flags.resource.length === 0) throw new CommandError('one of --resource must be specified');
  for (const verb of flags.verb) if (!knownVerbs.has(verb)) connection.warn(`'${verb}' is not a standard resource verb`);
  const verbs = flags.verb.includes('*') ? ['*'] : [...new Set(flags.verb)];
  const byGroup = new Map<string, string[]>();
  for (const word of new Set(flags.resource)) {
    const [resource = '', subresource] = word.split('/');
    const mapping = resource === '*' ? { group: '*', plural: '*' } : served.find(resource);
    if (!mapping) throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(resource)}`);
    byGroup.set(mapping.group, [...(byGroup.get(mapping.group) ?? []), subresource ? `${mapping.plural}/${subresource}` : mapping.plural]);
  }
  return [...byGroup].sort(([a], [b]) => (a < b ? -1 : 1)).map(([apiGroup, resources]) =>
    ({ apiGroups: [apiGroup], ...(flags['resource-name'].length > 0 && { resourceNames: flags['resource-name'] }), resources, verbs }));
}

export const createRole = createVerb({
  name: 'role', resource: `roles.${group}`, usage: 'role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]',
  summary: 'Create a role with single rule', flags: ruleFlags,
  build: (_, flags, context) => ({ rules: rulesOf(flags, context) }),
});

export const createClusterRole = createVerb({
  name: 'clusterrole', resource: `clusterroles.${group}`, usage: 'clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename]',
  summary: 'Create a cluster role',
  flags: {
    ...ruleFlags, 'non-resource-url': list('A partial url that user should have access to.', {}),
    'aggregation-rule': texts('An aggregation label selector for combining ClusterRoles.', {}),
  },
  build(_, flags, context) {
    if (flags['aggregation-rule'].length > 0) return {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: Object.fromEntries(flags['aggregation-rule'].map((pair) => pairOf(pair, 'aggregation rule'))) }] },
      rules: [],
    };
    if (flags['non-resource-url'].length > 0) return { rules: [{ nonResourceURLs: flags['non-resource-url'], verbs: flags.verb }] };
    return { rules: rulesOf(flags, context) };
  },
});

const subjectFlags = {
  user: texts('Usernames to bind to the role.', {}), group: texts('Groups to bind to the role.', {}), serviceaccount: texts(
    'Service accounts to bind to the role, in the format <namespace>:<name>', {},
  ),
  clusterrole: text('ClusterRole this binding should reference'),
};
type SubjectFlags = { readonly user: readonly string[]; readonly group: readonly string[]; readonly serviceaccount: readonly string[] };

const subjectsOf = (flags: SubjectFlags): readonly JsonRecord[] => [
  ...flags.user.map((name) => ({ apiGroup: group, kind: 'User', name })),
  ...flags.group.map((name) => ({ apiGroup: group, kind: 'Group', name })),
  ...flags.serviceaccount.map((word) => {
    const [namespace, name, ...more] = word.split(':');
    if (!namespace || !name || more.length > 0) throw new CommandError('serviceaccount must be <namespace>:<name>');
    return { kind: 'ServiceAccount', name, namespace };
  }),
];

export const createRoleBinding = createVerb({
  failure: 'failed to create rolebinding: ',
  name: 'rolebinding', resource: `rolebindings.${group}`,
  usage: 'rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]',
  summary: 'Create a role binding for a particular role or cluster role',
  flags: { ...subjectFlags, role: text('Role this RoleBinding should reference') },
  build(_, flags) {
    if (Boolean(flags.role) === Boolean(flags.clusterrole)) throw new CommandError('exactly one of clusterrole or role must be specified');
    return { roleRef: { apiGroup: group, kind: flags.role ? 'Role' : 'ClusterRole', name: flags.role || flags.clusterrole }, subjects: subjectsOf(flags) };
  },
});

export const createClusterRoleBinding = createVerb({
  failure: 'failed to create clusterrolebinding: ',
  name: 'clusterrolebinding', resource: `clusterrolebindings.${group}`,
  usage: 'clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]',
  summary: 'Create a cluster role binding for a particular cluster role', flags: subjectFlags,
  build(_, flags) {
    if (!flags.clusterrole) throw new CommandError('clusterrole must be specified');
    return { roleRef: { apiGroup: group, kind: 'ClusterRole', name: flags.clusterrole }, subjects: subjectsOf(flags) };
  },
});

export const createNamespace = createVerb({
  name: 'namespace', resource: 'namespaces', usage: 'namespace NAME', summary: 'Create a namespace with the specified name', flags: {},
  build: () => ({ spec: {}, status: {} }),
});
export const createServiceAccount = createVerb({
  failure: 'failed to create serviceaccount: ',
  name: 'serviceaccount', resource: 'serviceaccounts', usage: 'serviceaccount NAME', summary: 'Create a service account with the specified name', flags: {},
  build: () => ({}),
});

export const createQuota = createVerb({
  failure: 'failed to create quota: ',
  name: 'quota', resource: 'resourcequotas', usage: 'quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]',
  summary: 'Create a quota with the specified name',
  flags: {
    hard: list('A comma-delimited set of resource=quantity pairs that define a hard limit.', {}), scopes: list('A comma-delimited set of quota scopes.', {}),
  },
  build: (_, { hard, scopes }) => ({
    spec: { ...(hard.length > 0 && { hard: Object.fromEntries(hard.map((pair) => pairOf(pair, 'argument value'))) }), ...(scopes.length > 0 && { scopes }) },
    status: {},
  }),
});

export const createPriorityClass = createVerb({
  failure: 'failed to create priorityclass: ',
  name: 'priorityclass', resource: 'priorityclasses.scheduling.k8s.io', usage: 'priorityclass NAME --value=VALUE --global-default=BOOL',
  summary: 'Create a priority class with the specified name',
  flags: {
    value: integer('The value of this priority class.'), description: text('Guidelines on when this priority class should be used.'),
    'global-default': bool('Whether pods without a class get this one.'), 'preemption-policy': text(
      'Never or PreemptLowerPriority.', { initial: 'PreemptLowerPriority' },
    ),
  },
  build: (_, flags) => ({
    ...(flags.description && { description: flags.description }), ...(flags['global-default'] && { globalDefault: true }),
    preemptionPolicy: flags['preemption-policy'], value: flags.value,
  }),
});

export const createBudget = createVerb({
  failure: 'failed to create poddisruptionbudgets: ',
  name: 'poddisruptionbudget', resource: 'poddisruptionbudgets.policy', usage: 'poddisruptionbudget NAME --selector=SELECTOR --min-available=N',
  summary: 'Create a pod disruption budget with the specified name',
  flags: {
    selector: text('A label selector to use for this budget.'), 'min-available': text('Least number or share of pods that must stay.'),
    'max-unavailable': text('Largest number or share of pods that may go.'),
  },
  build(_, flags) {
    const [least, most] = [flags['min-available'], flags['max-unavailable']];
    if (!flags.selector) throw new CommandError('a selector must be specified');
    if (Boolean(least) === Boolean(most))
      throw new CommandError(least ? 'min-available and max-unavailable cannot be both specified' : 'one of min-available or max-unavailable must be specified');
    const amount = (word: string) => (/^\d+$/.test(word) ? Number(word) : word);
    const matchLabels = Object.fromEntries(flags.selector.split(',').map((pair) => pairOf(pair, 'selector')));
    return {
      spec: { ...(least ? { minAvailable: amount(least) } : { maxUnavailable: amount(most) }), selector: { matchLabels } },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    };
  },
});
