import { controllerOf } from '../../api/keys';
import type { ObjectMeta, Pod, PodTemplateSpec, Toleration, TopologySpreadConstraint } from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { age } from '../../kinds/columns';
import { describeContainers, describeResources } from './containers';
import { describeVolumes } from './volumes';
import { annotations, labels, longTime, multiline, type Description } from './writer';

/** A pod, as far as its own object tells; events follow. */
export function describePod(out: Description, pod: Pod, now: number): void {
  const { metadata, spec, status = {} } = pod;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec.priority !== undefined) out.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) out.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.runtimeClassName) out.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec.serviceAccountName) out.line(0, `Service Account:\t${spec.serviceAccountName}`);
  out.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`);
  if (status.startTime) out.line(0, `Start Time:\t${longTime(status.startTime)}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  phase(out, pod, now);
  if (status.reason) out.line(0, `Reason:\t${status.reason}`);
  if (status.message) out.line(0, `Message:\t${status.message}`);
  if (spec.securityContext?.seccompProfile) out.line(0, `SeccompProfile:\t${spec.securityContext.seccompProfile.type}`);
  out.line(0, `IP:\t${status.podIP ?? ''}`);
  addresses(out, (status.podIPs ?? []).map(({ ip }) => ip));
  controlledBy(out, metadata);
  if (status.nominatedNodeName) out.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
  if (spec.resources) { out.line(0, 'Resources:'); describeResources(out, spec.resources, 1); }
  if (spec.initContainers?.length) describeContainers(out, 'Init Containers', spec.initContainers, { statuses: status.initContainerStatuses ?? [], pod });
  describeContainers(out, 'Containers', spec.containers, { statuses: status.containerStatuses ?? [], pod });
  readinessGates(out, pod);
  conditions(out, pod);
  describeVolumes(out, spec.volumes ?? []);
  out.line(0, `QoS Class:\t${status.qosClass ?? ''}`);
  labels(out, 'Node-Selectors', spec.nodeSelector);
  describeTolerations(out, 'Tolerations', spec.tolerations);
  spreadConstraints(out, spec.topologySpreadConstraints ?? [], '');
}

function phase(out: Description, { metadata, status }: Pod, now: number): void {
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  if (!metadata.deletionTimestamp || ended) return out.line(0, `Status:\t${status?.phase ?? ''}`);
  out.line(0, `Status:\tTerminating (lasts ${age(metadata.deletionTimestamp, now)})`);
  out.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
}

function addresses(out: Description, ips: readonly (string | undefined)[]): void {
  out.line(0, ips.length === 0 ? 'IPs:\t<none>' : 'IPs:');
  for (const ip of ips) out.line(1, `IP:\t${ip ?? ''}`);
}

/** `Controlled By:  ReplicaSet/web-1`, if anything does. */
export function controlledBy(out: Description, metadata: ObjectMeta): void {
  const owner = controllerOf({ metadata });
  if (owner) out.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
}

function readinessGates(out: Description, { spec, status }: Pod): void {
  if (!spec.readinessGates?.length) return;
  out.line(0, 'Readiness Gates:');
  out.line(1, 'Type\tStatus');
  for (const { conditionType } of spec.readinessGates)
    out.line(1, `${conditionType} \t${status?.conditions?.find(({ type }) => type === conditionType)?.status ?? '<none>'} `);
}

function conditions(out: Description, { status }: Pod): void {
  if (!status?.conditions?.length) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus');
  for (const condition of status.conditions) out.line(1, `${condition.type} \t${condition.status} `);
}

/** Tolerations in order of their keys: `key=value:Effect op=Exists for 300s`. */
export function describeTolerations(out: Description, title: string, tolerations: readonly Toleration[] = []): void {
  multiline(out, title, [...tolerations].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : Number((a.key ?? '') > (b.key ?? '')))).map(tolerationText));
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration): string {
  const exists = operator === 'Exists' && value === '' ? `${key || effect ? ' ' : ''}op=Exists` : '';
  return `${key}${value && `=${value}`}${effect && `:${effect}`}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

function spreadConstraints(out: Description, constraints: readonly TopologySpreadConstraint[], space: string): void {
  if (constraints.length === 0) return;
  const text = ({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }: TopologySpreadConstraint) =>
    `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${labelSelector ? ` for selector ${formatLabelSelector(labelSelector)}` : ''}`;
  multiline(out, `${space}Topology Spread Constraints`, [...constraints].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1)).map(text));
}

/** A workload's pod template. */
export function describeTemplate(out: Description, { metadata, spec }: PodTemplateSpec): void {
  out.line(0, 'Pod Template:');
  labels(out, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) annotations(out, '  Annotations', metadata?.annotations);
  if (!spec) return;
  if (spec.serviceAccountName) out.line(0, `  Service Account:\t${spec.serviceAccountName}`);
  if (spec.initContainers?.length) describeContainers(out, 'Init Containers', spec.initContainers, { space: '  ' });
  describeContainers(out, 'Containers', spec.containers, { space: '  ' });
  describeVolumes(out, spec.volumes ?? [], '  ');
  spreadConstraints(out, spec.topologySpreadConstraints ?? [], '  ');
  if (spec.priorityClassName) out.line(0, `  Priority Class Name:\t${spec.priorityClassName}`);
  labels(out, '  Node-Selectors', spec.nodeSelector);
  describeTolerations(out, '  Tolerations', spec.tolerations);
}
