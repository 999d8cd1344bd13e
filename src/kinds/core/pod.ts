import type { Pod } from '../../schema/types';
import { defineKind } from '../define';

export const Pods = defineKind<Pod>('pods');
