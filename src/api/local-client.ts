import type { Observable } from 'rxjs';
import type { ApiRequest, ApiServer, Draft, Key, KubeObject, ObjectList, PatchType, RequestOptions, Resource, User, WatchEvent, WatchRequest, WriteCause } from './types';

/** Told of each write a reconcile made: which resource, and the object as it is now. */
export type Wrote = (resource: string, object: KubeObject) => void;
type Place = Pick<ApiRequest, 'namespace' | 'name' | 'body' | 'subresource' | 'options' | 'patchType'>;

/** The typed, synchronous way in for everything that lives beside the API server. Throws StatusError. */
export class LocalClient {
  constructor(
    private readonly server: ApiServer,
    readonly user: User,
    private readonly cause?: WriteCause,
    private readonly wrote: Wrote = () => {},
  ) {}

  /** The same client during one reconcile: its writes say why they happened, and are reported to `wrote`. */
  because(cause: WriteCause, wrote: Wrote = this.wrote): LocalClient { return new LocalClient(this.server, this.user, cause, wrote); }

  /** The same way in for somebody else. */
  as(user: User): LocalClient { return new LocalClient(this.server, user, this.cause, this.wrote); }

  /** The object; with a `subresource` what that answers, such as a Scale. */
  get<T extends KubeObject>(kind: Resource<T>, { namespace, name }: Key, subresource?: string): T {
    return this.#call(kind, 'get', subresource ? { namespace, name, subresource } : { namespace, name }) as T;
  }

  list<T extends KubeObject>(kind: Resource<T>, namespace?: string, options?: RequestOptions): ObjectList<T> {
    return this.#call(kind, 'list', { namespace, ...(options && { options }) }) as ObjectList<T>;
  }

  /** `kind` and `apiVersion` are filled in. */
  create<T extends KubeObject>(kind: Resource<T>, draft: Draft<T>, subresource?: string): T {
    const { namespace, name = '' } = draft.metadata;
    return this.#write(kind, 'create', subresource ? { namespace, body: draft, subresource, name } : { namespace, body: draft });
  }

  /** Replaces the object, or with a `subresource` only its part of it; refused if it changed since it was read. */
  update<T extends KubeObject>(kind: Resource<T>, object: T, subresource?: string): T {
    const { namespace, name } = object.metadata;
    return this.#write(kind, 'update', subresource ? { namespace, name, body: object, subresource } : { namespace, name, body: object });
  }

  patch<T extends KubeObject>(kind: Resource<T>, { namespace, name }: Key, body: unknown, patchType: PatchType = 'merge', subresource?: string): T {
    return this.#write(kind, 'patch', { namespace, name, body, patchType, ...(subresource && { subresource }) });
  }

  /** `options` is a DeleteOptions: preconditions, gracePeriodSeconds, propagationPolicy. */
  delete<T extends KubeObject>(kind: Resource<T>, { namespace, name }: Key, options?: object): T {
    return this.#write(kind, 'delete', { namespace, name, ...(options && { body: options }) });
  }

  /** Asks that the pod goes, if it still is this one. Throws TooManyRequests while a disruption budget forbids it. */
  evict(pods: Resource, { metadata: { namespace, name, uid } }: KubeObject): void {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name }, deleteOptions: { preconditions: { uid } } };
    this.#call(pods, 'create', { namespace, name, body, subresource: 'eviction' });
  }

  /** What is at a path that is no resource of this server, such as that of an API server behind it. */
  read(path: string, query = ''): unknown {
    return this.server.call({ verb: 'get', resource: '', path, query, user: this.user }).body;
  }

  watch<T extends KubeObject>({ resource }: Resource<T>, request: Omit<WatchRequest, 'resource' | 'user'>): Observable<WatchEvent<T>> {
    return this.server.watch({ ...request, resource, user: this.user }) as Observable<WatchEvent<T>>;
  }

  #call<T extends KubeObject>({ resource, version }: Resource<T>, verb: ApiRequest['verb'], place: Place): unknown {
    return this.server.call({ verb, resource, version, ...place, user: this.user, cause: this.cause }).body;
  }

  #write<T extends KubeObject>(kind: Resource<T>, verb: ApiRequest['verb'], place: Place): T {
    const object = this.#call(kind, verb, place) as T;
    this.wrote(kind.resource, object);
    return object;
  }
}
