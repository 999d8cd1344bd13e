import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Label } from '../../lib/names';
import type {
  DeviceClaim, DeviceClaimConfiguration, DeviceConstraint, DeviceRequest, DeviceRequestAllocationResult, DeviceSubRequest, ExactDeviceRequest, ResourceV1ResourceClaim as ResourceClaim,
  ResourceClaimConsumerReference, ResourceClaimSpec, ResourceClaimStatus,
} from '../../schema/types';
import { nodeSelectorRules } from '../core/affinity-rules';
import type { RuleContext } from '../define';
import { immutable, named, type Errors } from '../rule-parts';
import { driverNameRules } from '../storage/driver-name';
import { configurationRules, deviceClassNameRules, deviceTolerationRules, maxConfigurations, maxRequests, poolNameRules, selectorsRules } from './device-rules';
import { listRules, setRules } from './lists';

const maxConstraints = 32;
const maxAlternatives = 8;
const maxConsumers = 256;
const maxResults = 32;
const unlimited = Number.POSITIVE_INFINITY;
const eitherRequest = 'exactly one of `exactly` or `firstAvailable` is required';
const namesNoRequest = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

export function* claimRules({ spec }: ResourceClaim, { previous }: RuleContext<ResourceClaim>): Errors {
  if (previous) yield* immutable('spec', spec, previous.spec);
  else yield* claimSpecRules(spec, 'spec');
}

export const claimSpecRules = (spec: ResourceClaimSpec, at: string): Errors => deviceClaimRules(spec.devices ?? {}, `${at}.devices`);

function* deviceClaimRules({ requests: given, constraints = [], config = [] }: DeviceClaim, at: string): Errors {
  const requests = given ?? [];   // Go writes a list of none as null
  const names = requestNames(requests);
  yield* setRules(requests, maxRequests, requestRules, ({ name }) => name, `${at}.requests`);
  yield* listRules(constraints, maxConstraints, (constraint, each) => constraintRules(constraint, names, each), `${at}.constraints`);
  yield* listRules(config, maxConfigurations, (each, place) => claimConfigurationRules(each, names, place), `${at}.config`);
}

/** How requests are referred to: by name, or by that of a request and of one of its alternatives. */
const requestNames = (requests: readonly DeviceRequest[]): ReadonlySet<string> =>
  new Set(requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((alternative) => `${name}/${alternative.name}`)]));

function* requestRules({ name, exactly, firstAvailable = [] }: DeviceRequest, at: string): Errors {
  yield* named(isDNS1123Label, `${at}.name`, name);
  if (exactly && firstAvailable.length > 0) yield invalidValue(at, null, `${eitherRequest}, but multiple fields are set`);
  else if (exactly) yield* wantedRules(exactly, `${at}.exactly`);
  else if (firstAvailable.length > 0) yield* setRules(firstAvailable, maxAlternatives, alternativeRules, (each) => each.name, `${at}.firstAvailable`);
  else yield required(at, eitherRequest);
}

function* alternativeRules(request: DeviceSubRequest, at: string): Errors {
  yield* named(isDNS1123Label, `${at}.name`, request.name);
  yield* wantedRules(request, at);
}

function* wantedRules(request: ExactDeviceRequest | DeviceSubRequest, at: string): Errors {
  const { deviceClassName, selectors = [], allocationMode = '', count = 0, tolerations = [] } = request;
  yield* deviceClassNameRules(deviceClassName, `${at}.deviceClassName`);
  yield* selectorsRules(selectors, `${at}.selectors`);
  if (allocationMode === 'All') {
    if (count !== 0) yield invalidValue(`${at}.count`, count, "must not be specified when allocationMode is 'All'");
  } else if (allocationMode !== 'ExactCount') yield notSupported(`${at}.allocationMode`, allocationMode, ['All', 'ExactCount']);
  else if (count <= 0) yield invalidValue(`${at}.count`, count, 'must be greater than zero');
  for (const [i, toleration] of tolerations.entries()) yield* deviceTolerationRules(toleration, `${at}.tolerations[${i}]`);
}

