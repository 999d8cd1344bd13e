import type { Lease } from '../../schema/types';
import { defineKind } from '../define';

export const Leases = defineKind<Lease>('leases.coordination.k8s.io');
