import { chosen, crossing, delivered, endpointText, latencyMs, lost, masquerade, refusedByRule, stuck } from './hops';
import { isLoopback, type RouteTable } from './routes';
import { serviceChain, verdictOf, type RuleIndex } from './service-rules';
import type { Endpoint, Hop, NetError, Protocol, ServiceEndpoint, ServiceRule, Source } from './types';

type Choice = { readonly endpoint: ServiceEndpoint; readonly stuck: boolean };

/** What a packet meets on its way. */
export type World = {
  readonly routes: RouteTable;
  rules(node: string): RuleIndex | undefined;
  endpoint(ip: string): Endpoint | undefined;
  isCut(node: string): boolean;
  /** The endpoint that this node's rule picks for this client; `stuck` when session affinity decided. */
  choose(rule: ServiceRule, endpoints: readonly [ServiceEndpoint, ...ServiceEndpoint[]], node: string, client: string): Choice;
};

/** Where a packet ends: at an endpoint's port, or nowhere. `latencyMs` is one way; errors come back after `afterMs`, silence never does. */
export type Way = { readonly hops: readonly Hop[] } & (
  | { readonly endpoint: Endpoint; readonly port: number; readonly latencyMs: number; readonly seenAs: Source }
  | { readonly error: Exclude<NetError, 'i/o timeout'>; readonly afterMs: number }
  | { readonly error: 'i/o timeout' }
);

/** How long a bridge asks for an address that nobody has before it says that there is no route. */
const neighbourTimeoutMs = 3_000;

/** The way of one connection from `from` to `host:port`, decided as each node on it decides. */
export function travel(world: World, from: Source, host: string, port: number, protocol: Protocol): Way {
  const journey = new Journey(world, from);
  if (isLoopback(host) || host === from.ip) {
    const onNode = from.node !== undefined && (from.pod === undefined || world.routes.nodeAt(from.ip) === from.node);
    const service = onNode ? world.rules(from.node)?.byNodePort(port, protocol) : undefined;
    return service && from.node !== undefined ? journey.throughRule(service, from.node, `${host}:${port}`, 'external') : journey.toOwn(port);
  }
  const service = from.node === undefined ? undefined : world.rules(from.node)?.byAddress(host, port, protocol);
  if (service && from.node !== undefined) return journey.throughRule(service, from.node, `${host}:${port}`, host === service.ips[0] ? 'internal' : 'external');

  const node = world.routes.nodeAt(host) ?? nodeOfOwnAddress(world.endpoint(host));
  return node === undefined ? journey.toPod(host, port) : journey.toNode(node, host, port, protocol);
}

const nodeOfOwnAddress = (endpoint: Endpoint | undefined): string | undefined => (endpoint && endpoint.pod === undefined ? endpoint.node : undefined);

/** One connection under way: where it is by now, and what has happened to it. */
class Journey {
  readonly #hops: Hop[] = [];
  #at: string | undefined;
  #latencyMs = 0;
  #seenAs: Source;

  constructor(private readonly world: World, private readonly from: Source) {
    this.#at = from.node;
    this.#seenAs = from;
  }

  toOwn(port: number): Way {
    this.#latencyMs += latencyMs.loopback;
    return this.#arrive(this.world.endpoint(this.from.ip), this.from.ip, port);
  }

