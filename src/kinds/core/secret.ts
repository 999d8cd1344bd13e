import type { Secret } from '../../schema/types';
import { defineKind } from '../define';

export const Secrets = defineKind<Secret>('secrets');
