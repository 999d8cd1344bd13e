import { endpointText } from './hops';
import type { ServiceEndpoint, ServiceRule } from './types';

type Stuck = { readonly endpoint: string; readonly seenAt: number };
/** As the kernel's `recent` match: so many clients are remembered for one service port, the longest unseen goes first. */
const maxClients = 100;

/** Who was sent where, on one node: `sessionAffinity: ClientIP`. */
export class SessionAffinity {
  readonly #byService = new Map<string, Map<string, Stuck>>();

  /** The endpoint that `client` is stuck to, as long as it is still among `endpoints` and was used within the rule's time. */
  find({ servicePort, affinitySeconds = 0 }: ServiceRule, client: string, endpoints: readonly ServiceEndpoint[], now: number): ServiceEndpoint | undefined {
    const stuck = this.#byService.get(servicePort)?.get(client);
    if (!stuck || now - stuck.seenAt > affinitySeconds * 1000) return undefined;
    return endpoints.find((endpoint) => endpointText(endpoint) === stuck.endpoint);
  }

  remember({ servicePort }: ServiceRule, client: string, endpoint: ServiceEndpoint, now: number): void {
    const clients = this.#byService.get(servicePort) ?? new Map<string, Stuck>();
    this.#byService.set(servicePort, clients);
    clients.delete(client);   // so that the map's order is the order of last use
    clients.set(client, { endpoint: endpointText(endpoint), seenAt: now });
    const oldest = clients.keys().next();
    if (clients.size > maxClients && !oldest.done) clients.delete(oldest.value);
  }

  /** Forgets services that are gone. */
  retain(rules: { has(servicePort: string): boolean }): void {
    for (const servicePort of this.#byService.keys()) if (!rules.has(servicePort)) this.#byService.delete(servicePort);
  }
}
