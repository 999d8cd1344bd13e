import type { Storage } from '../storage';
import { NodeAuthorizer } from './node';
import { RbacAuthorizer } from './rbac';
import { alwaysAllow, type Attributes, type Authorizer, type Decision } from './types';

/** `--authorization-mode`: everybody may do everything, or Node and RBAC decide. */
export type AuthorizationMode = 'AlwaysAllow' | 'RBAC';

/** Its members may do everything, without being asked for a reason. */
export const privilegedGroup = 'system:masters';
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

export const createAuthorizer = (mode: AuthorizationMode, storage: Storage): Authorizer => (mode === 'RBAC' ? new NodeAndRbac(storage) : alwaysAllow);
