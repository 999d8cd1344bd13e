import type { Observable } from 'rxjs';
import type { ObjectMeta } from '../schema/types';

/** Any stored object: what all kinds have in common. */
export type KubeObject = { readonly apiVersion: string; readonly kind: string; readonly metadata: ObjectMeta };

/** What a caller must know of a kind to ask for it. `resource` is written as kubectl and RBAC write it: `replicasets.apps`. */
export type Resource<T extends KubeObject = KubeObject> = {
  readonly resource: string;
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set: carries the type of the kind's objects. */
  readonly __object?: T;
};

/** Where an object is. No namespace means cluster scope (or, in a list, all namespaces). */
export type Key = { readonly namespace?: string | undefined; readonly name: string };

/** An object to be created: the server fills in the rest of its metadata. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'apiVersion' | 'kind' | 'status'> & { readonly metadata: Partial<ObjectMeta>; readonly status?: unknown };

/** Why a write happened: who was reconciling what, and the revision that woke it. */
export type WriteCause = { readonly component: string; readonly key: string; readonly revision: number };

/** Who asks. Never taken from the request's sender on trust: the transport decides it. */
export type User = { readonly name: string; readonly uid?: string; readonly groups: readonly string[]; readonly extra?: Readonly<Record<string, readonly string[]>> };
/** Whom somebody wants to be for one request (`kubectl --as`): whether he may is decided by the server. */
export type Impersonated = User;

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';
/** The form of the answer: whole objects, server-side tables, or metadata alone. */
export type Representation = 'object' | 'table' | 'metadata';

/** Query parameters, by their names on the wire. DeleteOptions are the body of a delete. */
export type RequestOptions = {
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  readonly fieldManager?: string;
  readonly force?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  /** Only for a watch: a list with it is refused. */
  readonly sendInitialEvents?: boolean;
  readonly includeObject?: 'None' | 'Metadata' | 'Object';
};

export type ApiRequest = {
  readonly verb: Verb;
  /** A request for something that is no resource: discovery, version, health, OpenAPI. `resource` is empty then. */
  readonly path?: string;
  /** The query string of such a request, without the question mark. */
  readonly query?: string;
  /** The Accept and If-None-Match headers of such a request. */
  readonly accept?: string;
  readonly ifNoneMatch?: string;
  /** `pods`, `deployments.apps`. */
  readonly resource: string;
  /** The API version asked for; without it the preferred one. */
  readonly version?: string;
  readonly subresource?: string;
  readonly namespace?: string | undefined;
  readonly name?: string;
  readonly body?: unknown;
  /** What strict decoding found while the text of the body was parsed: `duplicate field "spec.x"`, with the text as the server words it. */
  readonly bodyProblems?: readonly string[];
  /** Where in the text each field stood last, when some stood there twice: problems are told in that order. */
  readonly fieldPlaces?: ReadonlyMap<string, number>;
  readonly patchType?: PatchType;
  readonly options?: RequestOptions;
  readonly as?: Representation;
  /** Objects are shown with metadata.managedFields: always over HTTP, to others when they ask. */
  readonly managedFields?: boolean;
  /** The User-Agent: its first word is the field manager of a write that names none. */
  readonly userAgent?: string;
  readonly user: User;
  readonly impersonate?: Impersonated;
  readonly cause?: WriteCause | undefined;
};

export type ApiResponse = {
  readonly code: number;
  readonly body: unknown;
  readonly warnings?: readonly string[];
  /** Where it is not plain JSON; such a body is text, or JSON of that type. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
/** A list as the wire has it, except that its items keep their kind and apiVersion. */
export type ObjectList<T> = {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly T[];
};

export type WatchRequest = {
  readonly resource: string;
  readonly version?: string;
  readonly namespace?: string | undefined;
  readonly name?: string;
  /** Changes after this revision; `''` or `'0'` sends what exists first, as ADDED. */
  readonly since: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly allowBookmarks?: boolean;
  /** True begins with what exists and a bookmark after it, false with nothing; neither leaves it to `since`. */
  readonly sendInitialEvents?: boolean;
  readonly resourceVersionMatch?: string;
  /** The watch ends after this many seconds. */
  readonly timeoutSeconds?: number;
  readonly as?: Representation;
  /** As in {@link ApiRequest}. */
  readonly managedFields?: boolean;
  readonly includeObject?: 'None' | 'Metadata' | 'Object';
  readonly user: User;
  readonly impersonate?: Impersonated;
};
export type WatchEvent<T = KubeObject> = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: T };

/** A conversation with a container or a port of a pod, through its kubelet: `pods/log`, `pods/exec`, `pods/attach`, `pods/portforward`. */
export type ConnectRequest = {
  readonly resource: string;
  readonly subresource: 'log' | 'exec' | 'attach' | 'portforward';
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
  readonly command?: readonly string[];
  /** What is typed, or the bytes for a port as {@link ../lib/byte-text} has them. */
  readonly stdin?: Observable<string>;
  readonly tty?: boolean;
  /** With a tty: keys come one by one from a terminal that shows nothing itself, so the container's side echoes them. */
  readonly rawKeys?: boolean;
  /** Of a port-forward. */
  readonly port?: number;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  readonly user: User;
  readonly impersonate?: Impersonated;
};
/** Text as the container wrote it; `exit` ends an exec or attach. */
export type ConnectFrame = { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly stream: 'exit'; readonly code: number };

/** The one door to the cluster. All methods throw or emit {@link StatusError}, and nothing else. */
export interface ApiServer {
  call(request: ApiRequest): ApiResponse;
  watch(request: WatchRequest): Observable<WatchEvent>;
  connect(request: ConnectRequest): Observable<ConnectFrame>;
}
