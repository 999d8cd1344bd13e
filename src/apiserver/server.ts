import { Observable, Subject, type SchedulerLike } from 'rxjs';
import { noSuchResource, type StatusError } from '../api/status';
import type { ApiRequest, ApiResponse, ApiServer, ConnectFrame, ConnectRequest, WatchEvent, WatchRequest } from '../api/types';
import type { KindCatalog } from '../kinds/catalog';
import { stockCatalog } from '../kinds/registry';
import type { Random } from '../sim/random';
import type { Descriptions } from '../schema/explain';
import type { Store } from '../store/store';
import { defaultAdmission } from './admission/all';
import { AdmissionChain } from './admission/run';
import { checkAllowed, checkPathAllowed } from './authorization/check';
import { alwaysAllow } from './authorization/types';
import { connect, targetOf, type Kubelets } from './connect';
import { kindOf, scopeOf, type Scope, type ServerContext } from './context';
import { answerNonResource } from './non-resource/answer';
import { isReview, review } from './reviews';
import { ServiceAddresses } from './service-addresses';
import { Storage } from './storage';
import { bind } from './subresources/binding';
import { evict } from './subresources/eviction';
import { finalize } from './subresources/finalize';
import { scale } from './subresources/scale';
import { create } from './verbs/create';
import { deleteCollection, deleteOne } from './verbs/delete';
import { patch } from './verbs/patch';
import { get, list } from './verbs/read';
import { update } from './verbs/update';
import { watch } from './watch';

export type ApiServerOptions = {
  readonly store: Store;
  readonly scheduler: SchedulerLike;
  readonly random: Random;
  /** How late a watch event reaches this user, in virtual milliseconds. */
  readonly latencyMs?: (user: string) => number;
  readonly kubelets?: Kubelets;
};

type Answer = (scope: Scope) => ApiResponse;

const verbs: Readonly<Record<ApiRequest['verb'], Answer>> = { get, list, create, update, patch, delete: deleteOne, deletecollection: deleteCollection };
/** Subresources with a way of their own; those that are parts of the object are read, updated and patched as it is. */
const subresources: Readonly<Record<string, Answer>> = { binding: bind, eviction: evict, finalize, scale };
const ofTheObject: ReadonlySet<string> = new Set(['status', 'ephemeralcontainers', 'resize']);

/** The API server: the one door to the store. */
export class PodariumApiServer implements ApiServer {
  readonly #context: ServerContext;
  readonly #latencyMs: (user: string) => number;
  readonly #kubelets: Kubelets;
  readonly #interrupted = new Subject<void>();
  #refusal: (() => StatusError) | undefined;
  #descriptions: Descriptions = {};

  constructor({ store, scheduler, random, latencyMs = () => 0, kubelets = () => undefined }: ApiServerOptions) {
    this.#context = {
      storage: new Storage(store),
      kinds: stockCatalog(),
      scheduler,
      uids: random.stream('uids'),
      names: random.stream('names'),
      addresses: new ServiceAddresses(random),
      admission: new AdmissionChain(defaultAdmission(random)),
      authorizer: alwaysAllow,
      descriptions: () => this.#descriptions,
    };
    this.#latencyMs = latencyMs;
    this.#kubelets = kubelets;
  }

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
    const { path } = request;
    if (path !== undefined) return this.#nonResource({ ...request, path });
    const scope = scopeOf(this.#context, request);
    checkAllowed(this.#context.authorizer, scope.kind, request);
    const answer = answerOf(scope)(scope);
    const { deprecation } = scope.kind;
    return deprecation === undefined ? answer : { ...answer, warnings: [deprecation, ...(answer.warnings ?? [])] };
  }

  #nonResource(request: ApiRequest & { readonly path: string }): ApiResponse {
    checkPathAllowed(this.#context.authorizer, request.user, request.path);
    return answerNonResource(this.#context, request);
  }

  watch(request: WatchRequest): Observable<WatchEvent> {
    return this.#whileUp(() => {
      checkAllowed(this.#context.authorizer, kindOf(this.#context, request.resource, request.version), { ...request, verb: 'watch' });
      return watch(this.#context, request, () => this.#latencyMs(request.user.name));
    });
  }

  connect(request: ConnectRequest): Observable<ConnectFrame> {
    return this.#whileUp(() => {
      this.#checkMayConnect(request);
      return connect(this.#context.storage, this.#kubelets, request);
    });
  }

  /** Throws what {@link connect} would end with if the server itself refused. */
  checkConnect(request: ConnectRequest): void {
    this.#checkUp();
    this.#checkMayConnect(request);
    targetOf(this.#context.storage, request);
  }

  #checkMayConnect(request: ConnectRequest): void {
    checkAllowed(this.#context.authorizer, kindOf(this.#context, request.resource), { ...request, verb: request.subresource === 'log' ? 'get' : 'create' });
  }

  /** Ends with the stream, or when the server goes down. */
  #whileUp<T>(open: () => Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#checkUp();
      const interruption = this.#interrupted.subscribe(() => subscriber.error(this.#refusal?.()));
      subscriber.add(interruption);
      subscriber.add(open().subscribe(subscriber));
    });
  }

  #checkUp(): void { if (this.#refusal) throw this.#refusal(); }
}

function answerOf({ kind, request: { verb, subresource } }: Scope): Answer {
  if (kind.resource === 'bindings') return bind;
  if (isReview(kind)) return review;
  if (!subresource || ofTheObject.has(subresource)) return verbs[verb];
  const answer = subresources[subresource];
  if (!answer) throw noSuchResource();
  return answer;
}

export const createApiServer = (options: ApiServerOptions): PodariumApiServer => new PodariumApiServer(options);
