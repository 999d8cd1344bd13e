import { keyOf } from '../../api/keys';
import type { KubeObject } from '../../api/types';
import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import { Pods } from '../../kinds/core/pod';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import { StorageClasses } from '../../kinds/storage/storageclass';
import { equal } from '../../lib/equality';
import { unlessGone } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import type { IndexBy } from '../../runtime/index-by';
import type { Informers } from '../../runtime/informers';
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../schema/types';
import { annotations, bestMatch, classOfVolume, isFor, mismatch, waitsForNode } from './binding';
import { claimNamesOf, podsOf } from './uses';

type Claim = PersistentVolumeClaim;

/** Claims that have no volume yet, by what their class is. */
const unboundByClass: IndexBy<Claim> = { name: 'unboundByClass', of: (claim) => (claim.spec.volumeName || claim.status?.phase === 'Bound' ? undefined : `class:${storageClassOf(claim) ?? ''}`) };
const volumesByClass: IndexBy<PersistentVolume> = { name: 'class', of: (volume) => `class:${classOfVolume(volume)}` };

/** Binds claims to volumes, and asks provisioners for volumes that are not there. */
export const claimController = defineController<Claim>({
  name: 'persistentvolume-controller',
  for: PersistentVolumeClaims,
  watches: [
    watched(PersistentVolumes, claimsOfVolume),
    watched(StorageClasses, claimsOfClass),
    watched(Pods, claimsOfPod, (previous, next) => previous.spec === next.spec),
  ],
  reconcile(key, context) {
    const claim = context.informer(PersistentVolumeClaims).get(key);
    if (!claim) return;
    if (claim.metadata.annotations?.[annotations.bindCompleted] !== undefined) keepBound(claim, context);
    else if (claim.spec.volumeName) bindNamed(claim, claim.spec.volumeName, context);
    else findVolume(claim, context);
  },
});

function* claimsOfVolume(volume: PersistentVolume, informers: Informers): Generator<string> {
  const { claimRef } = volume.spec;
  if (claimRef) yield `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`;
  else if (volume.status?.phase === 'Available') for (const claim of informers.of(PersistentVolumeClaims).by(unboundByClass, `class:${classOfVolume(volume)}`)) yield keyOf(claim);
}

function* claimsOfClass({ metadata }: StorageClass, informers: Informers): Generator<string> {
  const claims = informers.of(PersistentVolumeClaims);
  for (const claim of claims.by(unboundByClass, `class:${metadata.name}`)) yield keyOf(claim);
  if (metadata.annotations?.[annotations.defaultClass] === 'true') for (const claim of claims.by(unboundByClass, 'class:')) yield keyOf(claim);
}

function* claimsOfPod(pod: Pod): Generator<string> { for (const name of claimNamesOf(pod)) yield `${pod.metadata.namespace}/${name}`; }

