import type { PersistentVolumeClaim, TypedLocalObjectReference } from '../../schema/types';
import { defineKind } from '../define';
import { fill, set } from '../sharing';
import { claimRules } from './persistentvolumeclaim-rules';

/** A claim is filled from another claim or from a snapshot; other sources are dropped, as upstream does. */
const isSource = (source: TypedLocalObjectReference | undefined): boolean =>
  (source?.kind === 'PersistentVolumeClaim' && !source.apiGroup) || (source?.kind === 'VolumeSnapshot' && source.apiGroup === 'snapshot.storage.k8s.io');

export const PersistentVolumeClaims = defineKind<PersistentVolumeClaim>('persistentvolumeclaims', {
  defaults: (claim) => {
    const spec = fill(claim.spec, { volumeMode: 'Filesystem' });
    const status = fill(claim.status ?? {}, { phase: 'Pending' });
    return spec === claim.spec && status === claim.status ? claim : { ...claim, spec, status };
  },
  prepareForCreate: (claim) => ({
    ...claim,
    spec: isSource(claim.spec.dataSource) ? claim.spec : set(claim.spec, 'dataSource', undefined),
    status: { phase: 'Pending' },
  }),
  rules: claimRules,
});
