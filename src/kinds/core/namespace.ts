import type { Namespace } from '../../schema/types';
import { defineKind } from '../define';

export const Namespaces = defineKind<Namespace>('namespaces');
