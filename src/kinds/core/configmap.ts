import type { ConfigMap } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';
import { configMapRules } from './data-rules';

const size = (map: object | undefined): number => Object.keys(map ?? {}).length;

export const ConfigMaps = defineKind<ConfigMap>('configmaps', {
  rules: configMapRules,
  columns: [nameColumn, { name: 'Data', value: ({ data, binaryData }) => size(data) + size(binaryData) }, ageColumn],
});
