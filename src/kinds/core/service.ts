import type { Service } from '../../schema/types';
import { defineKind } from '../define';
import { serviceColumns } from './service-columns';
import { serviceDefaults } from './service-defaults';
import { serviceForCreate, serviceForUpdate } from './service-strategy';

const oldHints = 'service.kubernetes.io/topology-aware-hints';

export const Services = defineKind<Service>('services', {
  nameForm: 'label',
  defaults: serviceDefaults,
  prepareForCreate: serviceForCreate,
  prepareForUpdate: serviceForUpdate,
  warnings: function* ({ metadata, spec }) {
    if (metadata.annotations?.[oldHints] !== undefined) yield `annotation ${oldHints} is deprecated, please use service.kubernetes.io/topology-mode instead`;
    if (spec.type === 'ExternalName' && spec.externalIPs?.length) yield 'spec.externalIPs is ignored when spec.type is "ExternalName"';
  },
  selectableFields: { 'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '', 'spec.type': ({ spec }) => spec.type ?? '' },
  columns: serviceColumns,
});
