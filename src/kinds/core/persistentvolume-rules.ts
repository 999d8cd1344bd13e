import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Subdomain } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type { CSIPersistentVolumeSource, PersistentVolume, PersistentVolumeSpec, SecretReference } from '../../schema/types';
import type { RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { immutable, named, noBacksteps, oneOfIfSet, type Errors } from '../rule-parts';
import { change, set } from '../sharing';
import { driverNameRules } from '../storage/driver-name';
import { jsonDiff } from '../unified-diff';
import { nodeSelectorRules } from './affinity-rules';
import { accessModesRules } from './persistentvolumeclaim-rules';
import { hostPathRules } from './volume-rules';

/** Upstream's order of looking at the sources; a second one is refused. */
export const volumeSources = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume',
  'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi',
] as const;
type Source = (typeof volumeSources)[number];

/** What sources without rules of their own must say. */
const requiredParts: Partial<Readonly<Record<Source, readonly string[]>>> = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  glusterfs: ['endpoints', 'path'],
  nfs: ['server', 'path'],
  rbd: ['monitors', 'image'],
  quobyte: ['registry', 'volume'],
  cephfs: ['monitors'],
  iscsi: ['targetPortal', 'iqn'],
  cinder: ['volumeID'],
  flexVolume: ['driver'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  local: ['path'],
};
const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const volumeModes = ['Block', 'Filesystem'];

