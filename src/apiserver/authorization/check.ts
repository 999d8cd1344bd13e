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
  readonly options?: { readonly fieldSelector?: string } | undefined;
};

/** A namespace is in itself: whoever may get namespaces in it may get it. A list of one name is about that name. */
export function attributesOf(kind: Kind, { user, verb, subresource, namespace, name, options }: Asked): Attributes {
  const { group, version, facts: { plural } } = kind;
  const fieldSelector = options?.fieldSelector;
  return {
    user, verb, group, version, resource: plural, subresource, fieldSelector,
    namespace: kind.namespaced ? namespace : kind.resource === 'namespaces' ? name : undefined,
    name: name ?? selectedName(fieldSelector),
  };
}

/** The name that `metadata.name=x` selects. */
export function selectedName(fieldSelector: string | undefined): string | undefined {
  if (!fieldSelector) return undefined;
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(fieldSelector)?.[1];
}

/** Throws Forbidden in upstream's words unless the user may do this. */
export function checkAllowed(authorizer: Authorizer, kind: Kind, asked: Asked): void {
  if (authorizer === alwaysAllow) return;   // every write of every component passes here
  check(authorizer, attributesOf(kind, asked));
}

/** The same for a path that is no resource. */
export function checkPathAllowed(authorizer: Authorizer, user: User, path: string, verb = 'get'): void { check(authorizer, { user, verb, path }); }

export function check(authorizer: Authorizer, asked: Attributes): void {
  const { allowed, reason } = authorizer.authorize(asked);
  if (!allowed) throw refusal(asked, reason);
}

/** Forbidden, as upstream says it of these attributes. */
export function refusal(asked: Attributes, reason: string): StatusError {
  const { user, verb } = asked;
  const why = reason && `: ${reason}`;
  if ('path' in asked) return new StatusError('Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${asked.path}"${why}`, {});
  const { group, resource, subresource, namespace, name } = asked;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  return forbidden({ resource: group ? `${resource}.${group}` : resource, kind: '', group }, name ?? '',
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}${why}`);
}
