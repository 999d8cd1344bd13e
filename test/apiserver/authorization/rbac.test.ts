import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LocalClient } from '../../../src/api/local-client';
import type { User } from '../../../src/api/types';
import { bootstrap } from '../../../src/apiserver/bootstrap';
import { RbacAuthorizer } from '../../../src/apiserver/authorization/rbac';
import { missingRights } from '../../../src/apiserver/authorization/rules';
import type { Attributes } from '../../../src/apiserver/authorization/types';
import { createApiServer } from '../../../src/apiserver/create';
import { Storage } from '../../../src/apiserver/storage';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../../src/kinds/rbac/roles';
import type { PolicyRule, RbacV1Subject } from '../../../src/schema/types';
import { VirtualClock } from '../../../src/sim/clock';
import { Random } from '../../../src/sim/random';
import { Store } from '../../../src/store/store';

const apiGroup = 'rbac.authorization.k8s.io';
const some = <T,>(...of: readonly T[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 2 });
const rule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: some('get', 'list', '*'), apiGroups: some('', 'apps', '*'), resources: some('pods', 'pods/log', '*/log', '*'),
  resourceNames: fc.oneof(fc.constant([]), some('a', 'b')),
});
const subject: fc.Arbitrary<RbacV1Subject> = fc.oneof(
  fc.constantFrom('alice', 'system:serviceaccount:n1:robot').map((name) => ({ kind: 'User', apiGroup, name })),
  fc.constantFrom('devs', 'system:authenticated').map((name) => ({ kind: 'Group', apiGroup, name })),
  fc.constantFrom('n1', 'n2').map((namespace) => ({ kind: 'ServiceAccount', name: 'robot', namespace })),
);
const place = fc.constantFrom(undefined, 'n1', 'n2');
type Granted = { readonly namespace: string | undefined; readonly rules: readonly PolicyRule[]; readonly subjects: readonly RbacV1Subject[] };
const granted: fc.Arbitrary<Granted> = fc.record({ namespace: place, rules: fc.array(rule, { minLength: 1, maxLength: 2 }), subjects: fc.array(subject, { maxLength: 2 }) });
const users: readonly User[] = [
  { name: 'alice', groups: ['devs', 'system:authenticated'] }, { name: 'bob', groups: ['system:authenticated'] },
  { name: 'system:serviceaccount:n1:robot', groups: ['system:serviceaccounts'] }, { name: 'eve', groups: [] },
];
const asked: fc.Arbitrary<Extract<Attributes, { resource: string }>> = fc.record({
  user: fc.constantFrom(...users), verb: fc.constantFrom('get', 'list', 'delete'), group: fc.constantFrom('', 'apps'), version: fc.constant('v1'),
  resource: fc.constantFrom('pods', 'secrets'), subresource: fc.constantFrom(undefined, 'log'), namespace: place, name: fc.constantFrom(undefined, 'a', 'c'),
});

/** As the documentation says it, over everything there is, with nothing remembered. */
function naive(all: readonly Granted[], { user, verb, group, resource, subresource, namespace, name }: Extract<Attributes, { resource: string }>): boolean {
  const isUser = ({ kind, name: of, namespace: account }: RbacV1Subject): boolean =>
    (kind === 'Group' ? user.groups.includes(of) : user.name === (kind === 'User' ? of : `system:serviceaccount:${account ?? ''}:${of}`));
  const whole = subresource ? `${resource}/${subresource}` : resource;
  return all.some((each) => (each.namespace === undefined || each.namespace === namespace) && each.subjects.some(isUser) && each.rules.some((of) =>
    of.verbs.some((each) => each === '*' || each === verb) && (of.apiGroups ?? []).some((each) => each === '*' || each === group)
    && (of.resources ?? []).some((each) => each === '*' || each === whole || (subresource !== undefined && each === `*/${subresource}`))
    && (!of.resourceNames?.length || (name !== undefined && of.resourceNames.includes(name)))));
}

