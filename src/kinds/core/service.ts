import type { Service } from '../../schema/types';
import { defineKind } from '../define';
import { serviceColumns } from './service-columns';
import { serviceDefaults } from './service-defaults';
import { serviceRules } from './service-rules';
import { serviceForCreate, serviceForUpdate } from './service-strategy';

export const Services = defineKind<Service>('services', {
  nameForm: 'label',
  defaults: serviceDefaults,
  prepareForCreate: serviceForCreate,
  prepareForUpdate: serviceForUpdate,
  rules: serviceRules,
  selectableFields: { 'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '', 'spec.type': ({ spec }) => spec.type ?? '' },
  columns: serviceColumns,
});
