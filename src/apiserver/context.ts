import type { SchedulerLike } from 'rxjs';
import type { ApiRequest } from '../api/types';
import { methodNotAllowed, noSuchResource, StatusError } from '../api/status';
import type { KindCatalog } from '../kinds/catalog';
import type { Kind } from '../kinds/define';
import type { Descriptions } from '../schema/explain';
import type { Random } from '../sim/random';
import type { ServiceAddresses } from './service-addresses';
import type { Authenticator } from './authentication/authenticator';
import type { TokenIssuer } from './authentication/token-issuer';
import type { Authorizer } from './authorization/types';
import type { AdmissionChain } from './admission/run';
import type { Aggregator } from './aggregation/aggregator';
import type { Storage } from './storage';
import type { WebhookCaller } from './webhooks/caller';

/** What every part of the server works with. */
export type ServerContext = {
  readonly storage: Storage;
  readonly kinds: KindCatalog;
  readonly scheduler: SchedulerLike;
  readonly uids: Random;
  readonly names: Random;
  readonly addresses: ServiceAddresses;
  readonly admission: AdmissionChain;
  readonly webhooks: WebhookCaller;
  /** The way to other API servers. */
  readonly aggregator: Aggregator;
  /** Notes something in the audit record of the request under way; absent where nobody listens. */
  readonly annotate?: (key: string, value: string) => void;
  readonly authorizer: Authorizer;
  readonly authenticator: Authenticator;
  readonly tokenIssuer: TokenIssuer;
  /** Texts for OpenAPI documents; nothing until they are known. */
  readonly descriptions: () => Descriptions;
};

/** A request with its kind found and its words checked. */
export type Scope = { readonly context: ServerContext; readonly kind: Kind; readonly request: ApiRequest; readonly warnings: string[] };

/** Finds the kind a request is about. Throws NotFound for an unknown resource or version, MethodNotAllowed for a verb it has not. */
export function scopeOf(context: ServerContext, request: ApiRequest): Scope {
  const kind = kindOf(context, request.resource, request.version);
  const verbs = request.subresource ? kind.facts.subresources.find(({ name }) => name === request.subresource)?.verbs : kind.facts.verbs;
  if (!verbs) throw noSuchResource();
  if (!verbs.includes(request.verb)) throw methodNotAllowed(kind, request.verb);
  if (request.verb === 'create' && kind.schema?.isTerminating) {
    const { details } = methodNotAllowed(kind, request.verb);
    throw new StatusError('MethodNotAllowed', `${request.verb} not allowed while custom resource definition is terminating`, details);
  }
  return { context, kind, request, warnings: [] };
}

export function kindOf({ kinds }: Pick<ServerContext, 'kinds'>, resource: string, version?: string): Kind {
  const kind = kinds.find(resource, version);
  if (!kind) throw noSuchResource();
  return kind;
}

/** The object's namespace as the request and the kind's scope have it. */
export const namespaceOf = ({ kind, request }: Scope): string | undefined => (kind.namespaced ? request.namespace : undefined);

/** The name a request must have. */
export function nameOf({ request }: Scope): string {
  if (!request.name) throw new StatusError('BadRequest', 'name is required');
  return request.name;
}
