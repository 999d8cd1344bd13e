import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import { compareQuantities } from '../../lib/quantity';
import { defineController } from '../../runtime/controller';
import type { PersistentVolumeClaim } from '../../schema/types';
import { requestOf } from './binding';

const capacityOf = ({ status }: PersistentVolumeClaim): string => status?.capacity?.['storage'] ?? '0';
/** Whether the claim is bound and asks for more than it has. */
export const isGrowing = (claim: PersistentVolumeClaim): boolean => claim.status?.phase === 'Bound' && compareQuantities(requestOf(claim), capacityOf(claim)) > 0;

/** Volumes are grown by their storage system's own resizer; Kubernetes only says that it waits for that. */
export const expandController = defineController<PersistentVolumeClaim>({
  name: 'volume_expand',
  for: PersistentVolumeClaims,
  concerns: isGrowing,
  ignores: (previous, next) => previous.spec === next.spec,
  reconcile(key, { informer, event }) {
    const claim = informer(PersistentVolumeClaims).get(key);
    if (!claim || !isGrowing(claim)) return;
    if (informer(PersistentVolumes).get(claim.spec.volumeName ?? '')?.spec.claimRef?.uid !== claim.metadata.uid) return;
    event({ object: claim, type: 'Normal', reason: 'ExternalExpanding', message: 'waiting for an external controller to expand this PVC' });
  },
});
