import { invalidValue, notSupported, required, tooLong } from '../../api/status';
import { isObject } from '../../lib/json';
import { isDNS1123Subdomain, isQualifiedName, isValidLabelValue, utf8Length } from '../../lib/names';
import type { DeviceSelector, DeviceToleration, OpaqueDeviceConfiguration } from '../../schema/types';
import { named, requiredName, type Errors } from '../rule-parts';
import { driverNameRules } from '../storage/driver-name';
import { listRules } from './lists';

export const maxRequests = 32;
export const maxConfigurations = 32;
const maxSelectors = 32;
const maxExpressionBytes = 10 * 1024;
const maxParameterBytes = 10 * 1024;
const maxPoolNameLength = 253;

/** CEL expressions that choose devices; whether they compile is not looked at here. */
export const selectorsRules = (selectors: readonly DeviceSelector[], at: string): Errors => listRules(selectors, maxSelectors, selectorRules, at);

function* selectorRules({ cel }: DeviceSelector, at: string): Errors {
  if (!cel) yield required(`${at}.cel`);
  else if (utf8Length(cel.expression) > maxExpressionBytes) yield tooLong(`${at}.cel.expression`, maxExpressionBytes);
}

export function* configurationRules({ opaque }: { readonly opaque?: OpaqueDeviceConfiguration }, at: string): Errors {
  if (!opaque) return yield required(`${at}.opaque`);
  yield* driverNameRules(opaque.driver, `${at}.opaque.driver`);
  yield* parametersRules(opaque.parameters, `${at}.opaque.parameters`);
}

function* parametersRules(parameters: unknown, at: string): Errors {
  if (parameters === undefined || parameters === null) yield required(at);
  else if (utf8Length(JSON.stringify(parameters)) > maxParameterBytes) yield tooLong(at, maxParameterBytes);
  else if (!isObject(parameters)) yield invalidValue(at, '<value omitted>', 'must be a valid JSON object');
}

const operators = ['Equal', 'Exists'];
const effects = ['NoExecute', 'NoSchedule'];

export function* deviceTolerationRules({ key, operator, value = '', effect }: DeviceToleration, at: string): Errors {
  if (key) yield* named(isQualifiedName, `${at}.key`, key);
  if (operator === 'Exists') {
    if (value) yield invalidValue(`${at}.value`, value, 'must be empty for operator `Exists`');
  } else if (operator === 'Equal') yield* named(isValidLabelValue, `${at}.value`, value);
  else if (!operator) yield required(`${at}.operator`);
  else yield notSupported(`${at}.operator`, operator, operators);
  if (effect && !effects.includes(effect)) yield notSupported(`${at}.effect`, effect, effects);
}

export const deviceClassNameRules = (name: string | undefined, at: string): Errors => requiredName(isDNS1123Subdomain, at, name);

/** A pool's name: domains with slashes between them. */
export function* poolNameRules(name: string, at: string): Errors {
  if (!name) return yield required(at);
  if (name.length > maxPoolNameLength) yield tooLong(at, maxPoolNameLength);
  for (const part of name.split('/')) yield* named(isDNS1123Subdomain, at, part);
}
