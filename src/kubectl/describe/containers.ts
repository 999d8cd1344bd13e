import type { Container, ContainerPort, ContainerState, ContainerStatus, EnvFromSource, EnvVar, Pod, Probe, ResourceRequirements } from '../../schema/types';
import { fieldValue, resourceFieldValue } from './env-values';
import { longTime, type Description } from './writer';

/** What is known beside the spec: a template has neither statuses nor a pod. */
export type ContainersOf = { readonly statuses?: readonly ContainerStatus[]; readonly pod?: Pod; readonly space?: string };

/** `Containers:` and each container below it. */
export function describeContainers(out: Description, title: string, containers: readonly Container[], { statuses = [], pod, space = '' }: ContainersOf): void {
  out.line(0, containers.length === 0 ? `${space}${title}: <none>` : `${space}${title}:`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    basics(out, container, status, space);
    for (const [label, words] of [['Command', container.command], ['Args', container.args]] as const) {
      if (!words?.length) continue;
      out.line(2, `${label}:`);
      for (const line of words.flatMap((word) => word.split('\n'))) out.line(3, line);
    }
    if (status) state(out, status);
    describeResources(out, container.resources, 2);
    for (const [label, probe] of [['Liveness', container.livenessProbe], ['Readiness', container.readinessProbe], ['Startup', container.startupProbe]] as const)
      if (probe) out.line(2, `${label}:\t${probeText(probe)}`);
    envFrom(out, container.envFrom ?? []);
    environment(out, container, pod);
    mounts(out, container);
  }
}

function basics(out: Description, container: Container, status: ContainerStatus | undefined, space: string): void {
  out.line(1, `${space && ' '}${container.name}:`);
  if (status) out.line(2, `Container ID:\t${status.containerID ?? ''}`);
  out.line(2, `Image:\t${container.image ?? ''}`);
  if (status) out.line(2, `Image ID:\t${status.imageID}`);
  const ports = (container.ports ?? []).map(portText).join(', ');
  out.line(2, ports.includes(',') ? `Ports:\t${ports}` : `Port:\t${ports || '<none>'}`);
  const hostPorts = (container.ports ?? []).map(({ hostPort = 0, protocol = 'TCP', name }) => withName(`${hostPort}/${protocol}`, name)).join(', ');
  out.line(2, hostPorts.includes(',') ? `Host Ports:\t${hostPorts}` : `Host Port:\t${hostPorts || '<none>'}`);
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp) out.line(2, `SeccompProfile:\t${seccomp.type}`);
}

const portText = ({ containerPort, protocol = 'TCP', name }: ContainerPort): string => withName(`${containerPort}/${protocol}`, name);
const withName = (text: string, name: string | undefined): string => (name ? `${text} (${name})` : text);

function state(out: Description, status: ContainerStatus): void {
  describeState(out, 'State', status.state ?? {});
  if (status.lastState?.terminated) describeState(out, 'Last State', status.lastState);
  out.line(2, `Ready:\t${status.ready ? 'True' : 'False'}`);
  out.line(2, `Restart Count:\t${status.restartCount}`);
}

function describeState(out: Description, label: string, { running, waiting, terminated }: ContainerState): void {
  if (running) {
    out.line(2, `${label}:\tRunning`);
    out.line(3, `Started:\t${longTime(running.startedAt)}`);
  } else if (terminated) {
    out.line(2, `${label}:\tTerminated`);
    if (terminated.reason) out.line(3, `Reason:\t${terminated.reason}`);
    if (terminated.message) out.line(3, `Message:\t${terminated.message}`);
    out.line(3, `Exit Code:\t${terminated.exitCode}`);
    if (terminated.signal) out.line(3, `Signal:\t${terminated.signal}`);
    out.line(3, `Started:\t${longTime(terminated.startedAt)}`);
    out.line(3, `Finished:\t${longTime(terminated.finishedAt)}`);
  } else {
    out.line(2, `${label}:\tWaiting`);
    if (waiting?.reason) out.line(3, `Reason:\t${waiting.reason}`);
  }
}

/** Limits and requests, if there are any. */
export function describeResources(out: Description, resources: ResourceRequirements | undefined, level: number): void {
  for (const [label, quantities] of [['Limits', resources?.limits], ['Requests', resources?.requests]] as const) {
    const entries = Object.entries(quantities ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length > 0) out.line(level, `${label}:`);
    for (const [name, quantity] of entries) out.line(level + 1, `${name}:\t${quantity}`);
  }
}

/** `http-get http://:8080/healthy delay=5s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(probe: Probe): string {
  const times =
    `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s ` +
    `#success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  if (probe.exec) return `exec [${(probe.exec.command ?? []).join(' ')}] ${times}`;
  if (probe.httpGet) {
    const { scheme = '', host = '', port, path = '' } = probe.httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path && !path.startsWith('/') ? '/' : ''}${path} ${times}`;
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${times}`;
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

function envFrom(out: Description, sources: readonly EnvFromSource[]): void {
  if (sources.length === 0) return;
  out.line(2, 'Environment Variables from:');
  for (const { configMapRef, secretRef, prefix } of sources) {
    const [kind, ref] = configMapRef ? ['ConfigMap', configMapRef] as const : ['Secret', secretRef] as const;
    out.line(3, `${ref?.name ?? ''}\t${kind}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${ref?.optional ?? false}`);
  }
}

function environment(out: Description, container: Container, pod: Pod | undefined): void {
  const env = container.env ?? [];
  out.line(2, env.length === 0 ? 'Environment:\t<none>' : 'Environment:');
  for (const variable of env) for (const line of envLines(variable, container, pod)) out.line(3, line);
}

function envLines({ name, value = '', valueFrom }: EnvVar, container: Container, pod: Pod | undefined): readonly string[] {
  if (!valueFrom) return value.split('\n').map((line, index) => `${index === 0 ? `${name}:` : ''}\t${line}`);
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return [`${name}:\t${pod ? fieldValue(pod, fieldRef.fieldPath) : ''} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`];
  if (resourceFieldRef) return [`${name}:\t${resourceFieldValue(container, resourceFieldRef)} (${resourceFieldRef.resource})`];
  if (secretKeyRef)
    return [`${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ''}'>\tOptional: ${secretKeyRef.optional ?? false}`];
  if (configMapKeyRef)
    return [`${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ''}'>\tOptional: ${configMapKeyRef.optional ?? false}`];
  return [];
}

function mounts(out: Description, { volumeMounts = [], volumeDevices = [] }: Container): void {
  out.line(2, volumeMounts.length === 0 ? 'Mounts:\t<none>' : 'Mounts:');
  for (const mount of [...volumeMounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))) {
    const flags = [mount.readOnly ? 'ro' : 'rw', ...(mount.subPath ? [`path="${mount.subPath}"`] : [])];
    out.line(3, `${mount.mountPath} from ${mount.name} (${flags.join(',')})`);
  }
  if (volumeDevices.length > 0) out.line(2, 'Devices:');
  for (const { devicePath, name } of volumeDevices) out.line(3, `${devicePath} from ${name}`);
}
