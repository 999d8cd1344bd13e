import type { IngressClass } from '../../schema/types';
import { defineKind } from '../define';
import { change, fill } from '../sharing';

export const IngressClasses = defineKind<IngressClass>('ingressclasses.networking.k8s.io', {
  generation: true,
  defaults: (object) => change(object, 'spec', (spec) => change(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' }))),
});
