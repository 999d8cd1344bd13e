import type { User } from '../../api/types';

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
  }
  | { readonly user: User; readonly verb: string; readonly path: string };

/** `reason` says why it is allowed, or what went wrong while deciding. */
export type Decision = { readonly allowed: boolean; readonly denied?: boolean; readonly reason: string };

/** Decides who may do what. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision;
}

const allowed: Decision = { allowed: true, reason: '' };

/** `--authorization-mode=AlwaysAllow`. */
export const alwaysAllow: Authorizer = { authorize: () => allowed };