  /** To a node's own address: one of its node ports, or something that listens on the node itself. */
  toNode(node: string, host: string, port: number, protocol: Protocol): Way {
    if (!this.#cross(node, `${host} is ${node}`)) return this.#silence();
    const rule = this.world.rules(node)?.byNodePort(port, protocol);
    if (rule) return this.throughRule(rule, node, `${host}:${port}`, 'external');
    return this.#arrive(this.world.endpoint(host), host, port);
  }

  /** To an address in a pod range, if there is one. */
  toPod(ip: string, port: number): Way {
    const endpoint = this.world.endpoint(ip);
    const range = this.world.routes.behind(ip);
    const node = endpoint?.node ?? range?.node;
    if (node === undefined) return this.#lose(`nothing knows a way to ${ip}`, ip);
    if (this.#at === undefined) return this.#lose(`${ip} is a pod address: it has no meaning outside the cluster`, ip);
    if (!this.#cross(node, `${range?.cidr ?? ip} is behind ${node}`)) return this.#silence();
    if (endpoint) return this.#arrive(endpoint, ip, port);
    this.#hops.push(lost('pod network', node, ip, node, `no pod on ${node} has the address ${ip}`));
    return { hops: this.#hops, error: 'no route to host', afterMs: this.#latencyMs + neighbourTimeoutMs };
  }

  /** Through a service's chain on `node`. Traffic that begins on the node itself does not feel the external policy. */
  throughRule(rule: ServiceRule, node: string, dialed: string, entry: 'internal' | 'external'): Way {
    const outside = entry === 'external' && this.from.node !== node;
    const local = entry === 'internal' ? rule.internalLocal : outside && rule.externalLocal;
    const chain = serviceChain(local ? 'KUBE-SVL-' : 'KUBE-SVC-', rule);
    const verdict = verdictOf(rule, node, local);
    if (verdict.verdict !== 'DNAT') {
      this.#hops.push(refusedByRule(node, dialed, chain, verdict.verdict, verdict.why));
      return verdict.verdict === 'DROP' ? this.#silence() : { hops: this.#hops, error: 'connection refused', afterMs: 2 * this.#latencyMs };
    }
    const choice = this.world.choose(rule, verdict.endpoints, node, this.from.ip);
    const { endpoint } = choice;
    this.#hops.push(choice.stuck ? stuck(node, dialed, chain, endpoint, this.from.ip) : chosen(node, dialed, chain, endpoint, verdict.endpoints.length));
    if ((entry === 'external' && !rule.externalLocal) || endpoint.ip === this.from.ip) this.#masquerade(node, endpoint.ip);
    const own = this.world.routes.nodeAt(endpoint.ip) ?? nodeOfOwnAddress(this.world.endpoint(endpoint.ip));
    if (own === undefined) return this.toPod(endpoint.ip, endpoint.port);
    return this.#cross(own, `${endpoint.ip} is ${own}`) ? this.#arrive(this.world.endpoint(endpoint.ip), endpoint.ip, endpoint.port) : this.#silence();
  }

  /** The answer must come back through the node that rewrote the destination, so it becomes the source. */
  #masquerade(node: string, receiver: string): void {
    const address = this.world.routes.addressOf(node);
    if (address === undefined || address === this.#seenAs.ip || address === receiver) return;
    this.#hops.push(masquerade(node, this.#seenAs.ip, address));
    this.#seenAs = { ...this.#seenAs, ip: address };
  }

  /** Moves to `node`; false when a cut keeps the packet from it. */
  #cross(node: string, detail: string): boolean {
    const from = this.#at;
    if (from === node) return true;
    const origin = from ?? this.from.name;
    const cut = [from, node].find((each) => each !== undefined && this.world.isCut(each));
    if (cut !== undefined) {
      this.#hops.push(lost('node', origin, origin, node, `lost: ${cut} is cut off from the network`));
      return false;
    }
    this.#hops.push(crossing(origin, node, detail));
    this.#latencyMs += from === undefined ? latencyMs.outside : latencyMs.betweenNodes;
    this.#at = node;
    return true;
  }

  #arrive(endpoint: Endpoint | undefined, ip: string, port: number): Way {
    this.#latencyMs += latencyMs.veth;
    if (!endpoint) return { hops: this.#hops, error: 'connection refused', afterMs: 2 * this.#latencyMs };
    this.#hops.push(delivered(endpoint.node, this.from, endpointText({ ip, port }), endpoint.pod ?? endpoint.node));
    return { hops: this.#hops, endpoint, port, latencyMs: this.#latencyMs, seenAs: this.#seenAs };
  }

  #lose(why: string, ip: string): Way {
    const at = this.#at ?? this.from.name;
    this.#hops.push(lost('node', at, this.from.ip, ip, `lost: ${why}`));
    return this.#silence();
  }

  #silence(): Way { return { hops: this.#hops, error: 'i/o timeout' }; }
}
