import type { KubeObject } from '../api/types';
import { Services } from '../kinds/core/service';
import { EndpointSlices } from '../kinds/discovery/endpointslice';
import type { Handler, NetError } from '../net/types';
import type { EndpointSlice, Service } from '../schema/types';
import type { Storage } from './storage';

/** What answers at an address of the pod network at this moment, or why nothing does. */
export type Reach = (ip: string, port: number) => Handler | NetError;
export const nobodyAnswers: Reach = () => 'no route to host';

/** A port of a Service that the API server asks something of; 443 when it names none. */
export type ServiceReference = { readonly namespace: string; readonly name: string; readonly port?: number | undefined };

/** Certificates are not emulated; that nobody outside the cluster has signed one for a Service's name is. */
const untrusted = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

/** The first ready endpoint of a Service as it can be asked over TLS now, or why it cannot, in the words of upstream's resolver and Go's HTTP client. */
export function handlerBehind(storage: Storage, reach: Reach, reference: ServiceReference, isTrusted: boolean): Handler | string {
  const { namespace, name, port = 443 } = reference;
  const service = storage.find(Services, namespace, name) as Service | undefined;   // stored as Services
  if (!service) return `service ${JSON.stringify(name)} not found`;
  const target = service.spec?.ports?.find((each) => each.port === port);
  if (!target) return `no service port ${port} found for service ${JSON.stringify(name)}`;
  const endpoint = endpointOf(storage, service, target.name ?? '');
  if (!endpoint) return `no endpoints available for service ${JSON.stringify(name)}`;
  const handler = reach(endpoint.ip, endpoint.port);
  if (typeof handler === 'string') return dialError(endpoint, handler);
  return isTrusted ? handler : untrusted;
}

type Endpoint = { readonly ip: string; readonly port: number };

function endpointOf(storage: Storage, { metadata: { name, namespace } }: Service, portName: string): Endpoint | undefined {
  for (const slice of storage.list(EndpointSlices, namespace).filter(isOf(name))) {
    const port = slice.ports?.find((each) => (each.name ?? '') === portName)?.port;
    const ready = slice.endpoints?.find(({ conditions }) => conditions?.ready !== false);
    const ip = ready?.addresses[0];
    if (port !== undefined && ip !== undefined) return { ip, port };
  }
  return undefined;
}

const isOf = (service: string) => (object: KubeObject): object is EndpointSlice => object.metadata.labels?.['kubernetes.io/service-name'] === service;

const dialError = ({ ip, port }: Endpoint, error: NetError): string =>
  error === 'i/o timeout' ? 'context deadline exceeded' : `dial tcp ${ip}:${port}: connect: ${error}`;
