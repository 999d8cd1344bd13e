import { Observable, of, Subject, type SchedulerLike } from 'rxjs';
import { noSuchResource, StatusError } from '../api/status';
import type { ApiRequest, ApiResponse, ApiServer, ConnectFrame, ConnectRequest, User, WatchEvent, WatchRequest } from '../api/types';
import type { KindCatalog } from '../kinds/catalog';
import { firstCatalog } from '../kinds/first-kinds';
import type { HttpRequest, HttpResponse } from '../net/types';
import type { Random } from '../sim/random';
import type { Descriptions } from '../schema/explain';
import type { APIService } from '../schema/types';
import type { Store } from '../store/store';
import { DefinitionPlanner } from './apiextensions/planner';
import { firstAdmission, type FirstAdmission } from './admission/first';
import { AdmissionChain } from './admission/run';
import { Auditor, type AuditEvent } from './audit/auditor';
import type { AuditPolicy } from './audit/policy';
import { Aggregator } from './aggregation/aggregator';
import { forwarded } from './aggregation/forwarded';
import { Authenticator, type StaticTokens } from './authentication/authenticator';
import { TokenIssuer } from './authentication/token-issuer';
import { attributesOf } from './authorization/check';
import { requestInfo } from './authorization/request-info';
import { alwaysAllow, type Attributes, type Authorizer } from './authorization/types';
import { judgeConnection } from './connect-admission';
import { connect, targetOf, type Kubelets } from './connect';
import { kindOf, scopeOf, type Scope, type ServerContext } from './context';
import { Guard } from './guard';
import type { ServerParts } from './parts';
import type { ExpressionWarning, ValidatingAdmissionPolicySpec } from '../schema/types';
import type { Dial, ProxyRequest } from './proxy';
import { ServiceAddresses } from './service-addresses';
import { Storage } from './storage';
import { bind } from './subresources/binding';
import { finalize } from './subresources/finalize';
import { requestToken } from './subresources/token';
import { create } from './verbs/create';
import { deleteCollection, deleteOne } from './verbs/delete';
import { patch } from './verbs/patch';
import { get, list } from './verbs/read';
import { update } from './verbs/update';
import { nobodyAnswers as nobodyReached, type Reach } from './service-endpoints';
import { Webhooks } from './webhooks/webhooks';
import { openWatch, watch } from './watch';

export type ApiServerOptions = {
  readonly store: Store;
  readonly scheduler: SchedulerLike;
  readonly random: Random;
  /** How late a watch event reaches this user, in virtual milliseconds. */
  readonly latencyMs?: (user: string) => number;
  readonly kubelets?: Kubelets;
  /** How webhooks and API servers behind Services are reached: nothing is when absent. */
  readonly reach?: Reach;
  /** The way to pods and nodes that requests are handed on to: nothing answers when absent. */
  readonly dial?: Dial;
  /** Makes who decides what users may do: everybody may do everything when absent. */
  readonly authorizer?: ((storage: Storage) => Authorizer) | undefined;
  /** Bearer tokens of users: what stands in a kubeconfig. */
  readonly tokens?: StaticTokens | undefined;
  /** Group versions that are served beside those that are on by default: `certificates.k8s.io/v1beta1`. */
  readonly runtimeConfig?: readonly string[] | undefined;
};

const nobodyAnswers: Dial = () => of({ error: 'no route to host' });

type Answer = (scope: Scope) => ApiResponse;

const verbs: Readonly<Record<ApiRequest['verb'], Answer>> = { get, list, create, update, patch, delete: deleteOne, deletecollection: deleteCollection };
/** Subresources with a way of their own; those that are parts of the object are read, updated and patched as it is. */
const subresources: Readonly<Record<string, Answer>> = { binding: bind, finalize, token: requestToken };
const ofTheObject: ReadonlySet<string> = new Set(['status', 'approval', 'ephemeralcontainers', 'resize']);

/** The API server: the one door to the store. It comes up with what its control plane needs, and is whole after {@link PodariumApiServer.complete}. */
export class PodariumApiServer implements ApiServer {
  readonly #context: ServerContext;
  readonly #latencyMs: (user: string) => number;
  readonly #kubelets: Kubelets;
  readonly #dial: Dial;
  readonly #authenticator: Authenticator;
  readonly #auditor: Auditor;
  /** Who may pass: everything that is asked goes by it. */
  readonly guard: Guard;
  /** Webhooks as functions, and the way to all others. */
  readonly webhooks: Webhooks;
  readonly #interrupted = new Subject<void>();
  readonly #random: Random;
  readonly #firstAdmission: FirstAdmission;
  readonly #definitions: DefinitionPlanner;
  #parts: ServerParts | undefined;
  #refusal: (() => StatusError) | undefined;
  #descriptions: Descriptions = {};

