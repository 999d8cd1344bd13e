import { duplicate, invalidValue, notSupported, required } from '../../api/status';
import type { CSIDriver, CSIDriverSpec, StorageV1TokenRequest } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { immutable, oneOfIfSet, type Errors } from '../rule-parts';
import { set } from '../sharing';

const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];
const leastTokenSeconds = 600;
const mostTokenSeconds = 2 ** 32;
const leastAllocatableUpdateSeconds = 10;

const defaults = {
  attachRequired: true, podInfoOnMount: false, volumeLifecycleModes: ['Persistent'], storageCapacity: false, fsGroupPolicy: 'ReadWriteOnceWithFSType',
  requiresRepublish: false, seLinuxMount: false,
} as const satisfies CSIDriverSpec;

/** The spec with what a client left out; false is a value here, so absence alone counts. */
function withDefaults(spec: CSIDriverSpec): CSIDriverSpec {
  const missing = Object.entries(defaults).filter(([field]) => spec[field as keyof CSIDriverSpec] === undefined); // the keys of a spec's parts
  return missing.length === 0 ? spec : { ...spec, ...Object.fromEntries(missing) };
}

function* driverRules({ spec }: CSIDriver, { previous }: RuleContext<CSIDriver>): Errors {
  for (const [field, shown] of [['attachRequired', 'attachedRequired'], ['podInfoOnMount', 'podInfoOnMount'], ['storageCapacity', 'storageCapacity']] as const)
    if (spec[field] === undefined) yield required(`spec.${shown}`);
  yield* oneOfIfSet('spec.fsGroupPolicy', spec.fsGroupPolicy, groupPolicies);
  yield* tokenRequestsRules(spec.tokenRequests ?? [], 'spec.tokenRequests');
  for (const mode of spec.volumeLifecycleModes ?? []) if (!lifecycleModes.includes(mode)) yield notSupported('spec.volumeLifecycleModes', mode, lifecycleModes);
  if (spec.seLinuxMount === undefined) yield required('spec.seLinuxMount');
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < leastAllocatableUpdateSeconds)
    yield invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, `must be greater than or equal to ${leastAllocatableUpdateSeconds} seconds`);
  if (previous) yield* changeRules(spec, previous.spec);
}

function* tokenRequestsRules(requests: readonly StorageV1TokenRequest[], at: string): Errors {
  const audiences = new Set<string>();
  for (const [i, { audience, expirationSeconds }] of requests.entries()) {
    if (audiences.has(audience)) {
      yield duplicate(`${at}[${i}].audience`, audience);
      continue;
    }
    audiences.add(audience);
    if (expirationSeconds === undefined) continue;
    if (expirationSeconds < leastTokenSeconds) yield invalidValue(`${at}[${i}].expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes');
    if (expirationSeconds > mostTokenSeconds)
      yield invalidValue(`${at}[${i}].expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

function* changeRules(spec: CSIDriverSpec, before: CSIDriverSpec): Errors {
  yield* immutable('spec.attachedRequired', spec.attachRequired, before.attachRequired);
  for (const field of ['fsGroupPolicy', 'podInfoOnMount', 'volumeLifecycleModes'] as const) yield* immutable(`spec.${field}`, spec[field], before[field]);
}

export const CSIDrivers = defineKind<CSIDriver>('csidrivers.storage.k8s.io', {
  defaults: (object) => set(object, 'spec', withDefaults(object.spec)),
  rules: driverRules,
});
