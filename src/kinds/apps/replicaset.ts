import type { ReplicaSet } from '../../schema/types';
import { defineKind } from '../define';

export const ReplicaSets = defineKind<ReplicaSet>('replicasets.apps');
