import type { Ingress } from '../../schema/types';
import { defineKind } from '../define';
import { ingressRules } from './ingress-rules';

export const Ingresses = defineKind<Ingress>('ingresses.networking.k8s.io', { generation: true, rules: ingressRules });
