import type { Informers } from '../runtime/informers';
import { byNamespace } from '../runtime/informer';
import { Services } from '../kinds/core/service';
import type { Service } from '../schema/types';

type Variables = Readonly<Record<string, string>>;
const none: Variables = {};

/** The variables that tell a container of the services there were when it started, worked out once a namespace until a service changes. */
export class ServiceVariables {
  readonly #byNamespace = new Map<string, Variables>();
  #watching = false;

  constructor(private readonly informers: Informers) {}

  /** Services of the namespace, if `links`, and in any case the API's own. */
  of(namespace: string, links: boolean): Variables {
    if (!this.#watching) {
      this.#watching = true;
      this.informers.of(Services).changes.subscribe(() => this.#byNamespace.clear());
    }
    const key = links ? namespace : '';
    let variables = this.#byNamespace.get(key);
    if (!variables) this.#byNamespace.set(key, (variables = this.#collect(links ? namespace : undefined)));
    return variables;
  }

  #collect(namespace: string | undefined): Variables {
    const informer = this.informers.of(Services);
    const master = informer.get('default/kubernetes');
    const services = namespace === undefined ? [] : [...informer.by(byNamespace, namespace)];
    const all = master && !services.includes(master) ? [master, ...services] : services;
    const variables = Object.assign({}, ...all.map(variablesOf)) as Variables;
    return Object.keys(variables).length === 0 ? none : variables;
  }
}

/** As upstream and, before it, Docker's links: `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP_ADDR`. */
export function variablesOf({ metadata, spec: { clusterIP: ip, ports = [] } }: Service): Variables {
  const [first] = ports;
  if (!ip || ip === 'None' || !first) return none;
  const prefix = variableName(metadata.name);
  const variables: Record<string, string> = { [`${prefix}_SERVICE_HOST`]: ip, [`${prefix}_SERVICE_PORT`]: String(first.port) };
  for (const { name, port } of ports) if (name) variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port);
  variables[`${prefix}_PORT`] = `${protocolOf(first.protocol)}://${ip}:${first.port}`;
  for (const { protocol, port } of ports) {
    const link = `${prefix}_PORT_${port}_${(protocol ?? 'TCP').toUpperCase()}`;
    variables[link] = `${protocolOf(protocol)}://${ip}:${port}`;
    variables[`${link}_PROTO`] = protocolOf(protocol);
    variables[`${link}_PORT`] = String(port);
    variables[`${link}_ADDR`] = ip;
  }
  return variables;
}

const variableName = (name: string): string => name.toUpperCase().replaceAll('-', '_');
const protocolOf = (protocol = 'TCP'): string => protocol.toLowerCase();