function started() {
  const store = new Store();
  const server = createApiServer({ store, scheduler: new VirtualClock(0), random: new Random(1) });
  const client = new LocalClient(server, { name: 'admin', groups: ['system:masters'] });
  for (const name of ['n1', 'n2']) client.create(Namespaces, { metadata: { name }, spec: {} });
  return { store, server, client, authorizer: new RbacAuthorizer(new Storage(store)) };
}

function grant(client: LocalClient, name: string, { namespace, rules, subjects }: Granted): void {
  if (namespace === undefined) {
    client.create(ClusterRoles, { metadata: { name }, rules });
    client.create(ClusterRoleBindings, { metadata: { name }, roleRef: { apiGroup, kind: 'ClusterRole', name }, subjects });
  } else {
    client.create(Roles, { metadata: { name, namespace }, rules });
    client.create(RoleBindings, { metadata: { name, namespace }, roleRef: { apiGroup, kind: 'Role', name }, subjects });
  }
}

describe('role-based access control', () => {
  test('what is compiled answers as a look through all roles and bindings does, before and after a change', () => {
    fc.assert(fc.property(fc.array(granted, { maxLength: 5 }), fc.array(asked, { minLength: 1, maxLength: 12 }), (grants, questions) => {
      const { client, authorizer } = started();
      const sofar: Granted[] = [];
      for (const [i, each] of grants.entries()) {
        grant(client, `g${i}`, each);
        sofar.push(each);
        for (const question of questions) expect(authorizer.authorize(question).allowed).toBe(naive(sofar, question));
      }
      for (const [i, { namespace }] of grants.entries()) {
        if (namespace === undefined) client.delete(ClusterRoles, { name: `g${i}` }); else client.delete(Roles, { namespace, name: `g${i}` });
      }
      for (const question of questions) expect(authorizer.authorize(question).allowed).toBe(false);
    }), { numRuns: 60 });
  });

  test('a binding to a role that is not there allows nothing, and says so', () => {
    const { client, authorizer } = started();
    client.create(RoleBindings, { metadata: { name: 'b', namespace: 'n1' }, roleRef: { apiGroup, kind: 'Role', name: 'gone' }, subjects: [{ kind: 'User', apiGroup, name: 'alice' }] });
    const alice = { name: 'alice', groups: [] };
    expect(authorizer.authorize({ user: alice, verb: 'get', group: '', version: 'v1', resource: 'pods', namespace: 'n1' }))
      .toEqual({ allowed: false, reason: 'RBAC: role.rbac.authorization.k8s.io "gone" not found' });
  });

  test('nobody lacks what he has', () => {
    fc.assert(fc.property(fc.array(rule, { maxLength: 4 }), fc.array(rule, { maxLength: 4 }), (own, more) => {
      expect(missingRights([...own, ...more], own)).toEqual([]);
      if (missingRights(own, more).length === 0) expect(missingRights(own, [...own, ...more])).toEqual([]);
    }));
  });

  test('cluster-admin covers every default role, and view nothing of edit', () => {
    const { client } = started();
    bootstrapInto(client);
    const rulesOf = (name: string): readonly PolicyRule[] => client.get(ClusterRoles, { name }).rules ?? [];
    for (const { metadata: { name } } of client.list(ClusterRoles).items) expect(missingRights(rulesOf('cluster-admin'), rulesOf(name))).toEqual([]);
    expect(missingRights(rulesOf('system:aggregate-to-view'), rulesOf('system:aggregate-to-edit'))).toContain(
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "watch" "create" "delete" "deletecollection" "patch" "update"]}');
  });
});

const bootstrapInto = (client: LocalClient): void => {
  for (const { metadata: { name } } of client.list(Namespaces).items) client.delete(Namespaces, { name });
  bootstrap(client, '172.18.0.2');
};
