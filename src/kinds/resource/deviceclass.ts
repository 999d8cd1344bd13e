import { invalidValue } from '../../api/status';
import { isQualifiedName } from '../../lib/names';
import type { DeviceClass } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';
import type { Errors } from '../rule-parts';
import { configurationRules, maxConfigurations, selectorsRules } from './device-rules';
import { listRules } from './lists';

const isExtendedResource = (name: string): boolean =>
  name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;

function* classRules({ spec: { selectors = [], config = [], extendedResourceName } }: DeviceClass): Errors {
  yield* selectorsRules(selectors, 'spec.selectors');
  yield* listRules(config, maxConfigurations, configurationRules, 'spec.config');
  if (extendedResourceName !== undefined && !isExtendedResource(extendedResourceName))
    yield invalidValue('spec.extendedResourceName', extendedResourceName, 'must be a valid extended resource name');
}

export const DeviceClasses = defineKind<DeviceClass>('deviceclasses.resource.k8s.io', { generation: true, rules: classRules, columns: [nameColumn, ageColumn] });
