import type { SchedulerLike } from 'rxjs';
import { internalError, invalid, invalidValue, type FieldError } from '../api/status';
import { Services } from '../kinds/core/service';
import type { Service, ServicePort } from '../schema/types';
import type { Random } from '../sim/random';
import { ClusterIPs } from './cluster-ips';
import { NumberAllocator } from './number-allocator';
import type { Storage } from './storage';

/** 30000-32767; its lower 86 are the static band. */
const nodePorts = { first: 30_000, size: 2_768, staticBand: 86 };

const outOfRange = 'provided port is not in the valid range. The range of valid ports is 30000-32767';

/** Cluster IPs and node ports: what a Service is given when it is stored, and gives back when it goes. */
export class ServiceAddresses {
  readonly #ips: ClusterIPs;
  readonly #ports: NumberAllocator;

  constructor(random: Random, storage: Storage, clock: SchedulerLike) {
    this.#ips = new ClusterIPs(random, storage, clock);
    this.#ports = new NumberAllocator(nodePorts.first, nodePorts.size, nodePorts.staticBand, random.stream('nodePorts'));
  }

  /**
   * The service with its addresses filled in. Reserves nothing: `settle` does, once the write has happened. Throws Invalid when an address asked for is
   * taken; as upstream, a dry run does not look whether node ports are.
   */
  assign(service: Service, previous: Service | undefined, dryRun: boolean): Service {
    const errors: FieldError[] = [];
    const withIPs = this.#assignIP(service, previous, errors, dryRun);
    const assigned = this.#assignHealthPort(this.#assignPorts(withIPs, previous, dryRun ? [] : errors), previous, dryRun ? [] : errors);
    if (errors.length > 0) throw invalid(Services, service.metadata.name, errors);
    return assigned;
  }

  /** Books what `next` holds and releases what only `previous` held. */
  settle(previous: Service | undefined, next: Service | undefined): void {
    const [before, after] = [previous ? addressesOf(previous) : [], next ? addressesOf(next) : []];
    for (const ip of before) if (!after.includes(ip)) this.#ips.release(ip);
    for (const ip of after) if (next && !before.includes(ip)) this.#ips.take(ip, next);
    for (const port of previous ? portsOf(previous) : []) this.#ports.release(port);
    for (const port of next ? portsOf(next) : []) this.#ports.reserve(port);
  }

  #assignIP(service: Service, previous: Service | undefined, errors: FieldError[], dryRun: boolean): Service {
    const { type, clusterIP } = service.spec;
    if (type === 'ExternalName' || clusterIP === 'None') return service;
    if (!clusterIP) {
      const ip = this.#ips.next();
      return { ...service, spec: { ...service.spec, clusterIP: ip, clusterIPs: [ip] } };
    }
    if (previous && addressesOf(previous).includes(clusterIP)) return service;
    const problem = this.#ips.problem(clusterIP, dryRun);
    if (problem) errors.push(problem);
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
        errors.push(invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, outOfRange));
      } else if (this.#ports.has(port.nodePort) && !held.has(port.nodePort)) {
        errors.push(invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, 'provided port is already allocated'));
      }
      return port;
    });
    return { ...service, spec: { ...service.spec, ports } };
  }

  /** Where a load balancer asks whether a node has pods of the service: only when traffic stays on the node. */
  #assignHealthPort(service: Service, previous: Service | undefined, errors: FieldError[]): Service {
    const { type, externalTrafficPolicy, healthCheckNodePort: asked, ports = [] } = service.spec;
    if (type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local') return service;
    if (!asked) {
      const given = new Map(ports.flatMap(({ nodePort }) => (nodePort ? [[String(nodePort), nodePort] as const] : [])));
      return { ...service, spec: { ...service.spec, healthCheckNodePort: this.#nextPort(given) } };
    }
    if (asked !== previous?.spec.healthCheckNodePort && this.#ports.has(asked))
      throw internalError(`failed to allocate requested HealthCheck NodePort ${asked}: provided port is already allocated`);
    if (!this.#ports.contains(asked)) errors.push(invalidValue('spec.healthCheckNodePort', asked, outOfRange));
    return service;
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

const addressesOf = ({ spec }: Service): readonly string[] => (spec.clusterIP && spec.clusterIP !== 'None' ? [spec.clusterIP] : []);
/** The health check's port is one of them. */
const portsOf = ({ spec }: Service): readonly number[] =>
  [...(spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])), ...(spec.healthCheckNodePort ? [spec.healthCheckNodePort] : [])];
