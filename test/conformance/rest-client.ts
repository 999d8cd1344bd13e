import type { Subscription } from 'rxjs';
import { StatusError } from '../../src/api/status';
import type { Draft, Key, KubeObject, ObjectList, Resource, User } from '../../src/api/types';
import { handle, type Served } from '../../src/apiserver/http/handle';
import type { HttpAnswer } from '../../src/apiserver/http/types';
import type { Status } from '../../src/schema/types';

/** What a raw request says beside method and path. */
export type Raw = { readonly query?: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };
type Query = Readonly<Record<string, string | number | boolean>>;
const patchTypes = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml',
} as const;

/** A client that speaks HTTP and JSON, as client-go does: nothing but bytes passes between it and the server. */
export class RestClient {
  constructor(readonly server: Served, readonly user: User) {}

  as(user: User): RestClient { return new RestClient(this.server, user); }

  /** One request as it is. Bodies that are no text are sent as JSON. */
  raw(method: string, path: string, { query = '', body, headers = {} }: Raw = {}): HttpAnswer {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = handle(this.server, { method, path, query, headers: { 'user-agent': 'e2e.test', ...headers }, body: text, user: this.user });
    if (!('body' in answer)) throw new Error(`${method} ${path} is a stream`);
    return answer;
  }

  /** The JSON of a raw GET. Throws StatusError. */
  json(path: string, accept?: string): unknown { return read(this.raw('GET', path, accept === undefined ? {} : { headers: { accept } })); }

  get<T extends KubeObject>(kind: Resource<T>, key: Key, subresource?: string): T { return this.#send('GET', pathOf(kind, key.namespace, key.name, subresource)) as T; }

  list<T extends KubeObject>(kind: Resource<T>, namespace?: string, query: Query = {}): ObjectList<T> {
    return this.#send('GET', pathOf(kind, namespace), { query: queryText(query) }) as ObjectList<T>;
  }

  create<T extends KubeObject>(kind: Resource<T>, draft: Draft<T>, query: Query = {}): T {
    return this.#send('POST', pathOf(kind, draft.metadata.namespace), { body: { kind: kind.kind, apiVersion: kind.apiVersion, ...draft }, query: queryText(query) }) as T;
  }

  /** A POST to a subresource: `token`, `eviction`, `binding`. */
  post(kind: Resource, { namespace, name }: Key, subresource: string, body: unknown): unknown { return this.#send('POST', pathOf(kind, namespace, name, subresource), { body }); }

  update<T extends KubeObject>(kind: Resource<T>, object: T, subresource?: string): T {
    const { namespace, name } = object.metadata;
    return this.#send('PUT', pathOf(kind, namespace, name, subresource), { body: { ...object, kind: kind.kind, apiVersion: kind.apiVersion } }) as T;
  }

  patch<T extends KubeObject>(kind: Resource<T>, { namespace, name }: Key, body: unknown, type: keyof typeof patchTypes = 'strategic', subresource?: string, query: Query = {}): T {
    return this.#send('PATCH', pathOf(kind, namespace, name, subresource), { body, headers: { 'content-type': patchTypes[type] }, query: queryText(query) }) as T;
  }

  delete(kind: Resource, { namespace, name }: Key, options?: object): unknown {
    return this.#send('DELETE', pathOf(kind, namespace, name), options ? { body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } } : {});
  }

  deleteCollection(kind: Resource, namespace: string | undefined, query: Query = {}): unknown { return this.#send('DELETE', pathOf(kind, namespace), { query: queryText(query) }); }

  /** Opens a watch and keeps what arrives. */
  watch<T extends KubeObject>(kind: Resource<T>, namespace?: string, query: Query = {}): Watched<T> {
    const answer = handle(this.server, {
      method: 'GET', path: pathOf(kind, namespace), query: queryText({ ...query, watch: true }), headers: { 'user-agent': 'e2e.test' }, body: '', user: this.user,
    });
    if ('body' in answer) throw StatusError.from(JSON.parse(answer.body) as Status); // a watch that is refused answers with a Status
    if (!('events' in answer)) throw new Error('no watch was opened');
    const events: { readonly type: string; readonly object: T }[] = [];
    const ended: { error?: unknown } = {};
    const subscription = answer.events.subscribe({
      next: (event) => events.push(JSON.parse(JSON.stringify(event)) as { type: string; object: T }), // what travels is text
      error: (error: unknown) => { ended.error = error; },
    });
    return { events, ended, subscription };
  }

  #send(method: string, path: string, raw: Raw = {}): unknown { return read(this.raw(method, path, raw)); }
}

/** A watch that was opened; unsubscribing ends it. */
export type Watched<T> = { readonly events: readonly { readonly type: string; readonly object: T }[]; readonly ended: { readonly error?: unknown }; readonly subscription: Subscription };

function read({ code, body }: HttpAnswer): unknown {
  const value: unknown = JSON.parse(body);
  if (code >= 400) throw StatusError.from(value as Status); // every refusal is a Status
  return value;
}

/** `/apis/apps/v1/namespaces/x/deployments/y/status`. */
export function pathOf({ resource, group, version }: Resource, namespace?: string, name?: string, subresource?: string): string {
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const tail = [name, subresource].filter((part) => part !== undefined).map((part) => `/${part}`).join('');
  return `${group ? `/apis/${group}` : '/api'}/${version}${place}/${resource.split('.', 1)[0] ?? ''}${tail}`;
}

const queryText = (query: Query): string => new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
