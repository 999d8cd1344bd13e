import type { Pod } from '../../schema/types';
import type { ClusterView } from '../cluster-view';
import { rejection, type Plugin } from '../framework';
import { boundVolumes, claimsOf } from '../pod-claims';

const tooMany = rejection('NodeVolumeLimits', 'node(s) exceed max volume count', false);

/** No more volumes of a CSI driver on a node than the node's CSINode allows. */
export const nodeVolumeLimits: Plugin = {
  name: 'NodeVolumeLimits',
  preFilter: ({ pod, cluster }) => {
    const wanted = handlesOf(pod, cluster);
    if (wanted.size === 0) return undefined;
    return {
      test: ({ name, pods }) => {
        const limits = cluster.csiNode(name)?.spec.drivers?.flatMap(({ name: driver, allocatable }) => (allocatable?.count === undefined ? [] : [{ driver, most: allocatable.count }])) ?? [];
        if (limits.length === 0) return undefined;
        const attached = new Map<string, string>();
        for (const other of pods.values()) for (const [handle, driver] of handlesOf(other, cluster)) attached.set(handle, driver);
        const fresh = [...wanted].filter(([handle]) => !attached.has(handle));
        const count = (all: Iterable<readonly [string, string]>, driver: string): number => [...all].filter(([, of]) => of === driver).length;
        return limits.some(({ driver, most }) => count(fresh, driver) > 0 && count(attached, driver) + count(fresh, driver) > most) ? tooMany : undefined;
      },
    };
  },
  hints: { NodeAdd: () => true, AssignedPodDelete: (_waiting, { pod }) => claimsOf(pod).length > 0, StorageChange: () => true },
};

/** The pod's CSI volumes: handle and driver. */
function handlesOf(pod: Pod, cluster: ClusterView): ReadonlyMap<string, string> {
  if (claimsOf(pod).length === 0) return none;
  return new Map(boundVolumes(pod, cluster).flatMap(({ volume }) => (volume?.spec?.csi ? [[`${volume.spec.csi.driver}/${volume.spec.csi.volumeHandle}`, volume.spec.csi.driver] as const] : [])));
}
const none: ReadonlyMap<string, string> = new Map();
