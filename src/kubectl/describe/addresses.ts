import type { Endpoints, IPAddress, ServiceCIDR } from '../../schema/types';
import { describeHead } from './plain-kinds';
import { annotations, labels, longTime, type Description } from './writer';

const addressesText = (addresses: readonly { readonly ip: string }[] = []): string => addresses.map(({ ip }) => ip).join(',') || '<none>';

/** The addresses behind a service, in the form of old. */
export function describeEndpoints(out: Description, endpoints: Endpoints): void {
  describeHead(out, endpoints);
  out.line(0, 'Subsets:');
  for (const { addresses, notReadyAddresses, ports = [] } of endpoints.subsets ?? []) {
    out.line(1, `Addresses:\t${addressesText(addresses)}`);
    out.line(1, `NotReadyAddresses:\t${addressesText(notReadyAddresses)}`);
    if (ports.length > 0) {
      out.line(1, 'Ports:');
      out.line(2, 'Name\tPort\tProtocol');
      out.line(2, '----\t----\t--------');
    }
    for (const { name, port, protocol = 'TCP' } of ports) out.line(2, `${name || '<unset>'}\t${port}\t${protocol}`);
    out.line(0, '');
  }
}

/** A range from which services get their addresses. */
export function describeServiceCIDR(out: Description, { metadata, spec, status }: ServiceCIDR): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `CIDRs:\t${(spec?.cidrs ?? []).join(', ')}`);
  if (!status?.conditions?.length) return;
  out.line(0, 'Status:');
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
  out.line(1, '----\t------\t------------------\t------\t-------');
  for (const { type, status: state, lastTransitionTime, reason, message } of status.conditions)
    out.line(1, [type, state, longTime(lastTransitionTime), reason, message].join('\t'));
}

/** An address that is given away, and to whom. */
export function describeIPAddress(out: Description, { metadata, spec }: IPAddress): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  const parent = spec?.parentRef;
  if (!parent) return;
  out.line(0, 'Parent Reference:');
  out.line(1, `Group:\t${parent.group ?? ''}`);
  out.line(1, `Resource:\t${parent.resource}`);
  out.line(1, `Namespace:\t${parent.namespace ?? ''}`);
  out.line(1, `Name:\t${parent.name}`);
}
