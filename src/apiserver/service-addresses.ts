import { internalError, invalid, invalidValue, type FieldError } from '../api/status';
import { Services } from '../kinds/core/service';
import type { Service, ServicePort } from '../schema/types';
import type { Random } from '../sim/random';
import { NumberAllocator } from './number-allocator';

/** 10.96.0.0/12 as kubeadm sets it up; the first 256 addresses are left to those who ask by name. */
const network = ipNumber('10.96.0.0');
const networkBits = 12;
const range = `10.96.0.0/${networkBits}`;
const hosts = 2 ** (32 - networkBits) - 2;
/** 30000-32767; its lower 86 are the static band. */
const nodePorts = { first: 30_000, size: 2_768, staticBand: 86 };

function ipNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
const ipText = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

/** Cluster IPs and node ports: what a Service is given when it is stored, and gives back when it goes. */
export class ServiceAddresses {
  readonly #ips: NumberAllocator;
  readonly #ports: NumberAllocator;

  constructor(random: Random) {
    this.#ips = new NumberAllocator(network + 1, hosts, 256, random.stream('clusterIPs'));
    this.#ports = new NumberAllocator(nodePorts.first, nodePorts.size, nodePorts.staticBand, random.stream('nodePorts'));
  }

  /**
   * The service with its addresses filled in. Reserves nothing: `settle` does, once the write has happened. Throws Invalid when an address asked for is
   * taken; as upstream, a dry run does not look whether node ports are.
   */
  assign(service: Service, previous: Service | undefined, dryRun: boolean): Service {
    const errors: FieldError[] = [];
    const withIPs = this.#assignIP(service, previous, errors);
    const assigned = this.#assignPorts(withIPs, previous, dryRun ? [] : errors);
    if (errors.length > 0) throw invalid(Services, service.metadata.name, errors);
    return assigned;
  }

  /** Books what `next` holds and releases what only `previous` held. */
  settle(previous: Service | undefined, next: Service | undefined): void {
    for (const ip of previous ? addressesOf(previous) : []) this.#ips.release(ip);
    for (const port of previous ? portsOf(previous) : []) this.#ports.release(port);
    for (const ip of next ? addressesOf(next) : []) this.#ips.reserve(ip);
    for (const port of next ? portsOf(next) : []) this.#ports.reserve(port);
  }

  #assignIP(service: Service, previous: Service | undefined, errors: FieldError[]): Service {
    const { type, clusterIP } = service.spec;
    if (type === 'ExternalName' || clusterIP === 'None') return service;
    if (!clusterIP) {
      const value = this.#ips.next();
      if (value === undefined) throw internalError('failed to allocate a serviceIP: range is full');
      const ip = ipText(value);
      return { ...service, spec: { ...service.spec, clusterIP: ip, clusterIPs: [ip] } };
    }
    const value = ipNumber(clusterIP);
    if (previous && addressesOf(previous).includes(value)) return service;
    if (!this.#ips.contains(value)) {
      errors.push(invalidValue('spec.clusterIPs', [clusterIP],
        `failed to allocate IP ${clusterIP}: the provided IP (${clusterIP}) is not in the valid range. The range of valid IPs is ${range}`));
    } else if (this.#ips.has(value)) {
      errors.push(invalidValue('spec.clusterIPs', [clusterIP], `failed to allocate IP ${clusterIP}: provided IP is already allocated`));
    }
    return service;
  }

  #assignPorts(service: Service, previous: Service | undefined, errors: FieldError[]): Service {
    if (service.spec.type !== 'NodePort' && service.spec.type !== 'LoadBalancer') return service;
    if (service.spec.type === 'LoadBalancer' && service.spec.allocateLoadBalancerNodePorts === false) return service;
    const held = new Set(previous ? portsOf(previous) : []);
    const given = new Map<string, number>();   // one number may serve TCP and UDP of one port name
    const ports = (service.spec.ports ?? []).map((port, index): ServicePort => {
      if (!port.nodePort) {
        const nodePort = given.get(`${port.port}`) ?? this.#nextPort(given);
        given.set(`${port.port}`, nodePort);
        return { ...port, nodePort };
      }
      if (!this.#ports.contains(port.nodePort)) {
        errors.push(invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, 'provided port is not in the valid range. The range of valid ports is 30000-32767'));
      } else if (this.#ports.has(port.nodePort) && !held.has(port.nodePort)) {
        errors.push(invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, 'provided port is already allocated'));
      }
      return port;
    });
    return { ...service, spec: { ...service.spec, ports } };
  }

  #nextPort(given: ReadonlyMap<string, number>): number {
    const taken = new Set(given.values());
    for (let tries = 0; tries < nodePorts.size; tries++) {
      const port = this.#ports.next();
      if (port !== undefined && !taken.has(port)) return port;
    }
    throw internalError('failed to allocate a nodePort: range is full');
  }
}

const addressesOf = ({ spec }: Service): number[] => (spec.clusterIP && spec.clusterIP !== 'None' ? [ipNumber(spec.clusterIP)] : []);
const portsOf = ({ spec }: Service): number[] => (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
