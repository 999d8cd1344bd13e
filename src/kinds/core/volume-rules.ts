import { duplicate, forbiddenField, invalidValue, required } from '../../api/status';
import { isConfigMapKey, isDNS1123Label } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type {
  DownwardAPIVolumeFile,
  EmptyDirVolumeSource,
  HostPathVolumeSource,
  KeyToPath,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
} from '../../schema/types';
import { descendingPath, noBacksteps, oneOfIfSet, requiredName, type Errors } from '../rule-parts';
import { fieldRefRules, resourceFieldRules, volumeFields } from './env-rules';

/** Upstream's order of looking at the sources; a second one is refused. */
const sourceOrder = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
] as const;
type Source = (typeof sourceOrder)[number];

/** What sources without rules of their own must say. */
const requiredParts: Partial<Readonly<Record<Source, readonly string[]>>> = {
  gitRepo: ['repository'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  nfs: ['server', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  persistentVolumeClaim: ['claimName'],
  cinder: ['volumeID'],
  csi: ['driver'],
  flexVolume: ['driver'],
  vsphereVolume: ['volumePath'],
  portworxVolume: ['volumeID'],
  azureFile: ['secretName', 'shareName'],
  azureDisk: ['diskName', 'diskURI'],
};

const fileMode = 'must be a number between 0 and 0777 (octal), both inclusive';
const maxFileMode = 0o777;
const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export type KnownVolumes = ReadonlyMap<string, Volume>;

/** Volumes of a pod spec; `known` is filled with those that are right, for the mounts to refer to. */
export function* volumesRules(volumes: readonly Volume[], known: Map<string, Volume>, at: string): Errors {
  for (const [i, volume] of volumes.entries()) {
    const errors = [...volumeRules(volume, `${at}[${i}]`)];
    if (volume.name && known.has(volume.name)) errors.push(duplicate(`${at}[${i}].name`, volume.name));
    if (errors.length === 0) known.set(volume.name, volume);
    yield* errors;
  }
}

function* volumeRules(volume: Volume, at: string): Errors {
  let sources = 0;
  for (const source of sourceOrder) {
    if (volume[source] === undefined) continue;
    if (sources++ > 0) yield forbiddenField(`${at}.${source}`, 'may not specify more than 1 volume type');
    else yield* sourceRules(volume, source, `${at}.${source}`);
  }
  if (sources === 0) yield required(at, 'must specify a volume type');
  yield* requiredName(isDNS1123Label, `${at}.name`, volume.name);
}

function* sourceRules(volume: Volume, source: Source, at: string): Errors {
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected, ephemeral } = volume;
  if (emptyDir) yield* emptyDirRules(emptyDir, at);
  else if (hostPath) yield* hostPathRules(hostPath, at);
  else if (secret) {
    if (!secret.secretName) yield required(`${at}.secretName`);
    yield* keyFileRules(secret, at);
  } else if (configMap) {
    if (!configMap.name) yield required(`${at}.name`);
    yield* keyFileRules(configMap, at);
  } else if (downwardAPI) {
    yield* modeRules(downwardAPI.defaultMode, `${at}.defaultMode`);
    yield* downwardRules(downwardAPI.items ?? [], `${at}.items`);
  } else if (projected) yield* projectedRules(projected, at);
  else if (ephemeral) {
    if (!ephemeral.volumeClaimTemplate) yield required(`${at}.volumeClaimTemplate`);
  } else {
    const value: Readonly<Record<string, unknown>> = { ...volume[source] };
    for (const part of requiredParts[source] ?? []) if (!value[part]) yield required(`${at}.${part}`);
  }
}

function* emptyDirRules({ sizeLimit }: EmptyDirVolumeSource, at: string): Errors {
  if (sizeLimit !== undefined && compareQuantities(sizeLimit, '0') < 0)
    yield forbiddenField(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
}

export function* hostPathRules({ path, type }: HostPathVolumeSource, at: string): Errors {
  if (!path) return yield required(`${at}.path`);
  yield* noBacksteps(`${at}.path`, path);
  yield* oneOfIfSet(`${at}.type`, type, hostPathTypes);
}

function* modeRules(mode: number | undefined, at: string): Errors {
  if (mode !== undefined && (mode < 0 || mode > maxFileMode)) yield invalidValue(at, mode, fileMode);
}

function* keyFileRules({ defaultMode, items = [] }: { readonly defaultMode?: number; readonly items?: readonly KeyToPath[] }, at: string): Errors {
  yield* modeRules(defaultMode, `${at}.defaultMode`);
  yield* keyPathRules(items, `${at}.items`);
}

function* keyPathRules(items: readonly KeyToPath[], at: string): Errors {
  for (const [i, { key, path, mode }] of items.entries()) {
    yield* requiredName(isConfigMapKey, `${at}[${i}].key`, key);
    if (!path) yield required(`${at}[${i}].path`);
    yield* filePathRules(path, `${at}[${i}].path`);
    yield* modeRules(mode, `${at}[${i}].mode`);
  }
}

/** Below the volume's root, and not where its own bookkeeping lives. */
function* filePathRules(path: string, at: string): Errors {
  yield* descendingPath(at, path);
  if (path.startsWith('..') && !path.startsWith('../')) yield invalidValue(at, path, "must not start with '..'");
}

function* downwardRules(files: readonly DownwardAPIVolumeFile[], at: string): Errors {
  for (const [i, { path, fieldRef, resourceFieldRef, mode }] of files.entries()) {
    if (!path) yield required(`${at}[${i}].path`);
    yield* filePathRules(path, `${at}[${i}].path`);
    if (fieldRef) {
      yield* fieldRefRules(fieldRef, volumeFields, `${at}[${i}].fieldRef`);
      if (resourceFieldRef) yield invalidValue(`${at}[${i}]`, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    } else if (resourceFieldRef) yield* resourceFieldRules(resourceFieldRef, true, `${at}[${i}].resourceFieldRef`);
    else yield required(`${at}[${i}]`, 'one of fieldRef and resourceFieldRef is required');
    yield* modeRules(mode, `${at}[${i}].mode`);
  }
}

const leastTokenSeconds = 600;
const mostTokenSeconds = 2 ** 32;

function* projectedRules({ defaultMode, sources }: ProjectedVolumeSource, at: string): Errors {
  yield* modeRules(defaultMode, `${at}.defaultMode`);
  for (const [i, source] of (sources ?? []).entries()) yield* projectionRules(source, `${at}.sources[${i}]`);
}

function* projectionRules(source: VolumeProjection, at: string): Errors {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (secret) {
    if (!secret.name) yield required(`${at}.secret.name`);
    yield* keyPathRules(secret.items ?? [], `${at}.secret.items`);
  }
  if (configMap) {
    if (!configMap.name) yield required(`${at}.configMap.name`);
    yield* keyPathRules(configMap.items ?? [], `${at}.configMap.items`);
  }
  if (downwardAPI) yield* downwardRules(downwardAPI.items ?? [], `${at}.downwardAPI.items`);
  if (serviceAccountToken) {
    const { expirationSeconds = leastTokenSeconds, path } = serviceAccountToken;
    if (expirationSeconds < leastTokenSeconds)
      yield invalidValue(`${at}.serviceAccountToken.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes');
    else if (expirationSeconds > mostTokenSeconds)
      yield invalidValue(`${at}.serviceAccountToken.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
    if (!path) yield required(`${at}.serviceAccountToken.path`);
    else yield* filePathRules(path, `${at}.serviceAccountToken.path`);
  }
  const given = [secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate].filter((each) => each !== undefined).length;
  if (given > 1) yield forbiddenField(at, 'may not specify more than 1 volume type');
}
