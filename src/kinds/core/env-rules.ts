import { invalidValue, notSupported, required } from '../../api/status';
import { isConfigMapKey, isDNS1123Subdomain, isQualifiedName, isRelaxedEnvVarName } from '../../lib/names';
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from '../../schema/types';
import { named, requiredName, type Errors } from '../rule-parts';

/** Fields of a pod that a variable may be taken from. */
const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields of a pod that a file may be made of. */
export const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
/** All that the downward API knows. */
const knownFields: ReadonlySet<string> = new Set([...envFields, ...volumeFields, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);
const resources = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory'];
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function* envRules(env: readonly EnvVar[], at: string): Errors {
  for (const [i, variable] of env.entries()) {
    yield* requiredName(isRelaxedEnvVarName, `${at}[${i}].name`, variable.name);
    if (variable.valueFrom) yield* sourceRules(variable.valueFrom, variable.value, `${at}[${i}].valueFrom`);
  }
}

function* sourceRules(source: EnvVarSource, value: string | undefined, at: string): Errors {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) yield* fieldRefRules(fieldRef, envFields, `${at}.fieldRef`);
  if (resourceFieldRef) yield* resourceFieldRules(resourceFieldRef, false, `${at}.resourceFieldRef`);
  if (configMapKeyRef) yield* keyRefRules(configMapKeyRef, `${at}.configMapKeyRef`);
  if (secretKeyRef) yield* keyRefRules(secretKeyRef, `${at}.secretKeyRef`);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((each) => each !== undefined).length;
  if (sources === 0) yield invalidValue(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`');
  else if (value) yield invalidValue(at, '', 'may not be specified when `value` is not empty');
  else if (sources > 1) yield invalidValue(at, '', 'may not have more than one field specified at a time');
}

function* keyRefRules({ name = '', key }: { readonly name?: string; readonly key: string }, at: string): Errors {
  yield* named(isDNS1123Subdomain, `${at}.name`, name);
  yield* requiredName(isConfigMapKey, `${at}.key`, key);
}

/** `metadata.labels['a']`: the field and the key in it. */
const subscripted = /^(metadata\.(?:annotations|labels)|.*)\['(.*)'\]$/;

/** A field of the pod, for a variable or a file. */
export function* fieldRefRules({ apiVersion, fieldPath }: ObjectFieldSelector, supported: readonly string[], at: string): Errors {
  if (!apiVersion) return yield required(`${at}.apiVersion`);
  if (!fieldPath) return yield required(`${at}.fieldPath`);
  const [, path, key] = subscripted.exec(fieldPath) ?? [];
  if (path !== undefined && key !== undefined) {
    if (path === 'metadata.annotations' || path === 'metadata.labels')
      yield* named(isQualifiedName, at, path === 'metadata.annotations' ? key.toLowerCase() : key);
    else yield invalidValue(`${at}.fieldPath`, fieldPath, `error converting fieldPath: field label does not support subscript: ${fieldPath}`);
  } else if (!knownFields.has(fieldPath)) {
    yield invalidValue(`${at}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`);
  } else if (!supported.includes(fieldPath)) yield notSupported(`${at}.fieldPath`, fieldPath, supported);
}

/** A container's request or limit, for a variable or a file; a file must say whose. */
export function* resourceFieldRules({ containerName, resource, divisor }: ResourceFieldSelector, inVolume: boolean, at: string): Errors {
  if (inVolume && !containerName) yield required(`${at}.containerName`);
  else if (!resource) yield required(`${at}.resource`);
  else if (!resources.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource)) yield notSupported(`${at}.resource`, resource, resources);
  if (divisor === undefined || divisor === '0') return;
  const [, name = ''] = resource.split('.');
  if (name === 'cpu') {
    if (divisor !== '1m' && divisor !== '1')
      yield invalidValue(`${at}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
  } else if (!byteDivisors.includes(divisor)) {
    const shown = name === 'ephemeral-storage' ? 'local ephemeral storage' : name.startsWith('hugepages-') ? 'hugepages' : name;
    yield invalidValue(`${at}.divisor`, resource, `only divisor's values ${byteDivisors.join(', ')} are supported with the ${shown} resource`);
  }
}

export function* envFromRules(sources: readonly EnvFromSource[], at: string): Errors {
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    if (prefix) yield* named(isRelaxedEnvVarName, `${at}[${i}].prefix`, prefix);
    if (configMapRef) yield* requiredName(isDNS1123Subdomain, `${at}[${i}].configMapRef.name`, configMapRef.name);
    if (secretRef) yield* requiredName(isDNS1123Subdomain, `${at}[${i}].secretRef.name`, secretRef.name);
    if (!configMapRef && !secretRef) yield invalidValue(at, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (configMapRef && secretRef) yield invalidValue(at, '', 'may not have more than one field specified at a time');
  }
}