function* referenceRules(name: string, names: ReadonlySet<string>, at: string): Errors {
  const parts = name.split('/');
  if (parts.length > 2) return yield invalidValue(at, name, namesNoRequest);
  for (const part of parts) yield* named(isDNS1123Label, at, part);
  if (!names.has(name)) yield invalidValue(at, name, namesNoRequest);
}

const referencesRules = (requests: readonly string[], names: ReadonlySet<string>, at: string): Errors =>
  setRules(requests, maxRequests, (name, each) => referenceRules(name, names, each), (name) => name, at);

function* constraintRules({ requests = [], matchAttribute, distinctAttribute }: DeviceConstraint, names: ReadonlySet<string>, at: string): Errors {
  yield* referencesRules(requests, names, `${at}.requests`);
  const attribute = matchAttribute ?? distinctAttribute;
  if (attribute === undefined) yield required(at, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set');
  else if (!attribute.includes('/')) yield invalidValue(`${at}.${matchAttribute === undefined ? 'distinct' : 'match'}Attribute`, attribute, 'must include a domain');
}

function* claimConfigurationRules({ requests = [], ...configuration }: DeviceClaimConfiguration, names: ReadonlySet<string>, at: string): Errors {
  yield* referencesRules(requests, names, `${at}.requests`);
  yield* configurationRules(configuration, at);
}

/** What a scheduler and a driver may write into a claim's status. */
export function* claimStatusRules({ spec, status = {}, metadata }: ResourceClaim, previous: ResourceClaimStatus = {}): Errors {
  const { reservedFor = [], devices = [], allocation } = status;
  const names = requestNames(spec.devices?.requests ?? []);
  yield* setRules(reservedFor, maxConsumers, consumerRules, ({ uid }) => uid, 'status.reservedFor');
  const allocated = new Set((allocation?.devices?.results ?? []).map(deviceKey));
  yield* setRules(devices, unlimited, (device, at) => allocatedRules(device, allocated, at), deviceKey, 'status.devices');
  if (reservedFor.length > 0 && !allocation) yield forbiddenField('status.reservedFor', 'may not be specified when `allocated` is not set');
  else if (metadata.deletionTimestamp && reservedFor.some(({ uid }) => !previous.reservedFor?.some((before) => before.uid === uid)))
    yield forbiddenField('status.reservedFor', 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set');
  if (!allocation) return;
  if (previous.allocation) {
    if (!semanticallyEqual(allocation, previous.allocation)) yield invalidValue('status.allocation', allocation, 'field is immutable');
    return;
  }
  yield* listRules(allocation.devices?.results ?? [], maxResults, (result, at) => resultRules(result, names, at), 'status.allocation.devices.results');
  if (allocation.nodeSelector) yield* nodeSelectorRules(allocation.nodeSelector, 'status.allocation.nodeSelector');
}

const deviceKey = ({ driver, pool, device, shareID = '' }: { driver: string; pool: string; device: string; shareID?: string }): string =>
  [driver, pool, device, ...(shareID ? [shareID] : [])].join('/');

function* consumerRules(consumer: ResourceClaimConsumerReference, at: string): Errors {
  for (const field of ['resource', 'name', 'uid'] as const) if (!consumer[field]) yield required(`${at}.${field}`);
}

function* allocatedRules(device: { driver: string; pool: string; device: string; shareID?: string }, allocated: ReadonlySet<string>, at: string): Errors {
  yield* deviceRules(device, at);
  if (!allocated.has(deviceKey(device))) yield invalidValue(at, deviceKey(device), 'must be an allocated device in the claim');
}

function* deviceRules({ driver, pool, device }: { driver: string; pool: string; device: string }, at: string): Errors {
  yield* driverNameRules(driver, `${at}.driver`);
  yield* poolNameRules(pool, `${at}.pool`);
  yield* named(isDNS1123Label, `${at}.device`, device);
}

function* resultRules(result: DeviceRequestAllocationResult, names: ReadonlySet<string>, at: string): Errors {
  yield* referenceRules(result.request, names, `${at}.request`);
  yield* deviceRules(result, at);
}
