import type { SchedulerLike } from 'rxjs';
import { StatusError } from '../api/status';
import type { ApiResponse, Impersonated, KubeObject, ObjectList, PatchType, Representation, RequestOptions, WatchEvent } from '../api/types';
import type { ManagedFieldsEntry } from '../schema/types';
import type { ApiClient, ClientConnect, ClientRequest, ClientWatch } from './client';
import { Interrupted } from './errors';
import type { Mapping } from './resources';
import { each, sleep } from './streams';

/** A server-side table, as far as kubectl reads it. */
export type Table = {
  readonly kind: 'Table';
  readonly metadata?: { readonly resourceVersion?: string };
  readonly columnDefinitions: readonly { readonly name: string; readonly type: string; readonly format?: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object?: KubeObject }[];
};

/** A watch for tables carries tables in the place of objects. */
export const isTable = (value: object): value is Table => 'rows' in value;

/** Where an object is, for kubectl. */
export type Place = { readonly mapping: Mapping; readonly namespace?: string | undefined; readonly name: string };
type WriteOptions = Pick<RequestOptions, 'dryRun' | 'fieldManager' | 'fieldValidation' | 'force'>;
export type ListOptions = Pick<RequestOptions, 'labelSelector' | 'fieldSelector' | 'limit' | 'includeObject'> & { readonly as?: Representation };

/** By its first word writes without a field manager are known. */
const userAgent = 'kubectl/v1.36.2';

/** One command's way to the server: it stops waiting when the command is interrupted, and keeps the server's warnings. */
export class Connection {
  readonly #warnings: string[] = [];
  readonly #warned = new Set<string>();
  #managedFields = false;
  #impersonated: { readonly impersonate?: Impersonated } = {};

  constructor(private readonly api: ApiClient, private readonly clock: SchedulerLike, private readonly signal: AbortSignal) {}

  /** From now on objects come with the owners of their fields. */
  showManagedFields(): void { this.#managedFields = true; }

  /** From now on everything is asked as somebody else. */
  impersonate(user: Impersonated): void { this.#impersonated = { impersonate: user }; }

  /** Warnings since the last time; each text is told once. */
  takeWarnings(): readonly string[] { return this.#warnings.splice(0); }
  warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#warnings.push(text);
  }

  now(): number { return this.clock.now(); }
  sleep(durationMs: number): Promise<void> { return sleep(this.clock, durationMs, this.signal); }

  async call(request: ClientRequest): Promise<unknown> {
    const response = await this.#race(this.api.call({ userAgent, ...this.#impersonated, ...(this.#managedFields && { managedFields: true }), ...request }));
    for (const warning of response.warnings ?? []) this.warn(warning);
    return response.body;
  }

  async get(place: Place, as: Representation = 'object', subresource = ''): Promise<KubeObject> {
    return await this.call({ verb: 'get', ...target(place), as, ...(subresource && { subresource }) }) as KubeObject;
  }

  /** Who owns which fields of an object. */
  async owners(place: Place): Promise<readonly ManagedFieldsEntry[]> {
    const { metadata } = await this.call({ verb: 'get', ...target(place), managedFields: true }) as KubeObject;
    return metadata.managedFields ?? [];
  }

  /** The object, or undefined when there is none. */
  async find(place: Place): Promise<KubeObject | undefined> {
    try { return await this.get(place); } catch (error) { if (StatusError.is(error, 'NotFound')) return undefined; throw error; }
  }

  async list(mapping: Mapping, namespace: string | undefined, { as = 'object', ...options }: ListOptions = {}): Promise<ObjectList<KubeObject>> {
    return await this.#list(mapping, namespace, as, options) as ObjectList<KubeObject>;
  }

  async table(mapping: Mapping, namespace: string | undefined, options: ListOptions = {}): Promise<Table> {
    return await this.#list(mapping, namespace, 'table', options) as Table;
  }

  async #list(mapping: Mapping, namespace: string | undefined, as: Representation, options: RequestOptions): Promise<unknown> {
    try { return await this.call({ verb: 'list', ...of(mapping, namespace), as, options }); } catch (error) {
      if (!StatusError.is(error, 'BadRequest') && !StatusError.is(error, 'NotFound')) throw error;
      const { labelSelector = '', fieldSelector = '' } = options;
      const what = `${JSON.stringify(`${mapping.group}/${mapping.version}, Resource=${mapping.plural}`)}`;
      const tried = labelSelector || fieldSelector
        ? `Unable to find ${what} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`
        : `Unable to list ${what}`;
      throw new StatusError(error.reason, `${tried}: ${error.message}`, error.details, error.code);
    }
  }

  async create(mapping: Mapping, namespace: string | undefined, body: unknown, options: WriteOptions, subresource = '', name = ''): Promise<KubeObject> {
    return await this.call({ verb: 'create', ...of(mapping, namespace), body, options, ...(subresource && { subresource, name }) }) as KubeObject;
  }

  async patch(place: Place, patchType: PatchType, body: unknown, options: WriteOptions, subresource = ''): Promise<KubeObject> {
    return await this.call({ verb: 'patch', ...target(place), patchType, body, options, ...(subresource && { subresource }) }) as KubeObject;
  }

  async replace(place: Place, body: unknown, options: WriteOptions, subresource = ''): Promise<KubeObject> {
    return await this.call({ verb: 'update', ...target(place), body, options, ...(subresource && { subresource }) }) as KubeObject;
  }

  /** The answer is the object while it still goes, or a Status when it is gone. */
  async delete(place: Place, body: object, options: WriteOptions = {}): Promise<unknown> {
    return await this.call({ verb: 'delete', ...target(place), body, options });
  }

  /** Changes as they come; ends with Interrupted when the command is, or with `signal` where one is given. */
  watch(mapping: Mapping, request: Omit<ClientWatch, 'resource' | 'version'>, signal = this.signal): AsyncGenerator<WatchEvent, void> {
    return each(this.api.watch({ resource: mapping.resource, version: mapping.version, ...this.#impersonated, ...request }), signal);
  }

  connect(request: ClientConnect): ReturnType<ApiClient['connect']> { return this.api.connect({ ...this.#impersonated, ...request }); }

  #race(answer: Promise<ApiResponse>): Promise<ApiResponse> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Interrupted());
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }
}

const of = (mapping: Mapping, namespace: string | undefined): Pick<ClientRequest, 'resource' | 'version' | 'namespace'> =>
  ({ resource: mapping.resource, version: mapping.version, namespace: mapping.namespaced ? namespace : undefined });
const target = ({ mapping, namespace, name }: Place): Pick<ClientRequest, 'resource' | 'version' | 'namespace' | 'name'> =>
  ({ ...of(mapping, namespace), name });
