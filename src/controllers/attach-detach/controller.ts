import { isTerminal } from '../../kinds/core/pod-conditions';
import { Nodes } from '../../kinds/core/node';
import { Pods } from '../../kinds/core/pod';
import { CSIDrivers, PersistentVolumeClaims, PersistentVolumes, VolumeAttachments } from '../../kinds/served';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, watched, type Context } from '../../runtime/controller';
import type { IndexBy } from '../../runtime/index-by';
import type { Informers } from '../../runtime/informers';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { AttachedVolume, CSIPersistentVolumeSource, Node, PersistentVolume, Pod, VolumeAttachment } from '../../schema/types';
import { claimNamesOf, podsOf } from '../persistent-volume/uses';
import { attachmentName, isExclusive, isOutOfService, isReady, uniqueName } from './volumes';

/** So long a node that is not Ready may keep a volume that nobody is to use there any more. */
const forceDetachMs = 360_000;

const byVolume: IndexBy<VolumeAttachment> = { name: 'volume', of: ({ spec }) => spec.source.persistentVolumeName };
const byNodeName: IndexBy<VolumeAttachment> = { name: 'node', of: ({ spec }) => spec.nodeName };

/** What one run of the controller remembers: since when it wants to detach, and what it has told. */
type Memory = { readonly since: Map<string, number>; readonly told: Map<string, string> };
type AttachableVolume = PersistentVolume & { readonly spec: { readonly csi: CSIPersistentVolumeSource } };

/**
 * Attaches volumes of CSI drivers to the nodes of the pods that use them, and detaches them when no such pod is left. It says what should be with
 * VolumeAttachments, which the driver's attacher carries out, and shows in the node's status what is attached. Its key is a volume's name.
 */
export const attachDetachController = defineStatefulController<PersistentVolume>('attachdetach-controller', () => {
  const memory: Memory = { since: new Map(), told: new Map() };
  return {
    for: PersistentVolumes,
    concerns: ({ spec }) => spec.csi !== undefined,
    watches: [
      watched(VolumeAttachments, function* ({ spec }) { if (spec.source.persistentVolumeName) yield spec.source.persistentVolumeName; }),
      watched(PersistentVolumeClaims, function* ({ spec }, informers) { if (spec.volumeName && isCsi(spec.volumeName, informers)) yield spec.volumeName; },
        (previous, next) => previous.spec.volumeName === next.spec.volumeName),
      watched(Pods, volumesOfPod, (previous, next) => previous.spec === next.spec && previous.status?.phase === next.status?.phase),
      watched(Nodes, function* ({ metadata }, informers) {
        for (const { spec } of informers.of(VolumeAttachments).by(byNodeName, metadata.name)) if (spec.source.persistentVolumeName) yield spec.source.persistentVolumeName;
      }, (previous, next) => previous.status?.volumesInUse === next.status?.volumesInUse && previous.spec.taints === next.spec.taints && isReady(previous) === isReady(next)),
    ],
    reconcile(name, context) {
      const attachments = [...context.informer(VolumeAttachments).by(byVolume, name)];
      const found = context.informer(PersistentVolumes).get(name);
      const volume = found && isAttachable(found, context) ? found : undefined;
      const users = volume ? usersOf(volume, context) : new Map<string, Pod[]>();
      const waits = attachments.filter(({ spec }) => !users.has(spec.nodeName)).map((each) => detach(each, volume, memory, context));
      if (volume) for (const [node, pods] of users) attach({ volume, node, pods, attachments }, memory, context);
      return waits.find((wait) => wait !== undefined);
    },
  };
});

const isCsi = (volume: string, informers: Informers): boolean => informers.of(PersistentVolumes).get(volume)?.spec.csi !== undefined;
function isAttachable(volume: PersistentVolume, { informer }: Context): volume is AttachableVolume {
  const { csi } = volume.spec;
  return csi !== undefined && informer(CSIDrivers).get(csi.driver)?.spec.attachRequired !== false;
}

function* volumesOfPod(pod: Pod, informers: Informers): Generator<string> {
  if (!pod.spec.nodeName) return;
  for (const name of claimNamesOf(pod)) {
    const volume = informers.of(PersistentVolumeClaims).get(`${pod.metadata.namespace}/${name}`)?.spec.volumeName;
    if (volume && isCsi(volume, informers)) yield volume;
  }
}

