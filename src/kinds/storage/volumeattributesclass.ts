import { forbiddenField, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import type { VolumeAttributesClass } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { immutable, type Errors } from '../rule-parts';
import { driverNameRules } from './driver-name';
import { parametersRules } from './storageclass';

function* rules({ driverName, parameters }: VolumeAttributesClass, { previous }: RuleContext<VolumeAttributesClass>): Errors {
  if (!previous) {
    yield* driverNameRules(driverName, 'driverName');
    if (!parameters || Object.keys(parameters).length === 0) yield required('parameters', 'must contain at least one key/value pair');
    else yield* parametersRules(parameters, 'parameters');
    return;
  }
  yield* immutable('driverName', driverName, previous.driverName);
  if (!semanticallyEqual(parameters, previous.parameters)) yield forbiddenField('parameters', 'updates to parameters are forbidden.');
}

export const VolumeAttributesClasses = defineKind<VolumeAttributesClass>('volumeattributesclasses.storage.k8s.io', { rules });
