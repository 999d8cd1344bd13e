import { forbidden, StatusError } from '../../api/status';
import type { User } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { alwaysAllow, type Attributes, type Authorizer } from './types';

/** What is asked of a resource. */
export type Asked = {
  readonly user: User;
  readonly verb: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
};

/** Throws Forbidden in upstream's words unless the user may do this. */
export function checkAllowed(authorizer: Authorizer, kind: Kind, { user, verb, subresource, namespace, name }: Asked): void {
  if (authorizer === alwaysAllow) return;   // every write of every component passes here
  const { group, version, facts: { plural } } = kind;
  const attributes: Attributes = { user, verb, group, version, resource: plural, subresource, namespace: kind.namespaced ? namespace : undefined, name };
  const { allowed, reason } = authorizer.authorize(attributes);
  if (allowed) return;
  const what = subresource ? `${plural}/${subresource}` : plural;
  const where = attributes.namespace ? `in the namespace "${attributes.namespace}"` : 'at the cluster scope';
  throw forbidden(kind, name ?? '', `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}${reason && `: ${reason}`}`);
}

/** The same for a path that is no resource. */
export function checkPathAllowed(authorizer: Authorizer, user: User, path: string): void {
  const { allowed, reason } = authorizer.authorize({ user, verb: 'get', path });
  if (!allowed) throw new StatusError('Forbidden', `forbidden: User "${user.name}" cannot get path "${path}"${reason && `: ${reason}`}`, {});
}