/** The pods that use the volume, by their nodes. */
function usersOf({ metadata: { name }, spec: { claimRef } }: PersistentVolume, { informer }: Context): Map<string, Pod[]> {
  const users = new Map<string, Pod[]>();
  const claim = claimRef && informer(PersistentVolumeClaims).get(`${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`);
  if (claim?.spec.volumeName !== name || claim.metadata.uid !== claimRef?.uid) return users;
  for (const pod of podsOf(claim.metadata.namespace, claim.metadata.name, informer(Pods))) {
    const { nodeName } = pod.spec;
    if (!nodeName || isTerminal(pod)) continue;
    const there = users.get(nodeName);
    if (there) there.push(pod); else users.set(nodeName, [pod]);
  }
  return users;
}

/** Takes the volume from the node once its kubelet has let go of it, or will never say so. */
function detach({ metadata, spec: { nodeName } }: VolumeAttachment, volume: AttachableVolume | undefined, { since, told }: Memory, context: Context): RequeueAfter | undefined {
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const node = context.informer(Nodes).get(nodeName);
  const name = volume && uniqueName(volume.spec.csi);
  const wantedAt = since.get(metadata.name) ?? context.now();
  since.set(metadata.name, wantedAt);
  const leftMs = wantedAt + forceDetachMs - context.now();
  const isMounted = !node || (name !== undefined && (node.status?.volumesInUse?.includes(name) ?? false));
  if (isMounted && !(node && isOutOfService(node)) && ((node && isReady(node)) || leftMs > 0)) return node && isReady(node) ? undefined : { requeueAfterMs: leftMs };
  since.delete(metadata.name);
  told.delete(metadata.name);
  if (node && name !== undefined) show(node, (attached) => attached.filter((each) => each.name !== name), context);
  unlessGone(() => context.api.delete(VolumeAttachments, metadata));
  return undefined;
}

type Wish = { readonly volume: AttachableVolume; readonly node: string; readonly pods: readonly Pod[]; readonly attachments: readonly VolumeAttachment[] };

function attach({ volume, node, pods, attachments }: Wish, { since, told }: Memory, context: Context): void {
  const { csi } = volume.spec;
  const name = attachmentName(csi, node);
  since.delete(name);
  const own = attachments.find(({ spec }) => spec.nodeName === node);
  if (own) return report(own, { volume, node, pods, attachments }, told, context);
  const elsewhere = attachments.filter(({ spec }) => spec.nodeName !== node);
  if (elsewhere.length === 0 || !isExclusive(volume)) {
    told.delete(name);
    return void context.api.create(VolumeAttachments, { metadata: { name }, spec: { attacher: csi.driver, nodeName: node, source: { persistentVolumeName: volume.metadata.name } } });
  }
  if (told.get(name) === multiAttach) return;
  told.set(name, multiAttach);
  const users = [...usersOf(volume, context)].filter(([other]) => other !== node).flatMap(([, others]) => others.map(({ metadata }) => metadata.name)).sort();
  const problem = users.length > 0 ? `Volume is already used by pod(s) ${users.join(', ')}` : "Volume is already exclusively attached to one node and can't be attached to another";
  tell(pods, 'Warning', 'FailedAttachVolume', `${multiAttach} for volume "${volume.metadata.name}" ${problem}`, context);
}
const multiAttach = 'Multi-Attach error';

/** Shows how far the attacher has come: in the node's status for its kubelet, and in events of the pods. */
function report({ metadata, status }: VolumeAttachment, { volume, node, pods }: Wish, told: Memory['told'], context: Context): void {
  const { attached = false, attachError } = status ?? {};
  const object = context.informer(Nodes).get(node);
  const name = uniqueName(volume.spec.csi);
  if (attached && metadata.deletionTimestamp === undefined && object && !object.status?.volumesAttached?.some((each) => each.name === name)) {
    show(object, (before) => [...before, { name, devicePath: '' }], context);
    return tell(pods, 'Normal', 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume.metadata.name}" `, context);
  }
  if (attached || !attachError || told.get(metadata.name) === attachError.time) return;
  told.set(metadata.name, attachError.time ?? '');
  tell(pods, 'Warning', 'FailedAttachVolume', `AttachVolume.Attach failed for volume "${volume.metadata.name}" : ${attachError.message ?? ''}`, context);
}

const tell = (pods: readonly Pod[], type: 'Normal' | 'Warning', reason: string, message: string, { event }: Context): void => {
  for (const object of pods) event({ object, type, reason, message });
};

function show(node: Node, change: (attached: readonly AttachedVolume[]) => readonly AttachedVolume[], { api }: Context): void {
  const before = node.status?.volumesAttached ?? [];
  const volumesAttached = change(before);
  if (volumesAttached.length === before.length) return;
  const { volumesAttached: _before, ...status } = node.status ?? {};
  api.update(Nodes, { ...node, status: { ...status, ...(volumesAttached.length > 0 && { volumesAttached }) } }, 'status');
}
