import type { KubeObject } from '../../api/types';
import type { ObjectMeta } from '../../schema/types';
import type { Attributes, Posted } from '../admission/types';
import { nameOf, namespaceOf, type Scope, type ServerContext } from '../context';
import { optionsOf } from '../request-options';

type Given = Pick<Attributes, 'operation' | 'kind' | 'subresource' | 'namespace' | 'name' | 'user' | 'posted'> & Partial<Pick<Attributes, 'dryRun' | 'warnings' | 'cause' | 'options'>>;

/** What admission is told of something that is sent to a subresource. `object` is made when somebody looks at it: every pod is bound by such a post. */
export function postedAttributes({ storage, scheduler, kinds, authorizer, annotate }: ServerContext, given: Given, object: () => KubeObject): Attributes {
  let made: KubeObject | undefined;
  return {
    dryRun: false, warnings: [], cause: undefined, options: () => ({}), ...given, storage, now: scheduler.now(), kinds, authorizer, annotate,
    get object() { return made ??= object(); },
  };
}

/**
 * Lets admission judge what is posted to a subresource that does something of its own: a Binding, an Eviction, a TokenRequest.
 * Throws StatusError when it is refused.
 */
export function judgePosted(scope: Scope, subresource: string, posted: Posted, body: object): void {
  const { context, kind, request, warnings } = scope;
  const [namespace, name] = [namespaceOf(scope), nameOf(scope)];
  context.admission.judgePosted(kind.resource, subresource, () => postedAttributes(context, {
    operation: 'create', kind, subresource, posted, namespace, name, user: request.user,
    dryRun: request.options?.dryRun === true, warnings, cause: request.cause, options: () => optionsOf(request),
  }, () => whole(posted, name, body)));
}

/** What is posted has of metadata what its sender gave it. */
function whole({ group, version, kind }: Posted, name: string, body: object): KubeObject {
  const { metadata }: { readonly metadata?: Partial<ObjectMeta> } = body;
  return { ...body, kind, apiVersion: group ? `${group}/${version}` : version, metadata: { ...metadata, name } as ObjectMeta };
}
