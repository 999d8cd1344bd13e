import type { EndpointSlice, Service, ServicePort } from '../../schema/types';
import { formatLabels } from '../printers/table';
import { annotations, labels, type Description } from './writer';

/** A service with the endpoint slices that belong to it. */
export function describeService(out: Description, { metadata, spec, status }: Service, slices: readonly EndpointSlice[]): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Selector:\t${formatLabels(spec.selector ?? {})}`);
  out.line(0, `Type:\t${spec.type ?? ''}`);
  if (spec.ipFamilyPolicy) out.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  out.line(0, `IP Families:\t${(spec.ipFamilies ?? []).join(',') || '<none>'}`);
  out.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  out.line(0, `IPs:\t${(spec.clusterIPs ?? []).join(',') || '<none>'}`);
  if (spec.externalIPs?.length) out.line(0, `External IPs:\t${spec.externalIPs.join(',')}`);
  if (spec.loadBalancerIP) out.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) out.line(
    0, `LoadBalancer Ingress:\t${ingress.map(({ ip, hostname, ipMode }) => `${ip ?? hostname ?? ''}${ipMode ? ` (${ipMode})` : ''}`).join(', ')}`,
  );
  if (spec.externalName) out.line(0, `External Name:\t${spec.externalName}`);
  for (const port of spec.ports ?? []) describePort(out, port, slices);
  out.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
  if (spec.externalTrafficPolicy) out.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy) out.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.healthCheckNodePort) out.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  if (spec.loadBalancerSourceRanges?.length) out.line(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges.join(',')}`);
  if (spec.trafficDistribution) out.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
}

function describePort(out: Description, { name, port, protocol = 'TCP', targetPort, nodePort }: ServicePort, slices: readonly EndpointSlice[]): void {
  const shown = name || '<unset>';
  out.line(0, `Port:\t${shown}\t${port}/${protocol}`);
  out.line(0, `TargetPort:\t${targetPort ?? 0}/${protocol}`);
  if (nodePort) out.line(0, `NodePort:\t${shown}\t${nodePort}/${protocol}`);
  out.line(0, `Endpoints:\t${endpointsText(slices, name ?? '')}`);
}

const shownEndpoints = 3;

const hostAndPort = (address: string, port: number | undefined): string =>
  (port === undefined ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`);

/** The first ready addresses of a port: `10.0.0.1:80,10.0.0.2:80 + 3 more...`; `<none>` where nobody ever looked for any. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  const all = slices.flatMap(({ ports, endpoints }) => (ports ?? []).filter(({ name }) => (name ?? '') === portName)
    .flatMap(({ port }) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.map((address) => hostAndPort(address, port)))));
  if (slices.length === 0) return '<none>';
  return all.slice(0, shownEndpoints).join(',') + (all.length > shownEndpoints ? ` + ${all.length - shownEndpoints} more...` : '');
}
