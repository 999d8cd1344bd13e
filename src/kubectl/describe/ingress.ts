import type { EndpointSlice, Ingress, IngressBackend, IngressClass, Service } from '../../schema/types';
import { annotations, labels, type Description } from './writer';
import { endpointsText } from './service';

/** What is behind a backend's service; the message why it cannot be told. */
export type Behind = { readonly service: Service; readonly slices: readonly EndpointSlice[] } | { readonly error: string };

/** Services that an ingress leads to, by their names. */
export const servicesOf = ({ spec: { defaultBackend, rules = [] } }: Ingress): readonly string[] =>
  [...new Set([defaultBackend, ...rules.flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend)].flatMap((backend) => backend?.service?.name ?? []))];

/** An ingress with what is `behind` its services. */
export function describeIngress(out: Description, { metadata, spec, status }: Ingress, behind: ReadonlyMap<string, Behind>): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `Address:\t${[...new Set((status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))].filter(Boolean).sort().join(',')}`);
  out.line(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`);
  const otherwise = spec.defaultBackend ? backendText(spec.defaultBackend, behind) : '<default>';
  out.line(0, `Default backend:\t${otherwise}`);
  if (spec.tls?.length) out.line(0, 'TLS:');
  for (const { secretName, hosts = [] } of spec.tls ?? []) out.line(1, `${secretName ? `${secretName} terminates` : 'SNI routes'} ${hosts.join(',')}`);
  out.line(0, 'Rules:');
  out.line(1, 'Host\tPath\tBackends');
  out.line(1, '----\t----\t--------');
  const rules = (spec.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    out.line(1, `${host || '*'}\t`);
    for (const { path = '', backend } of http?.paths ?? []) out.line(2, `\t${path} \t${backendText(backend, behind)}`);
  }
  if (rules.length === 0) out.line(1, `*\t*\t${otherwise}`);
  annotations(out, 'Annotations', metadata.annotations);
}

function backendText({ service, resource }: IngressBackend, behind: ReadonlyMap<string, Behind>): string {
  if (resource) return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`;
  if (!service) return '';
  const { number = 0, name: portName = '' } = service.port ?? {};
  const found = behind.get(service.name);
  const port = found && 'service' in found ? found.service.spec.ports?.findLast((each) => (number ? each.port === number : each.name === portName)) : undefined;
  const text = !found ? '<none>' : 'error' in found ? `<error: ${found.error}>` : endpointsText(found.slices, port?.name ?? '');
  return `${service.name}:${portName || number} (${text})`;
}

/** Who takes care of the ingresses of a class. */
export function describeIngressClass(out: Description, { metadata, spec }: IngressClass): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Controller:\t${spec?.controller ?? ''}`);
  const parameters = spec?.parameters;
  if (!parameters) return;
  out.line(0, 'Parameters:');
  if (parameters.apiGroup !== undefined) out.line(1, `APIGroup:\t${parameters.apiGroup}`);
  out.line(1, `Kind:\t${parameters.kind}`);
  out.line(1, `Name:\t${parameters.name}`);
}
