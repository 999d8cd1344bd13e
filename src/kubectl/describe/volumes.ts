import type { PersistentVolumeClaimTemplate, Volume, VolumeProjection } from '../../schema/types';
import { dataSourceLines } from './claim';
import { attributeLines } from './volume-sources';
import type { Description } from './writer';

/** `Volumes:` and what each is made of. */
export function describeVolumes(out: Description, volumes: readonly Volume[], space = ''): void {
  if (volumes.length === 0) return out.line(0, `${space}Volumes:\t<none>`);
  out.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    out.line(1, `${space && ' '}${volume.name}:`);
    const [type, ...lines] = sourceLines(volume);
    out.line(2, type ?? '<unknown>');
    for (const line of lines) out.line(2, line);
  }
}

function sourceLines({
  hostPath, emptyDir, secret, configMap, projected, persistentVolumeClaim, downwardAPI, nfs, ephemeral, csi, image,
}: Volume): readonly string[] {
  if (hostPath) return ['Type:\tHostPath (bare host directory volume)', `Path:\t${hostPath.path}`, `HostPathType:\t${hostPath.type ?? '<none>'}`];
  if (emptyDir) return [
    "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)", `Medium:\t${emptyDir.medium ?? ''}`,
    `SizeLimit:\t${emptyDir.sizeLimit ?? '<unset>'}`,
  ];
  if (secret) return ['Type:\tSecret (a volume populated by a Secret)', `SecretName:\t${secret.secretName ?? ''}`, `Optional:\t${secret.optional ?? false}`];
  if (configMap) return ['Type:\tConfigMap (a volume populated by a ConfigMap)', `Name:\t${configMap.name ?? ''}`, `Optional:\t${configMap.optional ?? false}`];
  if (projected) return [
    'Type:\tProjected (a volume that contains injected data from multiple sources)', ...(projected.sources ?? []).flatMap(projectionLines)
  ];
  if (persistentVolumeClaim) return claimLines(persistentVolumeClaim.claimName, persistentVolumeClaim.readOnly ?? false);
  if (downwardAPI) return [
    'Type:\tDownwardAPI (a volume populated by information about the pod)', 'Items:',
    ...(downwardAPI.items ?? []).map(({ fieldRef, resourceFieldRef, path }) => `  ${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ''} -> ${path}`)
  ];
  if (nfs) return [
    'Type:\tNFS (an NFS mount that lasts the lifetime of a pod)', `Server:\t${nfs.server}`, `Path:\t${nfs.path}`, `ReadOnly:\t${nfs.readOnly ?? false}`,
  ];
  if (ephemeral) return [
    'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
    ...(ephemeral.volumeClaimTemplate ? templateLines(ephemeral.volumeClaimTemplate) : []),
  ];
  if (csi) return [
    'Type:\tCSI (a Container Storage Interface (CSI) volume source)', `Driver:\t${csi.driver}`, `FSType:\t${csi.fsType ?? ''}`,
    `ReadOnly:\t${csi.readOnly ?? false}`, ...attributeLines(csi.volumeAttributes),
  ];
  if (image) return ['Type:\tImage (a container image or OCI artifact)', `Reference:\t${image.reference ?? ''}`, `PullPolicy:\t${image.pullPolicy ?? ''}`];
  return [];
}

/** A claim that is still to be made: what it will get only then stays empty. */
function templateLines({ metadata, spec }: PersistentVolumeClaimTemplate): readonly string[] {
  const nested = (title: string, [first = '<none>', ...rest]: readonly string[]) => [`${title}:\t    ${first}`, ...rest.map((text) => `    \t    ${text}`)];
  const pairs = (texts: Readonly<Record<string, string>> = {}, between: string) => Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}${between}${value}`);
  return [
    `StorageClass:\t${metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? ''}`, 'Volume:\t', ...nested('Labels', pairs(metadata?.labels, '=')),
    ...nested('Annotations', pairs(metadata?.annotations, ': ')), 'Capacity:\t', 'Access Modes:\t', ...(spec.volumeMode ? [`VolumeMode:\t${spec.volumeMode}`] : []),
    ...dataSourceLines(spec.dataSource),
  ];
}

const claimLines = (name: string, readOnly: boolean): readonly string[] =>
  ['Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', `ClaimName:\t${name}`, `ReadOnly:\t${readOnly}`];

function projectionLines({ secret, configMap, downwardAPI, serviceAccountToken }: VolumeProjection): readonly string[] {
  if (secret) return [`SecretName:\t${secret.name ?? ''}`, `Optional:\t${secret.optional ?? false}`];
  if (downwardAPI) return ['DownwardAPI:\ttrue'];
  if (configMap) return [`ConfigMapName:\t${configMap.name ?? ''}`, `Optional:\t${configMap.optional ?? false}`];
  return serviceAccountToken ? [`TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds ?? 3600}`] : [];
}
