import type { ConfigMap } from '../../schema/types';
import { defineKind } from '../define';

export const ConfigMaps = defineKind<ConfigMap>('configmaps');
