import type { LifecycleHandler, Probe } from '../../../schema/types';
import { containersNamed, counted, setters, sortedQuoted, verb, type AnyContainer, type Check, type PodParts, type Violation } from './checks';
import { procMountCheck } from './proc-mount';
import { seccompAnnotationProblem, seccompProblem } from './seccomp';

const defaultCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
]);

function capabilities({ containers }: PodParts): Violation | undefined {
  const added = (container: AnyContainer) => (container.securityContext?.capabilities?.add ?? []).filter((name) => !defaultCapabilities.has(name));
  const bad = containers.filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const detail = `${containersNamed(bad)} must not include ${sortedQuoted(bad.flatMap(added))} in securityContext.capabilities.add`;
  return { reason: 'non-default capabilities', detail };
}

function appArmor({ metadata: { annotations = {} }, spec: { securityContext }, containers }: PodParts): Violation | undefined {
  const isBad = (type: string | undefined) => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const typeOf = (container: AnyContainer) => container.securityContext?.appArmorProfile?.type;
  const ofPod = securityContext?.appArmorProfile?.type;
  const bad = containers.filter((container) => isBad(typeOf(container)));
  const ofAnnotations = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith('container.apparmor.security.beta.kubernetes.io/') && value && value !== 'runtime/default' && !value.startsWith('localhost/'))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`).sort();
  const who = setters(isBad(ofPod), bad, ofAnnotations.length > 0 ? [counted('annotation', ofAnnotations.length)] : []);
  if (who === undefined) return undefined;
  const types = new Set([ofPod, ...bad.map(typeOf)].filter(isBad).map(String));
  const values = [...[...types].sort(), ...ofAnnotations];
  return { reason: counted('forbidden AppArmor profile', values.length), detail: `${who} must not set AppArmor profile type to ${values.map((value) => `"${value}"`).join(', ')}` };
}

function hostNamespaces({ spec: { hostNetwork, hostPID, hostIPC } }: PodParts): Violation | undefined {
  const shared = [hostNetwork && 'hostNetwork=true', hostPID && 'hostPID=true', hostIPC && 'hostIPC=true'].filter(Boolean);
  return shared.length > 0 ? { reason: 'host namespaces', detail: shared.join(', ') } : undefined;
}

function hostPaths({ spec: { volumes = [] } }: PodParts): Violation | undefined {
  const bad = volumes.filter(({ hostPath }) => hostPath);
  return bad.length > 0 ? { reason: 'hostPath volumes', detail: `${counted('volume', bad.length)} ${bad.map(({ name }) => `"${name}"`).join(', ')}` } : undefined;
}

function hostPorts({ containers }: PodParts): Violation | undefined {
  const portsOf = ({ ports = [] }: AnyContainer) => ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const bad = containers.filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = [...new Set(bad.flatMap(portsOf))].sort();
  return { reason: 'hostPort', detail: `${containersNamed(bad)} ${verb('uses', 'use', bad.length)} ${counted('hostPort', ports.length)} ${ports.join(', ')}` };
}

function handlerHosts({ containers }: PodParts): Violation | undefined {
  const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer) => {
    const handlers: (Probe | LifecycleHandler | undefined)[] = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return handlers.flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host]).filter((host) => !!host).map(String);
  };
  const bad = containers.filter((container) => hostsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const hosts = [...new Set(bad.flatMap(hostsOf))];
  const who = `${counted('container', bad.length)} ${sortedQuoted(bad.map(({ name }) => name))}`;
  return { reason: 'probe or lifecycle host', detail: `${who} ${verb('uses', 'use', bad.length)} ${counted('probe or lifecycle host', hosts.length)} ${sortedQuoted(hosts)}` };
}

function privileged({ containers }: PodParts): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.privileged);
  return bad.length > 0 ? { reason: 'privileged', detail: `${containersNamed(bad)} must not set securityContext.privileged=true` } : undefined;
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

const seLinux = (allowed: readonly string[]) => ({ spec, containers }: PodParts): Violation | undefined => {
  const optionsOf = (container: AnyContainer) => container.securityContext?.seLinuxOptions;
  const isBad = (options: ReturnType<typeof optionsOf>) => options !== undefined && (!allowed.includes(options.type ?? '') || !!options.user || !!options.role);
  const ofPod = spec.securityContext?.seLinuxOptions;
  const bad = containers.filter((container) => isBad(optionsOf(container)));
  const who = setters(isBad(ofPod), bad);
  if (who === undefined) return undefined;
  const all = [ofPod, ...bad.map(optionsOf)];
  const types = new Set(all.map((options) => options?.type ?? '').filter((type) => !allowed.includes(type)));
  const wrong = [
    ...(types.size > 0 ? [`${counted('type', types.size)} ${sortedQuoted(types)}`] : []),
    ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
    ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
  ];
  return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}` };
};

const safeSysctls = [
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start',
];
const since27 = [...safeSysctls, 'net.ipv4.ip_local_reserved_ports'];
const since29 = [...since27, 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes'];
const since32 = [...since29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

const sysctls = (allowed: readonly string[]) => ({ spec: { securityContext } }: PodParts): Violation | undefined => {
  const bad = (securityContext?.sysctls ?? []).filter(({ name }) => !allowed.includes(name)).map(({ name }) => name);
  return bad.length > 0 ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined;
};

function hostProcess({ spec, containers }: PodParts): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, bad);
  return who === undefined ? undefined : { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
}

/** What the baseline level forbids, in upstream's order. */
export const baselineChecks: readonly Check[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: [{ since: 0, find: appArmor }] },
  { id: 'capabilities_baseline', level: 'baseline', versions: [{ since: 0, find: capabilities }] },
  { id: 'hostNamespaces', level: 'baseline', versions: [{ since: 0, find: hostNamespaces }] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [{ since: 0, find: hostPaths }] },
  { id: 'hostPorts', level: 'baseline', versions: [{ since: 0, find: hostPorts }] },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [{ since: 34, find: handlerHosts }] },
  { id: 'privileged', level: 'baseline', versions: [{ since: 0, find: privileged }] },
  { id: 'procMount', level: 'baseline', versions: [{ since: 0, find: procMountCheck(false) }, { since: 35, find: procMountCheck(true) }] },
  { id: 'seLinuxOptions', level: 'baseline', versions: [{ since: 0, find: seLinux(seLinuxTypes) }, { since: 31, find: seLinux([...seLinuxTypes, 'container_engine_t']) }] },
  { id: 'seccompProfile_baseline', level: 'baseline', versions: [{ since: 0, find: seccompAnnotationProblem }, { since: 19, find: seccompProblem(false) }] },
  {
    id: 'sysctls', level: 'baseline',
    versions: [{ since: 0, find: sysctls(safeSysctls) }, { since: 27, find: sysctls(since27) }, { since: 29, find: sysctls(since29) }, { since: 32, find: sysctls(since32) }],
  },
  { id: 'windowsHostProcess', level: 'baseline', versions: [{ since: 0, find: hostProcess }] },
];
