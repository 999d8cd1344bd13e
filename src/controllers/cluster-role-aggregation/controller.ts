import { ClusterRoles } from '../../kinds/rbac/roles';
import { equal } from '../../lib/equality';
import { selectorOf } from '../../lib/selectors';
import { defineController, watched } from '../../runtime/controller';
import type { ClusterRole, PolicyRule } from '../../schema/types';

/** Gathers the rules of the roles that an aggregated ClusterRole selects. */
export const clusterRoleAggregationController = defineController<ClusterRole>({
  name: 'clusterrole-aggregation-controller',
  for: ClusterRoles,
  concerns: ({ aggregationRule }) => aggregationRule !== undefined,
  // Any role may be gathered, or have been: the few that gather look again.
  watches: [watched(ClusterRoles, (_role, informers) => [...informers.of(ClusterRoles).list()].flatMap(({ aggregationRule, metadata }) => (aggregationRule ? [metadata.name] : [])))],
  settleMs: 100,

  reconcile(name, { api, informer }) {
    const role = informer(ClusterRoles).get(name);
    const selectors = role?.aggregationRule?.clusterRoleSelectors?.map(selectorOf);
    if (!role || !selectors) return;
    const chosen = [...informer(ClusterRoles).list()].filter(({ metadata }) => metadata.name !== name && selectors.some((selector) => selector.matches(metadata.labels)));
    const rules: PolicyRule[] = [];
    for (const { rules: more } of chosen.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)))
      for (const rule of more ?? []) if (!rules.some((each) => equal(each, rule))) rules.push(rule);
    if (!equal(rules, role.rules ?? [])) api.update(ClusterRoles, { ...role, rules });
  },
});
