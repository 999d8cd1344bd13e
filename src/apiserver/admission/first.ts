import type { Random } from '../../sim/random';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { namespaceLifecycle } from './namespace-lifecycle';
import { podTopologyLabels } from './pod-topology-labels';
import { priority } from './priority';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use';
import { taintNodesByCondition } from './taint-nodes-by-condition';
import type { Admission } from './types';

/** The plugins that have something to do while a control plane comes up. All others look at what only a user makes. */
export const firstAdmission = (random: Random) => ({
  namespaceLifecycle, serviceAccount: serviceAccount(random.stream('volumes')), taintNodesByCondition, priority, defaultTolerationSeconds, storageObjectInUseProtection, podTopologyLabels,
}) satisfies Readonly<Record<string, Admission>>;

export type FirstAdmission = ReturnType<typeof firstAdmission>;
