import type { Observable } from 'rxjs';

export type Protocol = 'TCP' | 'UDP';

/** One HTTP exchange's question, as a server sees it. `path` holds the query too. */
export type HttpRequest = { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };
/** `delayMs`: how long the server takes for it; at once when absent. */
export type HttpResponse = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly delayMs?: number };

/**
 * What one connection carries there: an HTTP request (`tls`: inside TLS, whose certificates are not emulated), a line of text (redis),
 * a DNS question, or nothing but the connection itself (a probe).
 */
export type Payload =
  | { readonly kind: 'http'; readonly request: HttpRequest; readonly tls?: true }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'dns'; readonly name: string; readonly recordType: 'A' | 'SRV' | 'PTR' | 'CNAME' | 'TXT' }
  | { readonly kind: 'connect' };

export type DnsRecord = { readonly name: string; readonly type: string; readonly value: string; readonly ttlSeconds: number };
/** And what it carries back. */
export type Reply =
  | { readonly kind: 'http'; readonly response: HttpResponse }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'dns'; readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL'; readonly records: readonly DnsRecord[] }
  | { readonly kind: 'connected' };

/** Why a connection did not come about. */
export type NetError = 'connection refused' | 'no route to host' | 'i/o timeout' | 'connection reset by peer';

/** The one who calls: a pod, a node, or a machine outside the cluster. */
export type Source = { readonly ip: string; readonly node?: string; readonly pod?: string; readonly name: string };

/** What answers on one port. A handler may answer later (virtual time); completing without a value is a reset. */
export type Handler = (payload: Payload, from: Source) => Reply | Observable<Reply>;

/** A network namespace: one IP address, and whatever listens in it at the moment it is asked. */
export type Endpoint = {
  readonly ip: string;
  readonly node: string;
  /** `namespace/name` of the pod; absent for a node's own address. */
  readonly pod?: string;
  /** Undefined when nothing listens: the connection is refused. A node's endpoint answers for its host-network pods as well. */
  accept(port: number, protocol: Protocol): Handler | undefined;
};

/** One step of a request's way; `by` says which part decided (`dns`, `kube-proxy`, `pod network`, `node`). */
export type Hop = {
  readonly by: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  /** In words: "KUBE-SVC-… chose 10.244.1.5:80 with probability 0.5". */
  readonly detail: string;
  readonly rule?: string;
};

/** The record of one request, from its first hop to its answer. */
export type Exchange = {
  readonly id: number;
  /** Virtual time in milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly from: Source;
  /** As the caller wrote it: `web:80`, `10.96.0.12:80`. */
  readonly dialed: string;
  readonly protocol: Protocol;
  readonly payload: Payload;
  readonly hops: readonly Hop[];
  readonly reply?: Reply;
  readonly error?: NetError | 'no such host';
};

export type ServiceEndpoint = { readonly ip: string; readonly port: number; readonly node?: string };

/** How packets to service addresses are rewritten on one node: what kube-proxy programs. */
export type ServiceRule = {
  /** `namespace/name:port` as kube-proxy prints it. */
  readonly servicePort: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** The ClusterIP, then external IPs. */
  readonly ips: readonly string[];
  readonly nodePort?: number;
  /** Ready ones. */
  readonly endpoints: readonly ServiceEndpoint[];
  /** Serving but terminating ones: used where no ready endpoint is left. */
  readonly fallback?: readonly ServiceEndpoint[];
  /** Local policies: only endpoints on the node itself. */
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  readonly affinitySeconds?: number;
};

export type ConnectOptions = { readonly protocol?: Protocol; readonly timeoutMs?: number };
/** `lookup` says that the DNS server could not be asked; otherwise the error is the connection's own. */
export type Connected = { readonly reply: Reply } | { readonly error: NetError; readonly lookup?: true };

/** The fabric: endpoints come and go, rules are programmed, requests travel and are recorded. All on virtual time. */
export interface Network {
  attach(endpoint: Endpoint): void;
  detach(ip: string): void;
  /** Replaces the rules of one node; keyed by `servicePort`, and not changed afterwards. */
  program(node: string, rules: ReadonlyMap<string, ServiceRule>): void;
  /** Cuts a node off, or joins it again. */
  partition(node: string, cut: boolean): void;
  /** Emits exactly one answer, then completes. `host` is an IP address. */
  connect(from: Source, host: string, port: number, payload: Payload, options?: ConnectOptions): Observable<Connected>;
  /** Resolves through the DNS server the source's resolv.conf names, then connects; `name` may be an IP address or a host name. */
  request(from: Source, resolver: Resolver, name: string, port: number, payload: Payload, options?: ConnectOptions): Observable<Connected | { readonly error: 'no such host' }>;
  readonly exchanges: Observable<Exchange>;
  /** The newest ones, oldest first; bounded. */
  recent(): readonly Exchange[];
}

/** The content of /etc/resolv.conf. */
export type Resolver = { readonly nameservers: readonly string[]; readonly search: readonly string[]; readonly ndots: number; readonly hosts?: Readonly<Record<string, string>> };
