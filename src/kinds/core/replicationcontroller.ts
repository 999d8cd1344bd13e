import type { ReplicationController } from '../../schema/types';
import { defineKind } from '../define';
import { change, fill } from '../sharing';
import { podTemplateDefaults } from './pod-defaults';

export const ReplicationControllers = defineKind<ReplicationController>('replicationcontrollers', {
  generation: true,
  defaults: (object) => {
    const labels = object.spec.template?.metadata?.labels;
    const labelled = labels && !object.metadata.labels ? { ...object, metadata: { ...object.metadata, labels } } : object;
    return change(labelled, 'spec', (spec) => change(fill(spec, { replicas: 1, ...(labels && { selector: labels }) }), 'template', podTemplateDefaults));
  },
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
});
