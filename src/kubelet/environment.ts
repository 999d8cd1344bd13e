import type { ConfigMap, Container, EnvFromSource, EnvVarSource, Pod, Secret } from '../schema/types';
import { expand } from './expand';
import { fieldValue, resourceValue, type OwnFacts } from './field-references';
import { decodeBase64 } from './secret-data';

/** A container's configuration cannot be put together: it waits in CreateContainerConfigError with this message. */
export class ConfigError extends Error {}

/** The objects of the pod's namespace that it may refer to. */
export type References = { configMap(name: string): ConfigMap | undefined; secret(name: string): Secret | undefined };
export type Environment = Readonly<Record<string, string>>;

/**
 * The container's environment: envFrom, then env in order (each may use those before it), then the services' variables.
 * @throws ConfigError for a reference to something that is not there and not optional.
 */
export function environment(container: Container, pod: Pod, facts: OwnFacts, references: References, services: Environment): Environment {
  const { env, envFrom } = container;
  if (!env?.length && !envFrom?.length) return services;
  const variables: Record<string, string> = {};
  for (const source of envFrom ?? []) Object.assign(variables, fromSource(source, references));
  const lookup = (name: string) => variables[name] ?? services[name];
  for (const { name, value, valueFrom } of env ?? []) {
    const found = valueFrom ? referred(valueFrom, container, pod, facts, references) : expand(value ?? '', lookup);
    if (found !== undefined) variables[name] = found;
  }
  return { ...services, ...variables };
}

function fromSource({ prefix = '', configMapRef, secretRef }: EnvFromSource, references: References): Environment {
  const data = configMapRef ? configMapData(configMapRef.name ?? '', configMapRef.optional, references)
    : secretRef ? secretData(secretRef.name ?? '', secretRef.optional, references) : undefined;
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [prefix + key, text]));
}

function configMapData(name: string, optional: boolean | undefined, references: References): Environment | undefined {
  const found = references.configMap(name);
  if (!found && !optional) throw new ConfigError(`configmap "${name}" not found`);
  return found && (found.data ?? {});
}

function secretData(name: string, optional: boolean | undefined, references: References): Environment | undefined {
  const found = references.secret(name);
  if (!found && !optional) throw new ConfigError(`secret "${name}" not found`);
  return found && Object.fromEntries(Object.entries(found.data ?? {}).map(([key, encoded]) => [key, decodeBase64(encoded)]));
}

/** Undefined: an optional reference to something that is not there. */
function referred(from: EnvVarSource, container: Container, pod: Pod, facts: OwnFacts, references: References): string | undefined {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef;
    return keyed(configMapData(name, optional, references), key, optional, () => `couldn't find key ${key} in ConfigMap ${pod.metadata.namespace}/${name}`);
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef;
    return keyed(secretData(name, optional, references), key, optional, () => `couldn't find key ${key} in Secret ${pod.metadata.namespace}/${name}`);
  }
  if (fieldRef) {
    const found = fieldValue(fieldRef.fieldPath, pod, facts);
    if (found === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return found;
  }
  if (resourceFieldRef) return resourceValue(resourceFieldRef, containerNamed(resourceFieldRef.containerName, pod) ?? container, facts);
  throw new ConfigError('fileKeyRef is not emulated');
}

const containerNamed = (name: string | undefined, { spec }: Pod): Container | undefined =>
  name === undefined ? undefined : [...spec.containers, ...(spec.initContainers ?? [])].find((each) => each.name === name);

function keyed(data: Environment | undefined, key: string, optional: boolean | undefined, missing: () => string): string | undefined {
  const found = data?.[key];
  if (found === undefined && !optional) throw new ConfigError(missing());
  return found;
}
