import { equal } from '../../lib/equality';
import { groupBy } from '../../lib/group-by';
import { Fifo } from '../../sim/fifo';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from '../../schema/types';

/** As upstream: a slice holds no more, so that one changed pod does not resend thousands. */
export const maxEndpoints = 100;

type Ports = readonly DiscoveryV1EndpointPort[];
/** The endpoints that share one set of ports, by their identity. */
export type Wanted = { readonly ports: Ports; readonly endpoints: ReadonlyMap<string, Endpoint> };
/** What to write: new contents for slices that exist, contents for new ones, and slices that are not needed any more. */
export type Plan = {
  readonly update: ReadonlyMap<EndpointSlice, readonly Endpoint[]>;
  readonly create: readonly { readonly ports: Ports; readonly endpoints: readonly Endpoint[] }[];
  readonly remove: readonly EndpointSlice[];
};

/** Who an endpoint is; what changes with its state is no part of it. */
export const identityOf = ({ addresses, targetRef, hostname }: Endpoint): string => `${targetRef?.uid ?? ''} ${addresses.join(',')} ${hostname ?? ''}`;
export const portsKey = (ports: Ports | undefined): string =>
  (ports ?? []).map(({ name, port, protocol, appProtocol }) => `${name ?? ''}/${protocol ?? ''}/${port ?? ''}/${appProtocol ?? ''}`).toSorted().join(' ');

/** The fewest writes from the slices there are to what is wanted, group by group of equal ports. `slices` are of one address type. */
export function planSlices(wanted: ReadonlyMap<string, Wanted>, slices: readonly EndpointSlice[]): Plan {
  const update = new Map<EndpointSlice, readonly Endpoint[]>();
  const create: { ports: Ports; endpoints: readonly Endpoint[] }[] = [];
  const remove: EndpointSlice[] = [];
  const existing = groupBy(slices, ({ ports }) => portsKey(ports));
  for (const [key, group] of wanted) planGroup(group, existing.get(key) ?? [], { update, create, remove });
  for (const [key, group] of existing) if (!wanted.has(key)) remove.push(...group);
  if (remove.length < slices.length || create.length > 0) return { update, create, remove };
  // A service always has a slice: one without endpoints when there are none.
  const [only, ...others] = remove;
  return only && others.length === 0 && isPlaceholder(only) ? { update, create, remove: [] } : { update, create: [{ ports: [], endpoints: [] }], remove };
}

const isPlaceholder = ({ endpoints, ports }: EndpointSlice): boolean => !endpoints?.length && !ports?.length;

type Draft = {
  readonly update: Map<EndpointSlice, readonly Endpoint[]>;
  readonly create: { ports: Ports; endpoints: readonly Endpoint[] }[];
  readonly remove: EndpointSlice[];
};

function planGroup({ ports, endpoints }: Wanted, slices: readonly EndpointSlice[], { update, create, remove }: Draft): void {
  const missing = new Map(endpoints);
  const changed = new Map<EndpointSlice, readonly Endpoint[]>();
  const unchanged: EndpointSlice[] = [];
  for (const slice of slices) {
    const before = slice.endpoints ?? [];
    const kept = keep(before, missing);
    if (kept === before) unchanged.push(slice); else changed.set(slice, kept);
  }
  const left = new Fifo<Endpoint>();
  for (const endpoint of missing.values()) left.push(endpoint);
  fill([...changed.keys()].toSorted((a, b) => (changed.get(b)?.length ?? 0) - (changed.get(a)?.length ?? 0)), left, changed);
  const roomy = left.size > 0 ? tightest(unchanged, left.size) : undefined;
  if (roomy) fill([roomy], left, changed.set(roomy, roomy.endpoints ?? []));
  while (left.size > 0) create.push({ ports, endpoints: take(left, maxEndpoints) });
  for (const [slice, contents] of changed) if (contents.length > 0) update.set(slice, contents); else remove.push(slice);
}

/** A slice's endpoints as they should be now, without those that went; the same list when nothing differs. Takes from `missing` what it holds. */
function keep(before: readonly Endpoint[], missing: Map<string, Endpoint>): readonly Endpoint[] {
  let differs = false;
  const kept: Endpoint[] = [];
  for (const endpoint of before) {
    const identity = identityOf(endpoint);
    const wanted = missing.get(identity);
    missing.delete(identity);
    if (wanted) kept.push(equal(wanted, endpoint) ? endpoint : wanted);
    differs ||= kept.at(-1) !== endpoint;
  }
  return differs ? kept : before;
}

function fill(slices: Iterable<EndpointSlice>, left: Fifo<Endpoint>, changed: Map<EndpointSlice, readonly Endpoint[]>): void {
  for (const slice of slices) {
    if (left.size === 0) return;
    const contents = changed.get(slice) ?? [];
    changed.set(slice, [...contents, ...take(left, maxEndpoints - contents.length)]);
  }
}

/** Of the slices that can take all of `count` the fullest one. */
function tightest(slices: readonly EndpointSlice[], count: number): EndpointSlice | undefined {
  const size = ({ endpoints = [] }: EndpointSlice) => endpoints.length;
  return slices.filter((slice) => size(slice) + count <= maxEndpoints).toSorted((a, b) => size(b) - size(a))[0];
}

function take(left: Fifo<Endpoint>, count: number): Endpoint[] {
  const taken: Endpoint[] = [];
  while (taken.length < count && left.first) { taken.push(left.first); left.shift(); }
  return taken;
}
