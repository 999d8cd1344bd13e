import type { DaemonSet } from '../../schema/types';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind } from '../define';
import { change, fill, set } from '../sharing';
import { daemonSetRules } from './daemonset-rules';

const templateGeneration = 'deprecated.daemonset.template.generation';

export const DaemonSets = defineKind<DaemonSet>('daemonsets.apps', {
  generation: true,
  defaults: (object) =>
    change(object, 'spec', (given) => {
      const strategy = fill(given.updateStrategy ?? {}, { type: 'RollingUpdate' });
      const rolling =
        strategy.type === 'RollingUpdate' ? set(strategy, 'rollingUpdate', fill(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 })) : strategy;
      return change(set(fill(given, { revisionHistoryLimit: 10 }), 'updateStrategy', rolling), 'template', podTemplateDefaults);
    }),
  prepareForCreate: (object) => ({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [templateGeneration]: '1' } } }),
  rules: daemonSetRules,
});
