import type { Ingress } from '../../schema/types';
import { defineKind } from '../define';
import { ingressRules } from './ingress-rules';

const oldClass = 'kubernetes.io/ingress.class';

export const Ingresses = defineKind<Ingress>('ingresses.networking.k8s.io', {
  generation: true,
  rules: ingressRules,
  warnings: function* ({ metadata }, previous) {
    if (!previous && metadata.annotations?.[oldClass] !== undefined) yield `annotation "${oldClass}" is deprecated, please use 'spec.ingressClassName' instead`;
  },
});
