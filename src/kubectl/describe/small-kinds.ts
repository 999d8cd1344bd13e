import type { EndpointSlice, PriorityClass } from '../../schema/types';
import { annotations, type Description } from './writer';
import { describeHead } from './plain-kinds';

export function describeEndpointSlice(out: Description, slice: EndpointSlice): void {
  describeHead(out, slice);
  out.line(0, `AddressType:\t${slice.addressType}`);
  if (!slice.ports?.length) out.line(0, 'Ports: <unset>');
  else {
    out.line(0, 'Ports:');
    out.line(1, 'Name\tPort\tProtocol');
    out.line(1, '----\t----\t--------');
    for (const { name, port, protocol } of slice.ports) out.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol ?? ''}`);
  }
  if (!slice.endpoints?.length) return out.line(0, 'Endpoints: <none>');
  out.line(0, 'Endpoints:');
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of slice.endpoints) {
    out.line(1, `- Addresses:\t${addresses.join(', ')}`);
    out.line(2, 'Conditions:');
    out.line(3, `Ready:\t${conditions?.ready ?? '<unset>'}`);
    out.line(2, `Hostname:\t${hostname ?? '<unset>'}`);
    if (targetRef) out.line(2, `TargetRef:\t${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
    out.line(2, `NodeName:\t${nodeName ?? '<unset>'}`);
    out.line(2, `Zone:\t${zone ?? '<unset>'}`);
  }
}

export function describePriorityClass(out: Description, { metadata, value, globalDefault = false, preemptionPolicy, description = '' }: PriorityClass): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Value:\t${value}`);
  out.line(0, `GlobalDefault:\t${globalDefault}`);
  out.line(0, `PreemptionPolicy:\t${preemptionPolicy ?? ''}`);
  out.line(0, `Description:\t${description}`);
  annotations(out, 'Annotations', metadata.annotations);
}
