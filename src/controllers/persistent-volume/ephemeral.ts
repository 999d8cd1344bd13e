import { controllerOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import { PersistentVolumeClaims } from '../../kinds/served';
import { Pods } from '../../kinds/core/pod';
import { defineController } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { Pod } from '../../schema/types';

/** Makes the claims of pods' own volumes; they go with their pod. */
export const ephemeralVolumeController = defineController<Pod>({
  name: 'ephemeral_volume',
  for: Pods,
  concerns: ({ spec, metadata }) => metadata.deletionTimestamp === undefined && !!spec.volumes?.some(({ ephemeral }) => ephemeral),
  ignores: (previous, next) => previous.spec.volumes === next.spec.volumes,
  reconcile(key, { informer, api, event }) {
    const pod = informer(Pods).get(key);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
    for (const { name: volume, ephemeral } of pod.spec.volumes ?? []) {
      const template = ephemeral?.volumeClaimTemplate;
      if (!template) continue;
      const name = `${pod.metadata.name}-${volume}`;
      const existing = informer(PersistentVolumeClaims).get(`${pod.metadata.namespace}/${name}`);
      if (existing && controllerOf(existing)?.uid === pod.metadata.uid) continue;
      const problem = existing ? `PVC ${pod.metadata.namespace}/${name} was not created for pod ${key} (pod is not owner)` : undefined;
      try {
        if (problem !== undefined) throw new StatusError('Conflict', problem);
        api.create(PersistentVolumeClaims, {
          metadata: { ...template.metadata, name, namespace: pod.metadata.namespace, ownerReferences: controlledBy(pod) }, spec: template.spec,
        });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        event({ object: pod, type: 'Warning', reason: 'EphemeralVolumeCreationFailed', message: `ephemeral volume ${volume}: ${error.message}` });
        throw error;
      }
    }
  },
});
