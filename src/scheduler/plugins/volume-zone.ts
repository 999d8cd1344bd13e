import { labels as wellKnown } from '../../kinds/core/well-known';
import { rejection, type Plugin } from '../framework';
import { boundVolumes } from '../pod-claims';

const elsewhere = rejection('VolumeZone', 'node(s) had no available volume zone');
const keys = [wellKnown.zone, wellKnown.region, 'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region'];

/** Keeps a pod in the zones that its volumes' labels name. A label may name several, joined by two underscores. */
export const volumeZone: Plugin = {
  name: 'VolumeZone',
  preFilter: ({ pod, cluster }) => {
    const wanted = boundVolumes(pod, cluster).flatMap(({ volume }) => keys.flatMap((key) => {
      const value = volume?.metadata.labels?.[key];
      return value === undefined ? [] : [{ key, values: value.split('__') }];
    }));
    if (wanted.length === 0) return undefined;
    return {
      test: ({ labels }) => (keys.every((key) => labels[key] === undefined) || wanted.every(({ key, values }) => values.includes(labels[key] ?? '')) ? undefined : elsewhere),
    };
  },
  hints: { NodeAdd: () => true, NodeUpdate: (_pod, { previous, node }) => previous.metadata.labels !== node.metadata.labels, StorageChange: () => true },
};
