/** What the pod network knows of a node: the pod ranges behind it, and its own addresses. */
export type NodeRoutes = { readonly podCidrs: readonly string[]; readonly addresses: readonly string[] };

type Behind = { readonly node: string; readonly cidr: string };

/** Which node an address is behind, by longest prefix. Kept up node by node; a look-up costs one step for each prefix length in use. */
export class RouteTable {
  readonly #known = new Map<string, NodeRoutes>();
  readonly #byAddress = new Map<string, string>();
  readonly #found = new Map<string, Behind | undefined>();
  readonly #byPrefix = new Map<number, Map<number, string>>();   // prefix length → network number → node

  /** Replaces what is known of `node`; nothing removes it. Ranges and addresses that are not IPv4 are left out. */
  set(node: string, routes: NodeRoutes | undefined): void {
    this.#found.clear();
    const before = this.#known.get(node);
    if (before) this.#forget(node, before);
    if (!routes) return;
    this.#known.set(node, routes);
    for (const address of routes.addresses) this.#byAddress.set(address, node);
    for (const cidr of routes.podCidrs) {
      const range = parseCidr(cidr);
      if (!range) continue;
      const networks = this.#byPrefix.get(range.prefix) ?? new Map<number, string>();
      this.#byPrefix.set(range.prefix, networks.set(range.network, node));
    }
  }

  /** The node that has `ip` as its own address. */
  nodeAt(ip: string): string | undefined { return this.#byAddress.get(ip); }

  addressOf(node: string): string | undefined { return this.#known.get(node)?.addresses[0]; }

  /** The node whose pod range holds `ip`, and that range. Remembered until a route changes. */
  behind(ip: string): Behind | undefined {
    if (this.#found.has(ip)) return this.#found.get(ip);
    const found = this.#longest(ip);
    this.#found.set(ip, found);
    return found;
  }

  #longest(ip: string): Behind | undefined {
    const number = parseIPv4(ip);
    if (number === undefined) return undefined;
    for (const prefix of [...this.#byPrefix.keys()].sort((a, b) => b - a)) {
      const network = masked(number, prefix);
      const node = this.#byPrefix.get(prefix)?.get(network);
      if (node !== undefined) return { node, cidr: `${formatIPv4(network)}/${prefix}` };
    }
    return undefined;
  }

  #forget(node: string, { addresses, podCidrs }: NodeRoutes): void {
    this.#known.delete(node);
    for (const address of addresses) if (this.#byAddress.get(address) === node) this.#byAddress.delete(address);
    for (const cidr of podCidrs) {
      const range = parseCidr(cidr);
      const networks = range && this.#byPrefix.get(range.prefix);
      if (!networks || networks.get(range.network) !== node) continue;
      networks.delete(range.network);
      if (networks.size === 0) this.#byPrefix.delete(range.prefix);
    }
  }
}

const ipv4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
/** A dotted address as an unsigned 32-bit number; undefined when it is none. */
export function parseIPv4(text: string): number | undefined {
  const parts = ipv4.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

export const formatIPv4 = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
export const isLoopback = (ip: string): boolean => ip.startsWith('127.');

const masked = (number: number, prefix: number): number => (prefix === 0 ? 0 : (number & (-1 << (32 - prefix))) >>> 0);

function parseCidr(cidr: string): { readonly network: number; readonly prefix: number } | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const number = parseIPv4(address);
  const prefix = Number(length);
  if (number === undefined || length === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) return undefined;
  return { network: masked(number, prefix), prefix };
}
