import type { FileTree } from '../containers/types';
import type { ConfigMap, ConfigMapProjection, DownwardAPIVolumeFile, KeyToPath, Pod, Secret, SecretProjection, Volume, VolumeProjection } from '../schema/types';
import type { References } from './environment';
import { fieldValue, resourceValue, type OwnFacts } from './field-references';
import { ComputedTree, MemoryTree, type Content } from './file-trees';
import { decodeBase64 } from './secret-data';

/** A volume cannot be set up (yet): the pod stays in ContainerCreating and the reason becomes a FailedMount event. `failed` is what failed when it is not the SetUp. */
export class MountError extends Error {
  constructor(message: string, readonly failed?: string) { super(message); }
}
/** There is nothing yet that could be mounted: the claim is not bound. */
export class ClaimError extends MountError {}
/** The volume is on its way to the node. */
export class NotAttached extends MountError {}

/** What volumes are made of. Everything is asked again at each look. */
export type VolumeSources = References & {
  readonly pod: Pod;
  readonly facts: OwnFacts;
  hostPath(path: string): FileTree;
  /** What the volume of a claim holds; throws MountError while the claim has none. */
  claimed(claim: string): FileTree;
  /** Signs a token for the pod's service account when it is read; throws MountError where there is nobody to ask. */
  token(expirationSeconds: number, audience?: string): () => string;
};

type Files = ReadonlyMap<string, Content>;

/** The volume as files. @throws MountError when a source is missing and not optional, or its type is not emulated. */
export function setUpVolume(volume: Volume, sources: VolumeSources): FileTree {
  if (volume.emptyDir) return new MemoryTree();
  if (volume.hostPath) return sources.hostPath(volume.hostPath.path);
  if (volume.persistentVolumeClaim) return sources.claimed(volume.persistentVolumeClaim.claimName);
  if (volume.ephemeral) return sources.claimed(`${sources.pod.metadata.name}-${volume.name}`);
  const projections = projectionsOf(volume);
  if (!projections) throw new MountError(`${unknownType(volume)} volumes are not emulated`);
  const files = (): Files => together(projections.map((projection) => project(projection, sources)));
  files();   // now, so that what is missing is noticed before a container starts
  return new ComputedTree(() => lenient(files));
}

function together(parts: readonly Files[]): Files {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const all = new Map<string, Content>();
  for (const part of parts) for (const [path, content] of part) all.set(path, content);
  return all;
}

/** Whether containers may write to it, by its type. */
export const isWritable = ({ emptyDir, hostPath, persistentVolumeClaim, ephemeral }: Volume): boolean =>
  emptyDir !== undefined || hostPath !== undefined || ephemeral !== undefined || (persistentVolumeClaim !== undefined && !persistentVolumeClaim.readOnly);

/** Every volume that is computed, as the projections it amounts to. */
function projectionsOf({ configMap, secret, downwardAPI, projected }: Volume): readonly VolumeProjection[] | undefined {
  if (configMap) return [{ configMap }];
  if (secret) return [{ secret: { ...secret, ...(secret.secretName && { name: secret.secretName }) } }];
  if (downwardAPI) return [{ downwardAPI }];
  return projected && (projected.sources ?? []);
}

const unknownType = (volume: Volume): string => Object.keys(volume).find((key) => key !== 'name') ?? 'empty';

/** A source that went away after the mount leaves no files; the pod keeps running. */
function lenient(files: () => Files): Files {
  try {
    return files();
  } catch (error) {
    if (error instanceof MountError) return noFiles;
    throw error;
  }
}
const noFiles: Files = new Map();

function project(projection: VolumeProjection, sources: VolumeSources): Files {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  if (configMap) return configMapFiles(configMap, sources);
  if (secret) return secretFiles(secret, sources);
  if (downwardAPI) return new Map((downwardAPI.items ?? []).map((item) => [item.path, downward(item, sources)]));
  if (serviceAccountToken) {
    const { path, audience, expirationSeconds = 3_600 } = serviceAccountToken;
    return new Map([[path, sources.token(expirationSeconds, audience)]]);
  }
  throw new MountError(`${Object.keys(projection)[0] ?? 'empty'} projections are not emulated`);
}

/** The contents of an object, worked out once for all pods that mount it. */
const contents = <T extends object>(of: (object: T) => Files): ((object: T) => Files) => {
  const known = new WeakMap<T, Files>();
  return (object) => {
    const before = known.get(object);
    if (before) return before;
    const files = of(object);
    known.set(object, files);
    return files;
  };
};

const decodedEntries = (data: Readonly<Record<string, string>> | undefined) => Object.entries(data ?? {}).map(([key, encoded]) => [key, decodeBase64(encoded)] as const);
const configMapData = contents(({ data, binaryData }: ConfigMap) => new Map([...Object.entries(data ?? {}), ...decodedEntries(binaryData)]));
const secretData = contents(({ data }: Secret) => new Map(decodedEntries(data)));

function configMapFiles({ name = '', items, optional }: ConfigMapProjection, sources: VolumeSources): Files {
  const found: ConfigMap | undefined = sources.configMap(name);
  if (!found && !optional) throw new MountError(`configmap "${name}" not found`);
  return chosen(found ? configMapData(found) : noFiles, items, optional, (key) => `configmap references non-existent config key: ${key}`);
}

function secretFiles({ name = '', items, optional }: SecretProjection, sources: VolumeSources): Files {
  const found: Secret | undefined = sources.secret(name);
  if (!found && !optional) throw new MountError(`secret "${name}" not found`);
  return chosen(found ? secretData(found) : noFiles, items, optional, (key) => `references non-existent secret key: ${key}`);
}

/** All keys by their names, or those that `items` lists at the paths it gives. */
function chosen(data: Files, items: readonly KeyToPath[] | undefined, optional: boolean | undefined, missing: (key: string) => string): Files {
  if (!items?.length) return data;
  const files = new Map<string, Content>();
  for (const { key, path } of items) {
    const content = data.get(key);
    if (content !== undefined) files.set(path, content);
    else if (!optional) throw new MountError(missing(key));
  }
  return files;
}

function downward({ path, fieldRef, resourceFieldRef }: DownwardAPIVolumeFile, sources: VolumeSources): string {
  const { pod } = sources;
  if (fieldRef) return fieldValue(fieldRef.fieldPath, pod, sources.facts) ?? '';
  const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === resourceFieldRef?.containerName);
  if (!resourceFieldRef || !container) throw new MountError(`no value for downward API file ${path}`);
  return resourceValue(resourceFieldRef, container, sources.facts);
}
