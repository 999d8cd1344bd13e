import type { ReplicaSet } from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { ageColumn, containerColumns, nameColumn } from '../columns';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind, type Column } from '../define';
import { change, fill } from '../sharing';

const columns: readonly Column<ReplicaSet>[] = [
  nameColumn,
  { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
  { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
  { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
  ageColumn,
  ...containerColumns,
  { name: 'Selector', priority: 1, value: ({ spec }) => formatLabelSelector(spec.selector) },
];

export const ReplicaSets = defineKind<ReplicaSet>('replicasets.apps', {
  generation: true,
  defaults: (set) => change(set, 'spec', (spec) => change(fill(spec, { replicas: 1 }), 'template', podTemplateDefaults)),
  columns,
});
