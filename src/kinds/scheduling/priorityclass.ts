import type { PriorityClass } from '../../schema/types';
import { defineKind } from '../define';
import { fill } from '../sharing';

export const PriorityClasses = defineKind<PriorityClass>('priorityclasses.scheduling.k8s.io', {
  generation: true,
  defaults: (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
});
