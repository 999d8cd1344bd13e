import type { User } from '../../api/types';
import type { PolicyRule, RoleRef } from '../../schema/types';

/** What somebody asks to do, as RBAC sees it. */
export type Attributes =
  | {
    readonly user: User;
    /** The verb of the request, `watch` and the special verbs (`bind`, `escalate`, `impersonate`) among them. */
    readonly verb: string;
    readonly group: string;
    readonly version: string;
    /** The plural without its group. */
    readonly resource: string;
    readonly subresource?: string | undefined;
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
    /** Of a list or watch. */
    readonly fieldSelector?: string | undefined;
  }
  | { readonly user: User; readonly verb: string; readonly path: string };

/** `reason` says why it is allowed, or what went wrong while deciding. */
export type Decision = { readonly allowed: boolean; readonly denied?: boolean; readonly reason: string };

/** Decides who may do what. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision;
  /** Absent where everybody may do everything. */
  readonly rules?: RuleSource;
}

/** Who has which rules, for those who list them or hand them on. */
export interface RuleSource {
  rulesFor(user: User, namespace: string | undefined): readonly PolicyRule[];
  /** The rules a binding's reference leads to; undefined when there is no such role. */
  rulesOf(role: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined;
}

/** Its members may do everything, without being asked for a reason. */
export const privilegedGroup = 'system:masters';

const allowed: Decision = { allowed: true, reason: '' };

/** `--authorization-mode=AlwaysAllow`. */
export const alwaysAllow: Authorizer = { authorize: () => allowed };
