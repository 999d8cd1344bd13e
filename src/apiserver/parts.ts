import type { ApiRequest, ApiResponse } from '../api/types';
import type { KindCatalog } from '../kinds/catalog';
import type { Kind } from '../kinds/define';
import type { ExpressionWarning, ValidatingAdmissionPolicySpec } from '../schema/types';
import type { signRequest } from '../lib/certificates/authority';
import type { parseRequest } from '../lib/certificates/request';
import type { Random } from '../sim/random';
import type { FirstAdmission } from './admission/first';
import type { Admission } from './admission/types';
import type { Authorizer } from './authorization/types';
import type { Scope, ServerContext } from './context';
import type { proxy } from './proxy';
import type { NonResource } from './non-resource/types';
import type { WebhookCaller } from './webhooks/caller';

/**
 * What a server has beside what its own control plane asks of it while it comes up: large, and not needed before anybody else writes.
 * Until a server has it, it answers reads and the writes of its components.
 */
export type ServerParts = {
  /** Gives the kinds of the catalogue all they have. */
  readonly completeKinds: (kinds: KindCatalog) => void;
  /** Every admission plugin in its order, the first ones among them. */
  readonly admission: (first: FirstAdmission, random: Random, authorizer: Authorizer, webhooks: WebhookCaller) => readonly Admission[];
  /** What brings the served custom resources in step with one definition. */
  readonly customResources: (context: ServerContext, call: (request: ApiRequest) => ApiResponse, plan: (name: string) => void) => (name: string) => void;
  /** Evictions and scaling. */
  readonly subresources: Readonly<Record<string, (scope: Scope) => ApiResponse>>;
  /** Hands an HTTP request on to a pod, a service or a node. */
  readonly proxy: typeof proxy;
  /** Discovery, version, health and OpenAPI. */
  readonly nonResource: (...asked: Parameters<NonResource>) => ApiResponse;
  /** What type checking finds in the expressions of an admission policy. */
  readonly policyWarnings: (spec: ValidatingAdmissionPolicySpec, kinds: () => Iterable<Kind>) => readonly ExpressionWarning[];
  /** Reading requests for certificates, and signing them with the cluster's authority. */
  readonly certificates: { readonly parse: typeof parseRequest; readonly sign: typeof signRequest };
  /** Kinds that are asked and answered, and never stored. */
  readonly review: (scope: Scope) => ApiResponse;
};
