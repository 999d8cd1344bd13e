import { formatLabelSelector } from '../../lib/selectors';
import type { EndpointSlice, PodDisruptionBudget, PriorityClass } from '../../schema/types';
import { formatLabels } from '../printers/table';
import type { Description } from './writer';
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
  out.line(0, `Annotations:\t${formatLabels(metadata.annotations ?? {})}`);
}

/** How many pods may go, and how many there are. */
export function describePodDisruptionBudget(out: Description, { metadata, spec, status }: PodDisruptionBudget): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec?.minAvailable !== undefined) out.line(0, `Min available:\t${spec.minAvailable}`);
  else if (spec?.maxUnavailable !== undefined) out.line(0, `Max unavailable:\t${spec.maxUnavailable}`);
  out.line(0, `Selector:\t${spec?.selector ? formatLabelSelector(spec.selector) : '<unset>'}`);
  out.line(0, 'Status:');
  out.line(2, `Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}`);
  out.line(2, `Current:\t${status?.currentHealthy ?? 0}`);
  out.line(2, `Desired:\t${status?.desiredHealthy ?? 0}`);
  out.line(2, `Total:\t${status?.expectedPods ?? 0}`);
}
