import type { User } from '../../api/types';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../kinds/rbac/roles';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacV1Subject, Role, RoleBinding, RoleRef } from '../../schema/types';
import { groupBy } from '../../lib/group-by';
import type { Storage } from '../storage';
import { ruleAllows } from './rules';
import type { Attributes, Authorizer, Decision } from './types';

/** What one binding gives one of its subjects. */
type Grant = {
  /** Bindings are looked through in this order: those of everywhere first, each kind by name. */
  readonly binding: number;
  /** Which of the binding's subjects this is. */
  readonly mention: number;
  /** Undefined: everywhere. */
  readonly namespace: string | undefined;
  readonly rules: readonly PolicyRule[];
  /** `RoleBinding "b/ns" of Role "reader" to Group "devs"`. */
  readonly description: string;
  /** The role that is not there. */
  readonly problem?: string;
};

/** A user's grants as they are looked through: those of everywhere, and those of each namespace. */
type Grants = { readonly everywhere: readonly Grant[]; readonly byNamespace: ReadonlyMap<string, readonly Grant[]>; readonly known: Map<string, Decision> };

const kinds = [ClusterRoles, ClusterRoleBindings, Roles, RoleBindings];
/** More users than this are not remembered at once. */
const mostUsers = 1_000;
const mostDecisions = 2_000;
const noOpinion: Decision = { allowed: false, reason: '' };

/** Role-based access control: what roles and bindings in the store allow. Compiled for each user once, and anew when one of the four kinds changes. */
export class RbacAuthorizer implements Authorizer {
  #byUser = new Map<string, Grants>();
  #bySubject: ReadonlyMap<string, readonly Grant[]> | undefined;

  constructor(private readonly storage: Storage) {
    const { store } = storage;
    for (const { resource } of kinds) store.watch(`${resource}/`, store.revision).subscribe(() => { this.#bySubject = undefined; });
  }

  authorize(asked: Attributes): Decision {
    const grants = this.#grantsOf(asked.user);
    if ('path' in asked) return this.#decide(grants.everywhere, asked);
    const { verb, group, resource, subresource, namespace } = asked;
    const key = `${verb} ${group} ${resource} ${subresource ?? ''} ${namespace ?? ''}`;
    const known = grants.known.get(key);
    if (known) return known;
    const applying = this.#applying(grants, namespace);
    const { name: _name, ...unnamed } = asked;
    const always = this.#decide(applying, unnamed);
    if (!always.allowed) return this.#decide(applying, asked);   // a name may open more
    if (grants.known.size >= mostDecisions) grants.known.clear();
    grants.known.set(key, always);
    return always;
  }

  /** All rules a user has in a namespace, those of everywhere first. */
  rulesFor(user: User, namespace: string | undefined): readonly PolicyRule[] {
    return this.#applying(this.#grantsOf(user), namespace).flatMap(({ rules }) => rules);
  }

  /** The rules a binding's reference leads to; undefined when there is no such role. */
  rulesOf({ kind, name }: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined {
    const found = kind === 'Role' ? this.storage.find(Roles, namespace, name) : this.storage.find(ClusterRoles, undefined, name);
    return found && ((found as Role | ClusterRole).rules ?? []);   // stored under their kinds, so they are
  }

  #applying({ everywhere, byNamespace }: Grants, namespace: string | undefined): readonly Grant[] {
    const here = namespace ? byNamespace.get(namespace) : undefined;
    return here ? [...everywhere, ...here] : everywhere;
  }

  #decide(grants: readonly Grant[], asked: Attributes): Decision {
    const allowing = grants.find(({ rules }) => rules.some((rule) => ruleAllows(rule, asked)));
    if (allowing) return { allowed: true, reason: `RBAC: allowed by ${allowing.description}` };
    const problems = [...new Set(grants.flatMap(({ problem }) => (problem === undefined ? [] : [problem])))];
    if (problems.length === 0) return noOpinion;
    return { allowed: false, reason: `RBAC: ${problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`}` };
  }

  #grantsOf(user: User): Grants {
    const bySubject = this.#compiled();
    const key = `${user.name}\n${user.groups.join('\n')}`;
    const known = this.#byUser.get(key);
    if (known) return known;
    const subjects = [`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)];
    const found = [...new Set(subjects)].flatMap((subject) => bySubject.get(subject) ?? []);
    // A binding that names the user more than once gives what its first mention gives.
    const inOrder = found.sort((a, b) => a.binding - b.binding || a.mention - b.mention).filter(({ binding }, i, all) => all[i - 1]?.binding !== binding);
    const everywhere = inOrder.filter(({ namespace }) => namespace === undefined);
    const byNamespace = groupBy(inOrder.filter(({ namespace }) => namespace !== undefined), ({ namespace }) => namespace ?? '');
    const made: Grants = { everywhere, byNamespace, known: new Map() };
    if (this.#byUser.size >= mostUsers) this.#byUser.clear();
    this.#byUser.set(key, made);
    return made;
  }

  #compiled(): ReadonlyMap<string, readonly Grant[]> {
    if (this.#bySubject) return this.#bySubject;
    const bySubject = new Map<string, Grant[]>();
    let place = 0;
    for (const object of [...this.storage.list(ClusterRoleBindings, undefined), ...this.storage.list(RoleBindings, undefined)]) {
      const binding = object as ClusterRoleBinding | RoleBinding;   // stored under these kinds
      place++;
      for (const [mention, subject] of (binding.subjects ?? []).entries()) {
        const key = subjectKey(subject, binding.metadata.namespace);
        const grants = bySubject.get(key) ?? [];
        grants.push(this.#grant(binding, subject, place, mention));
        bySubject.set(key, grants);
      }
    }
    this.#byUser = new Map();
    this.#bySubject = bySubject;
    return bySubject;
  }

  #grant({ kind, metadata: { name, namespace }, roleRef }: ClusterRoleBinding | RoleBinding, subject: RbacV1Subject, place: number, mention: number): Grant {
    const rules = this.rulesOf(roleRef, namespace);
    const bindingName = namespace === undefined ? name : `${name}/${namespace}`;
    const description = `${kind} ${JSON.stringify(bindingName)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${describedSubject(subject, namespace)}`;
    const problem = `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`;
    return { binding: place, mention, namespace, rules: rules ?? [], description, ...(!rules && { problem }) };
  }
}

function subjectKey({ kind, name, namespace }: RbacV1Subject, bindingNamespace: string | undefined): string {
  return kind === 'ServiceAccount' ? `User system:serviceaccount:${namespace || (bindingNamespace ?? '')}:${name}` : `${kind} ${name}`;
}

const describedSubject = ({ kind, name, namespace }: RbacV1Subject, bindingNamespace: string | undefined): string =>
  `${kind} ${JSON.stringify(kind === 'ServiceAccount' ? `${name}/${namespace || (bindingNamespace ?? '')}` : name)}`;
