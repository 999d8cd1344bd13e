import { duplicate, forbiddenField, invalidValue, required } from '../../api/status';
import { isDNS1123Label, isValidPortName } from '../../lib/names';
import type { Container, ContainerPort, EphemeralContainer, PodSpec, VolumeDevice, VolumeMount } from '../../schema/types';
import { descendingPath, named, notFound, oneOf, oneOfIfSet, requiredName, within, type Errors } from '../rule-parts';
import { envFromRules, envRules } from './env-rules';
import { lifecycleRules, probeRules, pullPolicyRules } from './probe-rules';
import { resizePolicyRules, resourcesRules } from './resource-rules';
import { securityContextRules } from './security-rules';
import type { KnownVolumes } from './volume-rules';

/** What containers are checked against: the pod they are in. */
export type ContainerScope = { readonly spec: PodSpec; readonly volumes: KnownVolumes; readonly claims: ReadonlySet<string> };
type AnyContainer = Container | EphemeralContainer;

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const restartPolicies = ['Always', 'OnFailure', 'Never'];

export function* containersRules(containers: readonly Container[], scope: ContainerScope, at: string): Errors {
  if (containers.length === 0) return yield required(at);
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    yield* commonRules(container, scope, `${at}[${i}]`);
    if (names.has(container.name)) yield duplicate(`${at}[${i}].name`, container.name);
    names.add(container.name);
    yield* runningRules(container, scope, `${at}[${i}]`);
    yield* oneOfIfSet(`${at}[${i}].restartPolicy`, container.restartPolicy, restartPolicies);
  }
  yield* hostPortRules(containers, at);
}

export function* initContainersRules(containers: readonly Container[], scope: ContainerScope, at: string): Errors {
  const names = new Set(scope.spec.containers.map(({ name }) => name));
  for (const [i, container] of containers.entries()) {
    const { name, restartPolicy } = container;
    yield* commonRules(container, scope, `${at}[${i}]`);
    yield* oneOfIfSet(`${at}[${i}].restartPolicy`, restartPolicy, restartPolicies);
    if (names.has(name)) yield duplicate(`${at}[${i}].name`, name);
    if (name) names.add(name);
    yield* hostPortRules([container], at);
    if (restartPolicy === 'Always') yield* runningRules(container, scope, `${at}[${i}]`);
    else yield* notRunningRules(container, `${at}[${i}]`);
  }
}

/** Lifecycle hooks and probes, of containers that stay. */
function* runningRules(container: Container, { spec }: ContainerScope, at: string): Errors {
  if (container.lifecycle) yield* lifecycleRules(container.lifecycle, spec.terminationGracePeriodSeconds, `${at}.lifecycle`);
  for (const kind of probes) {
    const probe = container[kind];
    if (probe) yield* probeRules(probe, kind, `${at}.${kind}`);
  }
}

function* notRunningRules(container: Container, at: string): Errors {
  for (const key of ['lifecycle', ...probes] as const)
    if (container[key]) yield forbiddenField(`${at}.${key}`, 'may not be set for init containers without restartPolicy=Always');
}

