import { invalidValue, notSupported, required, tooLong } from '../../api/status';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue, utf8Length } from '../../lib/names';
import type { CounterSet, Device, DeviceAttribute, ResourcePool, ResourceSlice, ResourceSliceSpec, ResourceV1DeviceTaint } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { nodeSelectorRules } from '../core/affinity-rules';
import { defineKind, type RuleContext } from '../define';
import { immutable, named, type Errors } from '../rule-parts';
import { driverNameRules } from '../storage/driver-name';
import { poolNameRules } from './device-rules';
import { listRules, setRules } from './lists';

const maxDevices = 128;
/** With taints or shared counters each device weighs more. */
const maxHeavyDevices = 64;
const maxCounterSets = 8;
const maxAttributesAndCapacities = 32;
const maxTaints = 16;
const maxTextBytes = 64;
const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;
const places = '`nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection`';
const onlyTrue = 'must be either unset or set to true';

function* sliceRules({ spec }: ResourceSlice, { previous }: RuleContext<ResourceSlice>): Errors {
  yield* driverNameRules(spec.driver, 'spec.driver');
  yield* poolRules(spec.pool, 'spec.pool');
  if (previous) {
    yield* immutable('spec.pool.name', spec.pool.name, previous.spec.pool.name);
    yield* immutable('spec.driver', spec.driver, previous.spec.driver);
    yield* immutable('spec.nodeName', spec.nodeName, previous.spec.nodeName);
  }
  yield* placeRules(spec, 'spec');
  if (spec.sharedCounters && spec.devices) yield invalidValue('spec', '', 'only one of `sharedCounters` or `devices` is allowed');
  const isHeavy = (spec.devices ?? []).some(({ taints, consumesCounters }) => taints?.length || consumesCounters?.length);
  const perDevice = spec.perDeviceNodeSelection === true;
  yield* setRules(spec.devices ?? [], isHeavy ? maxHeavyDevices : maxDevices, (device, at) => deviceRules(device, perDevice, at), ({ name }) => name, 'spec.devices');
  yield* setRules(spec.sharedCounters ?? [], maxCounterSets, counterSetRules, ({ name }) => name, 'spec.sharedCounters');
}

function* poolRules({ name, resourceSliceCount, generation }: ResourcePool, at: string): Errors {
  yield* poolNameRules(name, `${at}.name`);
  if (resourceSliceCount <= 0) yield invalidValue(`${at}.resourceSliceCount`, resourceSliceCount, 'must be greater than zero');
  if (generation < 0) yield invalidValue(`${at}.generation`, generation, 'must be greater than or equal to zero');
}

/** Where the devices of a slice are: said in exactly one way. */
function* placeRules({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection }: ResourceSliceSpec, at: string): Errors {
  if (nodeName === '') yield invalidValue(`${at}.nodeName`, nodeName, 'must be either unset or set to a non-empty string');
  else if (nodeName !== undefined) yield* named(isDNS1123Subdomain, `${at}.nodeName`, nodeName);
  if (nodeSelector) {
    yield* nodeSelectorRules(nodeSelector, `${at}.nodeSelector`);
    if (nodeSelector.nodeSelectorTerms.length !== 1)
      yield invalidValue(`${at}.nodeSelector.nodeSelectorTerms`, nodeSelector.nodeSelectorTerms, 'must have exactly one node selector term');
  }
  if (allNodes === false) yield invalidValue(`${at}.allNodes`, allNodes, onlyTrue);
  if (perDeviceNodeSelection === false) yield invalidValue(`${at}.perDeviceNodeSelection`, perDeviceNodeSelection, onlyTrue);
  const said = Object.entries({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection }).flatMap(([field, value]) => (value ? [`\`${field}\``] : []));
  if (said.length === 0) yield required(at, `exactly one of ${places} is required`);
  else if (said.length > 1) yield invalidValue(at, `{${said.join(', ')}}`, `exactly one of ${places} is required, but multiple fields are set`);
}

function* deviceRules(device: Device, perDevice: boolean, at: string): Errors {
  const { name, attributes = {}, capacity = {}, taints = [], nodeName, nodeSelector, allNodes } = device;
  yield* named(isDNS1123Label, `${at}.name`, name);
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > maxAttributesAndCapacities) yield invalidValue(at, count, `the total number of attributes and capacities must not exceed ${maxAttributesAndCapacities}`);
  for (const [key, attribute] of Object.entries(attributes)) yield* attributeRules(attribute, `${at}.attributes[${key}]`);
  yield* listRules(taints, maxTaints, taintRules, `${at}.taints`);
  const ways = [nodeName, nodeSelector, allNodes].filter((each) => each !== undefined).length;
  const among = 'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (perDevice && ways === 0) yield required(at, among);
  else if (perDevice && ways > 1) yield invalidValue(at, '{`nodeName`, `nodeSelector`, `allNodes`}', among);
  else if (!perDevice && ways > 0)
    yield invalidValue(at, null, '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec');
}

function* attributeRules(attribute: DeviceAttribute, at: string): Errors {
  const { string, version } = attribute;
  if (string !== undefined && utf8Length(string) > maxTextBytes) yield tooLong(`${at}.string`, maxTextBytes);
  if (version !== undefined) {
    if (!semver.test(version)) yield invalidValue(`${at}.version`, version, 'must be a string compatible with semver.org spec 2.0.0');
    if (utf8Length(version) > maxTextBytes) yield tooLong(`${at}.version`, maxTextBytes);
  }
  const given = Object.values(attribute).filter((value) => value !== undefined).length;
  if (given !== 1) yield invalidValue(at, given === 0 ? '' : attribute, 'exactly one value must be specified');
}

const effects = ['NoExecute', 'NoSchedule', 'None'];

function* taintRules({ key, value = '', effect }: ResourceV1DeviceTaint, at: string): Errors {
  yield* named(isQualifiedName, `${at}.key`, key);
  yield* named(isValidLabelValue, `${at}.value`, value);
  if (!effect) yield required(`${at}.effect`);
  else if (!effects.includes(effect)) yield notSupported(`${at}.effect`, effect, effects);
}

function* counterSetRules({ name, counters }: CounterSet, at: string): Errors {
  if (!name) yield required(`${at}.name`);
  else yield* named(isDNS1123Label, `${at}.name`, name);
  const counterNames = Object.keys(counters ?? {});   // Go writes a map of none as null
  if (counterNames.length === 0) yield required(`${at}.counters`);
  for (const counter of counterNames) yield* named(isDNS1123Label, `${at}.counters`, counter);
}

export const ResourceSlices = defineKind<ResourceSlice>('resourceslices.resource.k8s.io', {
  generation: true,
  rules: sliceRules,
  selectableFields: { 'spec.nodeName': ({ spec }) => spec.nodeName ?? '', 'spec.driver': ({ spec }) => spec.driver },
  columns: [
    nameColumn,
    { name: 'Node', value: ({ spec }) => spec.nodeName ?? '<unset>' },
    { name: 'Driver', value: ({ spec }) => spec.driver },
    { name: 'Pool', value: ({ spec }) => spec.pool.name },
    ageColumn,
  ],
});
