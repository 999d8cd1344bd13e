import type { Deployment } from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { ageColumn, containerColumns, nameColumn } from '../columns';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind, type Column } from '../define';
import { fill, set } from '../sharing';

const columns: readonly Column<Deployment>[] = [
  nameColumn,
  { name: 'Ready', value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
  { name: 'Up-to-date', value: ({ status }) => status?.updatedReplicas ?? 0 },
  { name: 'Available', value: ({ status }) => status?.availableReplicas ?? 0 },
  ageColumn,
  ...containerColumns,
  { name: 'Selector', priority: 1, value: ({ spec }) => formatLabelSelector(spec.selector) },
];

export const Deployments = defineKind<Deployment>('deployments.apps', {
  generation: 'with-annotations',

  defaults: (deployment) => {
    const { spec } = deployment;
    const strategy = fill(spec.strategy ?? {}, { type: 'RollingUpdate' });
    const rolling = strategy.type === 'RollingUpdate'
      ? set(strategy, 'rollingUpdate', fill(strategy.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' }))
      : strategy;
    const complete = fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const next = set(set(complete, 'strategy', rolling), 'template', podTemplateDefaults(complete.template));
    return next === spec ? deployment : { ...deployment, spec: next };
  },

  columns,
});
