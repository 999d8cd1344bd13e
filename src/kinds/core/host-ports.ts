import type { Container, PodSpec } from '../../schema/types';

/** A port that a pod takes on its node's own addresses; `ip` 0.0.0.0 means all of them. */
export type HostPort = { readonly protocol: string; readonly ip: string; readonly port: number };

const none: readonly HostPort[] = [];
const remembered = new WeakMap<readonly Container[], { readonly initContainers: readonly Container[] | undefined; readonly ports: readonly HostPort[] }>();

/** The host ports of a pod's containers and sidecars; worked out once for a template. */
export function hostPorts({ containers, initContainers }: Pick<PodSpec, 'containers' | 'initContainers'>): readonly HostPort[] {
  const known = remembered.get(containers);
  if (known && known.initContainers === initContainers) return known.ports;
  const sidecars = initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? [];
  const found = [...containers, ...sidecars].flatMap(({ ports = [] }) => ports)
    .flatMap(({ hostPort = 0, hostIP, protocol }) => (hostPort > 0 ? [{ protocol: protocol || 'TCP', ip: hostIP || anyAddress, port: hostPort }] : []));
  const ports = found.length === 0 ? none : found;
  remembered.set(containers, { initContainers, ports });
  return ports;
}

const anyAddress = '0.0.0.0';

export const portsConflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress);
