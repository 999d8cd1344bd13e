import { rejection, type Plugin } from '../framework';
import { claimsOf } from '../pod-claims';

const inUse = rejection('VolumeRestrictions', 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', false);

/** A claim that is for one pod at a time is used by one pod in the whole cluster. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  preFilter: ({ pod, nodes, cluster }) => {
    const { namespace } = pod.metadata;
    const exclusive = claimsOf(pod).filter(({ name }) => cluster.claim(namespace, name)?.spec.accessModes?.includes('ReadWriteOncePod')).map(({ name }) => `${namespace}/${name}`);
    if (exclusive.length === 0) return undefined;
    return { test: () => (exclusive.some((claim) => nodes.counts.usersOf(claim) > 0) ? inUse : undefined) };
  },
  hints: {
    AssignedPodDelete: (waiting, { pod }) => waiting.metadata.namespace === pod.metadata.namespace
      && claimsOf(waiting).some(({ name }) => claimsOf(pod).some((other) => other.name === name)),
    StorageChange: () => true,
  },
};
