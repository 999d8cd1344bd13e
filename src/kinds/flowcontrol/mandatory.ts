import type {
  FlowSchemaSpec,
  FlowcontrolV1Subject,
  LimitedPriorityLevelConfiguration,
  NonResourcePolicyRule,
  PriorityLevelConfigurationSpec,
  ResourcePolicyRule,
} from '../../schema/types';

/** An object of priority and fairness that the API server makes itself. */
export type Bootstrapped<Spec> = { readonly name: string; readonly spec: Spec };

/** Its own objects bear this: the server keeps them up to date until somebody says `false`. */
export const autoUpdateAnnotation = 'apf.kubernetes.io/autoupdate-spec';

const allResources: ResourcePolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] };
const allPaths: NonResourcePolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] };
const groups = (...names: readonly string[]): readonly FlowcontrolV1Subject[] => names.map((name) => ({ kind: 'Group', group: { name } }));
const users = (...names: readonly string[]): readonly FlowcontrolV1Subject[] => names.map((name) => ({ kind: 'User', user: { name } }));
const systemAccounts: readonly FlowcontrolV1Subject[] = [{ kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } }];
const everybody = groups('system:unauthenticated', 'system:authenticated');

type Flow = Omit<FlowSchemaSpec, 'priorityLevelConfiguration' | 'matchingPrecedence' | 'distinguisherMethod'>;
const everythingOf = (subjects: readonly FlowcontrolV1Subject[]): Flow => ({ rules: [{ subjects, resourceRules: [allResources], nonResourceRules: [allPaths] }] });

const flow = (name: string, level: string, matchingPrecedence: number, by: 'ByUser' | 'ByNamespace' | undefined, rest: Flow): Bootstrapped<FlowSchemaSpec> => ({
  name,
  spec: { priorityLevelConfiguration: { name: level }, matchingPrecedence, ...(by && { distinguisherMethod: { type: by } }), ...rest },
});

const level = (
  name: string, nominalConcurrencyShares: number, lendablePercent: number, queues: number, handSize: number,
): Bootstrapped<PriorityLevelConfigurationSpec> => limited(name, {
  nominalConcurrencyShares, limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } }, lendablePercent,
});
const limited = (name: string, spec: LimitedPriorityLevelConfiguration): Bootstrapped<PriorityLevelConfigurationSpec> => ({ name, spec: { type: 'Limited', limited: spec } });

/** These always are, and always are as here. */
export const mandatoryPriorityLevels: readonly Bootstrapped<PriorityLevelConfigurationSpec>[] = [
  { name: 'exempt', spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } } },
  limited('catch-all', { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' }, lendablePercent: 0 }),
];
export const mandatoryFlowSchemas: readonly Bootstrapped<FlowSchemaSpec>[] = [
  flow('exempt', 'exempt', 1, undefined, everythingOf(groups('system:masters'))),
  flow('catch-all', 'catch-all', 10_000, 'ByUser', everythingOf(everybody)),
];

/** What a fresh server has besides; they may be changed and deleted. */
export const suggestedPriorityLevels: readonly Bootstrapped<PriorityLevelConfigurationSpec>[] = [
  level('system', 30, 33, 64, 6),
  level('node-high', 40, 25, 64, 6),
  level('leader-election', 10, 0, 16, 4),
  level('workload-high', 40, 50, 128, 6),
  level('workload-low', 100, 90, 128, 6),
  level('global-default', 20, 50, 128, 6),
];

const leases: ResourcePolicyRule = { verbs: ['*'], apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ['*'] };
const ownNodes: ResourcePolicyRule = { verbs: ['*'], apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: ['*'] };
const probes: NonResourcePolicyRule = { verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] };

export const suggestedFlowSchemas: readonly Bootstrapped<FlowSchemaSpec>[] = [
  flow('system-nodes', 'system', 500, 'ByUser', everythingOf(groups('system:nodes'))),
  flow('system-node-high', 'node-high', 400, 'ByUser', { rules: [{ subjects: groups('system:nodes'), resourceRules: [ownNodes, leases] }] }),
  flow('probes', 'exempt', 2, undefined, { rules: [{ subjects: everybody, nonResourceRules: [probes] }] }),
  flow('system-leader-election', 'leader-election', 100, 'ByUser', {
    rules: [{
      subjects: [...users('system:kube-controller-manager', 'system:kube-scheduler'), ...systemAccounts],
      resourceRules: [{ ...leases, verbs: ['get', 'create', 'update'] }],
    }],
  }),
  flow('kube-controller-manager', 'workload-high', 800, 'ByNamespace', everythingOf(users('system:kube-controller-manager'))),
  flow('kube-scheduler', 'workload-high', 800, 'ByNamespace', everythingOf(users('system:kube-scheduler'))),
  flow('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', everythingOf(systemAccounts)),
  flow('service-accounts', 'workload-low', 9000, 'ByUser', everythingOf(groups('system:serviceaccounts'))),
  flow('global-default', 'global-default', 9900, 'ByUser', everythingOf(everybody)),
];