/** A claim that was bound must find its volume again. */
function keepBound(claim: Claim, context: Context): void {
  const { volumeName } = claim.spec;
  if (!volumeName) return lost(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!', context);
  const volume = context.informer(PersistentVolumes).get(volumeName);
  if (!volume) return lost(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', context);
  if (!volume.spec.claimRef || isFor(volume, claim)) return bind(volume, claim, context);
  lost(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly', context);
}

function lost(claim: Claim, reason: string, message: string, { api, event }: Context): void {
  if (claim.status?.phase === 'Lost') return;
  event({ object: claim, type: 'Warning', reason, message });
  const { accessModes: _modes, capacity: _capacity, ...status } = claim.status ?? {};
  api.update(PersistentVolumeClaims, { ...claim, status: { ...status, phase: 'Lost' } }, 'status');
}

/** A claim that says itself which volume it wants. */
function bindNamed(claim: Claim, volumeName: string, context: Context): void {
  const volume = context.informer(PersistentVolumes).get(volumeName);
  if (!volume || (volume.spec.claimRef && !isFor(volume, claim))) return pending(claim, context);
  const problem = volume.spec.claimRef ? undefined : mismatch(volume, claim);
  if (problem === undefined) return bind(volume, claim, context);
  context.event({ object: claim, type: 'Warning', reason: 'VolumeMismatch', message: `Cannot bind to requested volume "${volumeName}": ${problem}` });
  pending(claim, context);
}

function findVolume(claim: Claim, context: Context): void {
  const { informer, event, api } = context;
  const className = storageClassOf(claim);
  const storageClass = className ? informer(StorageClasses).get(className) : undefined;
  const waits = waitsForNode(claim, storageClass);
  const volume = bestMatch(claim, informer(PersistentVolumes).by(volumesByClass, `class:${className ?? ''}`), waits);
  if (volume) return bind(volume, claim, context);
  const standard = className === undefined ? defaultClass(context) : undefined;
  if (standard) return void api.update(PersistentVolumeClaims, { ...claim, spec: { ...claim.spec, storageClassName: standard } });
  if (waits) event({ object: claim, type: 'Normal', ...waiting(claim, context) });
  else if (className) return provision(claim, className, storageClass, context);
  else event({ object: claim, type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' });
  pending(claim, context);
}

/** The newest class that is marked as the default. */
function defaultClass({ informer }: Context): string | undefined {
  const marked = [...informer(StorageClasses).list()].filter(({ metadata }) => metadata.annotations?.[annotations.defaultClass] === 'true');
  const [newest] = marked.sort(({ metadata: a },
    { metadata: b }) => (a.creationTimestamp === b.creationTimestamp ? Number(a.name > b.name) || -1 : a.creationTimestamp < b.creationTimestamp ? 1 : -1));
  return newest?.metadata.name;
}

function waiting(claim: Claim, { informer }: Context): { readonly reason: string; readonly message: string } {
  const pods = [...podsOf(claim.metadata.namespace, claim.metadata.name, informer(Pods))].filter((pod) => !pod.spec.nodeName && !isTerminal(pod)).map(({ metadata }) => metadata.name).sort();
  if (pods.length === 0) return { reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' };
  return { reason: 'WaitForPodScheduled', message: pods.length > 1 ? `waiting for pods ${pods.join(',')} to be scheduled` : `waiting for pod ${pods[0] ?? ''} to be scheduled` };
}

function provision(claim: Claim, className: string, storageClass: StorageClass | undefined, context: Context): void {
  const { event, api } = context;
  const failed = (message: string): void => {
    event({ object: claim, type: 'Warning', reason: 'ProvisioningFailed', message });
    pending(claim, context);
  };
  if (!storageClass) return failed(`storageclass.storage.k8s.io "${className}" not found`);
  const { provisioner } = storageClass;
  if (provisioner.startsWith('kubernetes.io/')) return failed(`no volume plugin matched name: ${provisioner}`);
  event({
    object: claim, type: 'Normal', reason: 'ExternalProvisioning',
    message: `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. `
      + 'If volume creation is delayed, please verify that the provisioner is running and correctly registered.',
  });
  if (claim.metadata.annotations?.[annotations.provisioner] === provisioner) return pending(claim, context);
  api.update(PersistentVolumeClaims, annotated(claim, { [annotations.betaProvisioner]: provisioner, [annotations.provisioner]: provisioner }));
}

const annotated = <T extends KubeObject>(object: T,
  added: Readonly<Record<string, string>>): T => ({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...added } } });

function pending(claim: Claim, { api }: Context): void {
  if (claim.status?.phase !== 'Pending') api.update(PersistentVolumeClaims, { ...claim, status: { ...claim.status, phase: 'Pending' } }, 'status');
}

/** Brings volume and claim together: each names the other, then both say so. What is so already stays. */
function bind(volume: PersistentVolume, claim: Claim, { api }: Context): void {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  let bound = volume;
  if (!volume.spec.claimRef?.uid) {
    const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
    const own = volume.spec.claimRef ? volume : annotated(volume, { [annotations.boundByController]: 'yes' });
    bound = api.update(PersistentVolumes, { ...own, spec: { ...own.spec, claimRef } });
  }
  if (bound.status?.phase !== 'Bound') bound = api.update(PersistentVolumes, { ...bound, status: { phase: 'Bound' } }, 'status');
  let own = claim;
  if (claim.spec.volumeName !== bound.metadata.name || claim.metadata.annotations?.[annotations.bindCompleted] === undefined) {
    const marks = { [annotations.bindCompleted]: 'yes', ...(!claim.spec.volumeName && { [annotations.boundByController]: 'yes' }) };
    own = api.update(PersistentVolumeClaims, { ...annotated(claim, marks), spec: { ...claim.spec, volumeName: bound.metadata.name } });
  }
  const { accessModes, capacity } = bound.spec;
  const status = { ...own.status, phase: 'Bound', ...(accessModes && { accessModes }), ...(own.status?.phase !== 'Bound' && capacity && { capacity }) };
  if (!equal(status, own.status)) unlessGone(() => api.update(PersistentVolumeClaims, { ...own, status }, 'status'));
}
