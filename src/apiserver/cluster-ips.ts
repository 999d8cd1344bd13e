import type { SchedulerLike } from 'rxjs';
import { internalError, invalidValue, type FieldError } from '../api/status';
import type { KubeObject } from '../api/types';
import { IPAddresses } from '../kinds/networking/ipaddress';
import { ServiceCIDRs } from '../kinds/networking/servicecidr';
import { addressIndex, cidrContains, cidrSize, formatCidr, nthAddress, parseCidr, type Cidr } from '../lib/cidr';
import { timestamp } from '../lib/timestamp';
import type { IPAddress, Service, ServiceCIDR } from '../schema/types';
import type { Random } from '../sim/random';
import type { Storage } from './storage';

/** What the server was started with, as kubeadm sets it up: it holds until the ServiceCIDR that says so is there. */
export const serviceRange = '10.96.0.0/12';
const startRange: Cidr = { base: 10 * 2 ** 24 + 96 * 2 ** 16, bits: 12 };

/** Labels of the addresses that the API server itself keeps. */
const labels = { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' };
const maxDraws = 8;
const isServiceCIDR = (object: KubeObject): object is ServiceCIDR => object.kind === ServiceCIDRs.kind;
const isReady = ({ status }: ServiceCIDR): boolean => (status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True';

/** How many addresses at the start of a network are left to those who ask for them by name. */
function staticBand(size: number): number {
  const [least, most, share] = [16, 256, 16];
  return size < least ? 0 : Math.min(Math.max(least, Math.floor(size / share)), most);
}

/** The cluster IPs of services: an address is taken when there is an IPAddress of its name, which comes and goes with its service. */
export class ClusterIPs {
  readonly #draws: Random;
  readonly #uids: Random;

  constructor(random: Random, private readonly storage: Storage, private readonly clock: SchedulerLike) {
    this.#draws = random.stream('clusterIPs');
    this.#uids = random.stream('ipAddresses');
  }

  /** A free address of any range. Throws InternalError when there is none. */
  next(): string {
    for (const range of this.#ranges()) {
      const band = staticBand(hosts(range));
      const found = this.#draw(range, 1 + band, hosts(range) - band) ?? this.#draw(range, 1, band);
      if (found !== undefined) return found;
    }
    throw internalError('failed to allocate a serviceIP: range is full');
  }

  /** What is wrong with an address that a service asks for. A dry run asks the range, and words it as the range does. */
  problem(ip: string, dryRun: boolean): FieldError | undefined {
    const ranges = this.#ranges();
    const refuse = (why: string): FieldError => invalidValue('spec.clusterIPs', [ip], `failed to allocate IP ${ip}: ${why}`);
    const range = ranges.find((each) => cidrContains(each, ip));
    if (!range) {
      const [first] = ranges;
      return refuse(dryRun && first ? outside(ip, first) : 'the provided network does not match the current range');
    }
    const index = addressIndex(range, ip) ?? 0;
    if (index === 0 || index > hosts(range)) return refuse(outside(ip, range));
    return this.#isTaken(ip) ? refuse('provided IP is already allocated') : undefined;
  }

  /** Notes that `service` holds the address. */
  take(ip: string, { metadata: { namespace, name } }: Service): void {
    if (this.#isTaken(ip)) return;
    const address: IPAddress = {
      kind: 'IPAddress', apiVersion: 'networking.k8s.io/v1',
      metadata: { name: ip, uid: this.#uids.uuid(), resourceVersion: '', creationTimestamp: timestamp(this.clock.now()), labels },
      spec: { parentRef: { resource: 'services', namespace, name } },
    };
    this.storage.create(IPAddresses, address, undefined);
  }

  /** Gives the address back; one that somebody else keeps stays. */
  release(ip: string): void {
    const address = this.storage.find(IPAddresses, undefined, ip);
    if (address && address.metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === labels['ipaddress.kubernetes.io/managed-by'])
      this.storage.remove(IPAddresses, address, undefined);
  }

  #isTaken(ip: string): boolean { return this.storage.find(IPAddresses, undefined, ip) !== undefined; }

  #ranges(): readonly Cidr[] {
    const declared = this.storage.list(ServiceCIDRs, undefined).filter(isServiceCIDR);
    if (declared.length === 0) return [startRange];
    return declared.filter((each) => isReady(each) && !each.metadata.deletionTimestamp).flatMap(({ spec }) => (spec.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []));
  }

  #draw(range: Cidr, from: number, count: number): string | undefined {
    const free = (index: number): string | undefined => {
      const ip = nthAddress(range, index);
      return ip === undefined || this.#isTaken(ip) ? undefined : ip;
    };
    for (let tries = 0; tries < maxDraws && count > 0; tries++) {
      const ip = free(from + this.#draws.below(count));
      if (ip !== undefined) return ip;
    }
    for (let index = from; index < from + count; index++) {
      const ip = free(index);
      if (ip !== undefined) return ip;
    }
    return undefined;
  }
}

/** Neither the network's own address nor the one for all. */
const hosts = (range: Cidr): number => Math.max(0, cidrSize(range) - 2);
const outside = (ip: string, range: Cidr): string => `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${formatCidr(range)}`;