  constructor({ store, scheduler, random, latencyMs = () => 0, kubelets = () => undefined, reach = nobodyReached, dial = nobodyAnswers,
    authorizer: makeAuthorizer = () => alwaysAllow, tokens = {}, runtimeConfig = [] }: ApiServerOptions) {
    const storage = new Storage(store);
    const authorizer = makeAuthorizer(storage);
    const tokenIssuer = new TokenIssuer(random.stream('tokens'));
    this.#authenticator = new Authenticator(tokens, tokenIssuer, storage, () => scheduler.now());
    this.#random = random;
    this.#firstAdmission = firstAdmission(random);
    this.#auditor = new Auditor(scheduler, random.stream('audit'));
    this.guard = new Guard(this.#authenticator, authorizer, this.#auditor);
    this.webhooks = new Webhooks(storage, reach);
    this.#context = {
      storage,
      kinds: firstCatalog(runtimeConfig),
      scheduler,
      uids: random.stream('uids'),
      names: random.stream('names'),
      addresses: new ServiceAddresses(random, storage, scheduler),
      admission: new AdmissionChain(Object.values(this.#firstAdmission)),
      webhooks: this.webhooks.call,
      aggregator: new Aggregator(storage, reach, scheduler),
      annotate: (key, value) => this.#auditor.annotate(key, value),
      authorizer,
      authenticator: this.#authenticator,
      tokenIssuer,
      descriptions: () => this.#descriptions,
    };
    this.#latencyMs = latencyMs;
    this.#kubelets = kubelets;
    this.#dial = dial;
    this.#definitions = new DefinitionPlanner(this.#context);
  }

  /** Gives the server the rest of what it is, once: before anybody but its control plane writes. */
  complete(parts: ServerParts): void {
    const { kinds, admission, authorizer } = this.#context;
    this.#parts = parts;
    parts.completeKinds(kinds);
    admission.complete(parts.admission(this.#firstAdmission, this.#random, authorizer, this.webhooks.call));
    this.#definitions.complete(parts.customResources(this.#context, (request) => this.call(request), (name) => this.#definitions.plan(name)));
  }


  /** What type checking finds in the expressions of an admission policy. */
  policyWarnings(spec: ValidatingAdmissionPolicySpec): readonly ExpressionWarning[] { return wholeOf(this.#parts).policyWarnings(spec, () => this.kinds.preferred()); }

  /** Reads requests for certificates, and signs them: what the controller manager has from its files. */
  get certificates(): ServerParts['certificates'] { return wholeOf(this.#parts).certificates; }

  /** What is served at the moment. */
  get kinds(): KindCatalog { return this.#context.kinds; }

  /** The texts that OpenAPI documents carry from now on. They are large and not part of the server: a host loads them. */
  describeWith(descriptions: Descriptions): void { this.#descriptions = descriptions; }

  /** Every request is refused with this error, and open watches end with it, until it is lifted with undefined: the process, or its etcd, is down. */
  refuseWith(refusal: (() => StatusError) | undefined): void {
    this.#refusal = refusal;
    if (refusal) this.#interrupted.next();
  }

  call(request: ApiRequest): ApiResponse {
    this.#checkUp();
    return this.guard.call(request, this.#asked, (admitted) => this.#answer(admitted));
  }

  #answer(request: ApiRequest): ApiResponse {
    const { path } = request;
    if (path !== undefined) return forwarded(this.#context.aggregator, { ...request, path }) ?? wholeOf(this.#parts).nonResource(this.#context, { ...request, path });
    const scope = scopeOf(this.#context, request);
    const answer = answered(scope, this.#parts);
    const { deprecation } = scope.kind;
    return deprecation === undefined ? answer : { ...answer, warnings: [deprecation, ...(answer.warnings ?? [])] };
  }

  /** What a request is about, as authorization sees it. Throws NotFound for what is not served. */
  readonly #asked = (request: ApiRequest): Attributes =>
    (request.path === undefined ? attributesOf(kindOf(this.#context, request.resource, request.version), request) : requestInfo(request.user, 'GET', request.path, request.query ?? ''));

  watch(request: WatchRequest): Observable<WatchEvent> {
    return this.#whileUp(this.guard.stream(request, this.#askedToWatch, (admitted) => watch(this.#context, admitted, () => this.#latencyMs(admitted.user.name))));
  }

  /** Throws what {@link watch} would end with before its first event. */
  checkWatch(request: WatchRequest): void {
    this.#checkUp();
    this.guard.check(request, this.#askedToWatch);
    openWatch(this.#context, request);
  }

  readonly #askedToWatch = ({ fieldSelector, ...rest }: WatchRequest): Attributes =>
    attributesOf(kindOf(this.#context, rest.resource, rest.version), { ...rest, verb: 'watch', ...(fieldSelector !== undefined && { options: { fieldSelector } }) });

  connect(request: ConnectRequest): Observable<ConnectFrame> {
    return this.#whileUp(this.guard.stream(request, this.#askedToConnect, (admitted) => {
      judgeConnection(this.#context, admitted);
      return connect(this.#context.storage, this.#kubelets, admitted);
    }));
  }

  /** Hands an HTTP request on to a pod, a service or a node. Whether it may be is judged with the request that carries it. */
  proxy(request: ProxyRequest): Observable<HttpResponse> {
    this.#checkUp();
    return wholeOf(this.#parts).proxy(this.#context.storage, this.#dial, request);
  }

  /** What another API server answers, see {@link Aggregator.forward}. */
  forward(path: string, user: User, request: () => HttpRequest): HttpResponse | Observable<HttpResponse> | undefined {
    this.#checkUp();
    return this.#context.aggregator.forward(path, user, request);
  }

  /** Why another API server does not answer, see {@link Aggregator.check}. */
  readonly checkAPIService = (service: APIService, address: string): string | undefined => this.#context.aggregator.check(service, address);

  /** Throws what {@link connect} would end with if the server itself refused. */
  checkConnect(request: ConnectRequest): void {
    this.#checkUp();
    this.guard.check(request, this.#askedToConnect);
    judgeConnection(this.#context, request);
    targetOf(this.#context.storage, request);
  }

  readonly #askedToConnect = (request: ConnectRequest): Attributes =>
    attributesOf(kindOf(this.#context, request.resource), { ...request, verb: request.subresource === 'log' ? 'get' : 'create' });

  /** Who a request's headers, named in lower case, say that asks. Throws Unauthorized. */
  authenticate(headers: Readonly<Record<string, string>>): User { return this.#authenticator.authenticate(headers); }

  /** Audit events as requests come and are answered, at the levels of a policy: metadata of everything when there is none. */
  audit(policy?: AuditPolicy): Observable<AuditEvent> { return this.#auditor.events(policy); }

  /** Ends with the stream, or when the server goes down. */
  #whileUp<T>(stream: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#checkUp();
      const interruption = this.#interrupted.subscribe(() => subscriber.error(this.#refusal?.()));
      subscriber.add(interruption);
      subscriber.add(stream.subscribe(subscriber));
    });
  }

  #checkUp(): void { if (this.#refusal) throw this.#refusal(); }
}

function wholeOf(parts: ServerParts | undefined): ServerParts {
  if (!parts) throw new Error('the server is asked for what has not been loaded yet');
  return parts;
}

const isReview = ({ facts: { verbs } }: Scope['kind']): boolean => verbs.length === 1 && verbs[0] === 'create';

/** What was to be warned of is told with an error too. */
function answered(scope: Scope, parts: ServerParts | undefined): ApiResponse {
  try { return answerOf(scope, parts)(scope); } catch (error) {
    throw error instanceof StatusError && scope.warnings.length > 0 ? error.withWarnings(scope.warnings) : error;
  }
}

function answerOf({ kind, request: { verb, subresource } }: Scope, parts: ServerParts | undefined): Answer {
  if (kind.resource === 'bindings') return bind;
  if (isReview(kind)) return wholeOf(parts).review;
  if (!subresource || ofTheObject.has(subresource)) return verbs[verb];
  const answer = subresources[subresource] ?? parts?.subresources[subresource];
  if (!answer) throw noSuchResource();
  return answer;
}