/** Fields that would make a container for looking around a part of the workload. */
const notEphemeral = ['ports', 'resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const;

export function* ephemeralContainersRules(containers: readonly EphemeralContainer[], scope: ContainerScope, at: string): Errors {
  const others = new Set([...scope.spec.containers, ...(scope.spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  for (const [i, container] of containers.entries()) {
    yield* commonRules(container, scope, `${at}[${i}]`);
    yield* imageSpaceRules(container, `${at}[${i}]`);
    if (names.has(container.name)) yield duplicate(`${at}[${i}].name`, container.name);
    names.add(container.name);
    const { targetContainerName } = container;
    if (targetContainerName && !others.has(targetContainerName)) yield notFound(`${at}[${i}].targetContainerName`, targetContainerName);
    for (const key of notEphemeral) {
      const value = container[key];
      if (value !== undefined && Object.keys(value).length > 0) yield forbiddenField(`${at}[${i}].${key}`, 'cannot be set for an Ephemeral Container');
    }
    for (const [j, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
      if (subPath) yield forbiddenField(`${at}[${i}].volumeMounts[${j}].subPath`, 'cannot be set for an Ephemeral Container');
      if (subPathExpr) yield forbiddenField(`${at}[${i}].volumeMounts[${j}].subPathExpr`, 'cannot be set for an Ephemeral Container');
    }
  }
}

function* commonRules(container: AnyContainer, scope: ContainerScope, at: string): Errors {
  const { name, image, terminationMessagePolicy, ports, env, envFrom, volumeMounts, volumeDevices, resources, resizePolicy, securityContext } = container;
  yield* requiredName(isDNS1123Label, `${at}.name`, name);
  if (!image) yield required(`${at}.image`);
  yield* oneOf(`${at}.terminationMessagePolicy`, terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  if (ports) yield* portsRules(ports, `${at}.ports`);
  if (env) yield* envRules(env, `${at}.env`);
  if (envFrom) yield* envFromRules(envFrom, `${at}.envFrom`);
  if (volumeMounts) yield* mountsRules(volumeMounts, volumeDevices ?? [], scope.volumes, `${at}.volumeMounts`);
  if (volumeDevices) yield* devicesRules(volumeDevices, volumeMounts ?? [], scope.volumes, `${at}.volumeDevices`);
  yield* pullPolicyRules(container.imagePullPolicy, `${at}.imagePullPolicy`);
  if (resources) yield* resourcesRules(resources, scope.claims, `${at}.resources`);
  if (resizePolicy) yield* resizePolicyRules(resizePolicy, scope.spec.restartPolicy, `${at}.resizePolicy`);
  if (securityContext) yield* securityContextRules(securityContext, scope.spec.hostUsers !== false, `${at}.securityContext`);
}

/** Asked of pods only: templates with such images exist from before the rule. */
export function* imageSpaceRules({ image = '' }: AnyContainer, at: string): Errors {
  if (image.trim() !== image) yield invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace');
}

function* portsRules(ports: readonly ContainerPort[], at: string): Errors {
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of ports.entries()) {
    if (name) {
      const wrong = isValidPortName(name);
      if (wrong.length > 0) yield* named(isValidPortName, `${at}[${i}].name`, name);
      else if (names.has(name)) yield duplicate(`${at}[${i}].name`, name);
      else names.add(name);
    }
    if (!containerPort) yield required(`${at}[${i}].containerPort`);
    else yield* within(`${at}[${i}].containerPort`, containerPort, 1, 65535);
    if (hostPort) yield* within(`${at}[${i}].hostPort`, hostPort, 1, 65535);
    yield* oneOf(`${at}[${i}].protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
  }
}

function* hostPortRules(containers: readonly Container[], at: string): Errors {
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { protocol, hostIP = '', hostPort }] of ports.entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) yield duplicate(`${at}[${i}].ports[${j}].hostPort`, key);
      taken.add(key);
    }
  }
}

function* mountsRules(mounts: readonly VolumeMount[], devices: readonly VolumeDevice[], volumes: KnownVolumes, at: string): Errors {
  const paths = new Set<string>();
  for (const [i, { name, mountPath, subPath, subPathExpr, readOnly, recursiveReadOnly }] of mounts.entries()) {
    if (!name) yield required(`${at}[${i}].name`);
    if (!volumes.has(name)) yield notFound(`${at}[${i}].name`, name);
    if (!mountPath) yield required(`${at}[${i}].mountPath`);
    if (paths.has(mountPath)) yield invalidValue(`${at}[${i}].mountPath`, mountPath, 'must be unique');
    paths.add(mountPath);
    if (devices.some((device) => device.name === name)) yield invalidValue(`${at}[${i}].name`, name, 'must not already exist in volumeDevices');
    if (devices.some(({ devicePath }) => devicePath === mountPath))
      yield invalidValue(`${at}[${i}].mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    if (subPath) yield* descendingPath(`${at}.subPath`, subPath);
    if (subPathExpr) {
      if (subPath) yield invalidValue(`${at}[${i}].subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
      yield* descendingPath(`${at}.subPathExpr`, subPathExpr);
    }
    if (recursiveReadOnly && recursiveReadOnly !== 'Disabled' && !readOnly)
      yield forbiddenField(`${at}.recursiveReadOnly`, 'may only be specified when readOnly is true');
  }
}

function* devicesRules(devices: readonly VolumeDevice[], mounts: readonly VolumeMount[], volumes: KnownVolumes, at: string): Errors {
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, { name, devicePath }] of devices.entries()) {
    const volume = volumes.get(name);
    if (!name) yield required(`${at}[${i}].name`);
    if (names.has(name)) yield invalidValue(`${at}[${i}].name`, name, 'must be unique');
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      yield invalidValue(`${at}[${i}].name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    if (!volume) yield notFound(`${at}[${i}].name`, name);
    if (!devicePath) yield required(`${at}[${i}].devicePath`);
    if (paths.has(devicePath)) yield invalidValue(`${at}[${i}].devicePath`, devicePath, 'must be unique');
    if (mounts.some((mount) => mount.name === name)) yield invalidValue(`${at}[${i}].name`, name, 'must not already exist in volumeMounts');
    if (mounts.some(({ mountPath }) => mountPath === devicePath))
      yield invalidValue(`${at}[${i}].devicePath`, devicePath, 'must not already exist as a path in volumeMounts');
    names.add(name);
    paths.add(devicePath);
  }
}
