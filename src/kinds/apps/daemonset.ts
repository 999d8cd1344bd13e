import { equal } from '../../lib/equality';
import type { DaemonSet } from '../../schema/types';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind } from '../define';
import { change, fill, set } from '../sharing';
import { daemonSetRules } from './daemonset-rules';

/** A field of older versions, which counts the changes of the template; only the server counts. */
const templateGeneration = 'deprecated.daemonset.template.generation';
const generationOf = ({ metadata }: DaemonSet): string => metadata.annotations?.[templateGeneration] ?? '0';
const withGeneration = (object: DaemonSet, generation: string): DaemonSet =>
  (object.metadata.annotations?.[templateGeneration] === generation ? object
    : { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [templateGeneration]: generation } } });

export const DaemonSets = defineKind<DaemonSet>('daemonsets.apps', {
  generation: true,
  defaults: (given) =>
    change(withGeneration(given, generationOf(given)), 'spec', (spec) => {
      const strategy = fill(spec.updateStrategy ?? {}, { type: 'RollingUpdate' });
      const rolling =
        strategy.type === 'RollingUpdate' ? set(strategy, 'rollingUpdate', fill(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 })) : strategy;
      return change(set(fill(spec, { revisionHistoryLimit: 10 }), 'updateStrategy', rolling), 'template', podTemplateDefaults);
    }),
  prepareForCreate: (object) => withGeneration(object, '1'),
  prepareForUpdate: (object, previous) =>
    withGeneration(object, equal(object.spec.template, previous.spec.template) ? generationOf(previous) : String(Number(generationOf(previous)) + 1)),
  rules: daemonSetRules,
});
