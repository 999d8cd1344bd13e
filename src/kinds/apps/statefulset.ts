import type { PersistentVolumeClaim, StatefulSet } from '../../schema/types';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind } from '../define';
import { change, fill, mapItems, set } from '../sharing';
import { statefulSetRules } from './statefulset-rules';

const claimDefaults = (claim: PersistentVolumeClaim): PersistentVolumeClaim => ({
  ...claim,
  kind: 'PersistentVolumeClaim',
  apiVersion: 'v1',
  spec: fill(claim.spec, { volumeMode: 'Filesystem' }),
  status: fill(claim.status ?? {}, { phase: 'Pending' }),
});

export const StatefulSets = defineKind<StatefulSet>('statefulsets.apps', {
  generation: true,
  nameForm: 'label',
  defaults: (object) =>
    change(object, 'spec', (given) => {
      const strategy = fill(given.updateStrategy ?? {}, { type: 'RollingUpdate' });
      const rolling = strategy.type === 'RollingUpdate' ? set(strategy, 'rollingUpdate', fill(strategy.rollingUpdate ?? {}, { partition: 0 })) : strategy;
      const retention = fill(given.persistentVolumeClaimRetentionPolicy ?? {}, { whenDeleted: 'Retain', whenScaled: 'Retain' });
      let spec = fill(given, { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 });
      spec = set(set(spec, 'updateStrategy', rolling), 'persistentVolumeClaimRetentionPolicy', retention);
      spec = change(spec, 'volumeClaimTemplates', (claims) =>
        mapItems(claims, (claim) => (claim.status?.phase && claim.spec.volumeMode ? claim : claimDefaults(claim))),
      );
      return change(spec, 'template', podTemplateDefaults);
    }),
  rules: statefulSetRules,
});
