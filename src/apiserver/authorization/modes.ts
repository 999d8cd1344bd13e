import type { Storage } from '../storage';
import { NodeAuthorizer } from './node';
import { RbacAuthorizer } from './rbac';
import { privilegedGroup, type Attributes, type Authorizer, type Decision } from './types';

/** `--authorization-mode`: everybody may do everything, or Node and RBAC decide. */
export type AuthorizationMode = 'AlwaysAllow' | 'RBAC';

const privileged: Decision = { allowed: true, reason: '' };

/** `--authorization-mode=Node,RBAC`: the first that allows decides. */
class NodeAndRbac implements Authorizer {
  readonly rules: RbacAuthorizer;
  readonly #node: NodeAuthorizer;

  constructor(storage: Storage) {
    this.rules = new RbacAuthorizer(storage);
    this.#node = new NodeAuthorizer(storage);
  }

  authorize(asked: Attributes): Decision {
    if (asked.user.groups.includes(privilegedGroup)) return privileged;
    const byNode = this.#node.authorize(asked);
    if (byNode.allowed) return byNode;
    const byRole = this.rules.authorize(asked);
    return byRole.allowed || byNode.reason === '' ? byRole : { allowed: false, reason: [byNode.reason, byRole.reason].filter(Boolean).join('\n') };
  }
}

/** How the authorizer of a mode is made; undefined for the usual one, who allows everything. */
export const authorizerOf = (mode: AuthorizationMode = 'AlwaysAllow'): ((storage: Storage) => Authorizer) | undefined => (mode === 'RBAC' ? (storage) => new NodeAndRbac(storage) : undefined);
