import type { PodTemplate } from '../../schema/types';
import { defineKind } from '../define';
import { change } from '../sharing';
import { podTemplateDefaults } from './pod-defaults';

export const PodTemplates = defineKind<PodTemplate>('podtemplates', {
  generation: true,
  defaults: (object) => change(object, 'template', podTemplateDefaults),
});
