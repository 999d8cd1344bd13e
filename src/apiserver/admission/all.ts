import type { Random } from '../../sim/random';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { namespaceLifecycle } from './namespace-lifecycle';
import { priority } from './priority';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use';
import { taintNodesByCondition } from './taint-nodes-by-condition';
import type { Admission } from './types';

/** The default plugins in upstream's order, as far as they are emulated. */
export const defaultAdmission = (random: Random): readonly Admission[] => [
  namespaceLifecycle,
  serviceAccount(random.stream('volumes')),
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  storageObjectInUseProtection,
];