export function* volumeRules({ spec }: PersistentVolume, { previous }: RuleContext<PersistentVolume>): Errors {
  yield* accessModesRules(spec.accessModes ?? [], 'spec.accessModes', '');
  yield* capacityRules(spec, 'spec.capacity');
  if (spec.persistentVolumeReclaimPolicy) yield* oneOfIfSet('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, reclaimPolicies);
  const { required: affinity } = spec.nodeAffinity ?? {};
  if (affinity) yield* nodeSelectorRules(affinity, 'spec.nodeAffinity.required');
  else if (spec.nodeAffinity) yield required('spec.nodeAffinity.required', 'must specify required node constraints');
  yield* sourcesRules(spec, 'spec');
  if (spec.hostPath && isRoot(spec.hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle')
    yield forbiddenField('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'");
  if (spec.storageClassName) yield* named(isDNS1123Subdomain, 'spec.storageClassName', spec.storageClassName);
  yield* oneOfIfSet('spec.volumeMode', spec.volumeMode, volumeModes);
  yield* attributesClassRules(spec, 'spec');
  if (previous) yield* changeRules(spec, previous.spec);
}

/** A volume described where it is attached instead of by an object of its own. */
export function* inlineVolumeRules(spec: PersistentVolumeSpec, at: string): Errors {
  const notHere = 'may not be specified in the context of inline volumes';
  if (spec.claimRef) yield forbiddenField(`${at}.claimRef`, notHere);
  if (spec.capacity) yield forbiddenField(`${at}.capacity`, notHere);
  if (!spec.csi) yield required(`${at}.csi`, 'has to be specified in the context of inline volumes');
  yield* accessModesRules(spec.accessModes ?? [], `${at}.accessModes`, '');
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && policy !== 'Retain') yield forbiddenField(`${at}.persistentVolumeReclaimPolicy`, 'may only be Retain in the context of inline volumes');
  if (spec.nodeAffinity) yield forbiddenField(`${at}.nodeAffinity`, notHere);
  yield* sourcesRules(spec, at);
  if (spec.storageClassName) yield forbiddenField(`${at}.storageClassName`, notHere);
  if (spec.volumeMode !== undefined && spec.volumeMode !== 'Filesystem')
    yield forbiddenField(`${at}.volumeMode`, 'may not specify volumeMode other than Filesystem in the context of inline volumes');
}

const isRoot = (path: string): boolean => /^\/+(\.?\/*)*$/.test(path);

function* capacityRules({ capacity = {} }: PersistentVolumeSpec, at: string): Errors {
  const amounts = Object.entries(capacity);
  if (amounts.length === 0) yield required(at);
  if (capacity['storage'] === undefined || amounts.length > 1) yield notSupported(at, capacity, ['storage']);
  for (const [name, amount] of amounts) {
    if (compareQuantities(amount, '0') < 0) yield invalidValue(`${at}[${name}]`, amount, 'must be greater than or equal to 0');
    if (compareQuantities(amount, '0') <= 0) yield invalidValue(`${at}[${name}]`, amount, 'must be greater than zero');
  }
}

function* sourcesRules(spec: PersistentVolumeSpec, at: string): Errors {
  let sources = 0;
  for (const source of volumeSources) {
    if (spec[source] === undefined) continue;
    if (sources++ > 0) yield forbiddenField(`${at}.${source}`, 'may not specify more than 1 volume type');
    else yield* sourceRules(spec, source, `${at}.${source}`);
  }
  if (sources === 0) yield required(at, 'must specify a volume type');
}

function* sourceRules(spec: PersistentVolumeSpec, source: Source, at: string): Errors {
  const { hostPath, csi, local, nfs, nodeAffinity } = spec;
  if (source === 'hostPath' && hostPath) return yield* hostPathRules(hostPath, at);
  if (source === 'csi' && csi) return yield* csiRules(csi, at);
  const value: Readonly<Record<string, unknown>> = { ...spec[source] };
  for (const part of requiredParts[source] ?? []) if (isMissing(value[part])) yield required(`${at}.${part}`);
  if (source === 'nfs' && nfs && !nfs.path.startsWith('/')) yield invalidValue(`${at}.path`, nfs.path, 'must be an absolute path');
  if (source !== 'local') return;
  if (local?.path) yield* noBacksteps(`${at}.path`, local.path);
  if (!nodeAffinity?.required) yield required(at.replace(/\.local$/, '.nodeAffinity'), 'Local volume requires node affinity');
}

const isMissing = (value: unknown): boolean => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

const secretFields = ['controllerPublishSecretRef', 'nodePublishSecretRef', 'controllerExpandSecretRef', 'nodeExpandSecretRef'] as const;

function* csiRules(csi: CSIPersistentVolumeSource, at: string): Errors {
  yield* driverNameRules(csi.driver, `${at}.driver`);
  if (!csi.volumeHandle) yield required(`${at}.volumeHandle`);
  for (const field of secretFields) {
    const secret: SecretReference | undefined = csi[field];
    for (const part of ['name', 'namespace'] as const) if (secret && !secret[part]) yield required(`${at}.${field}.${part}`);
  }
}

function* attributesClassRules({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec, at: string): Errors {
  if (name === undefined) return;
  if (name === '') yield required(`${at}.volumeAttributesClassName`, 'an empty string is disallowed');
  else yield* named(isDNS1123Subdomain, `${at}.volumeAttributesClassName`, name);
  if (!csi) yield required(`${at}.csi`, 'has to be specified when using volumeAttributesClassName');
}

const sourcesOf = (spec: PersistentVolumeSpec): object => Object.fromEntries(volumeSources.flatMap((source) => (spec[source] ? [[source, spec[source]]] : [])));

/** Where the volume is stays as it was, but for a secret for growing it, which may come later. */
function* changeRules(spec: PersistentVolumeSpec, before: PersistentVolumeSpec): Errors {
  const mayAdd = before.csi && !before.csi.controllerExpandSecretRef;
  const now = sourcesOf(mayAdd ? change(spec, 'csi', (csi) => set(csi, 'controllerExpandSecretRef', undefined)) : spec);
  if (!semanticallyEqual(now, sourcesOf(before))) {
    const diff = jsonDiff(internalForm('PersistentVolumeSource', sourcesOf(before)), internalForm('PersistentVolumeSource', now));
    yield forbiddenField('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${diff}`);
  }
  yield* immutable('volumeMode', spec.volumeMode, before.volumeMode);
  if (before.nodeAffinity)
    yield* immutable('nodeAffinity', spec.nodeAffinity, before.nodeAffinity, spec.nodeAffinity ? internalForm('VolumeNodeAffinity', spec.nodeAffinity) : null);
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    yield forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden');
}
