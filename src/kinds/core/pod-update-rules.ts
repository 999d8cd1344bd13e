import { forbiddenField, invalidValue, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { inRange } from '../../lib/names';
import type { Affinity, Container, Pod, PodSpec, Quantity, Toleration } from '../../schema/types';
import { internalForm, internalPodSpec } from '../internal-form';
import { set } from '../sharing';
import type { Errors } from '../rule-parts';
import { jsonDiff } from '../unified-diff';
import { tolerationsRules } from './affinity-rules';
import { imageSpaceRules } from './container-rules';
import { qosClass } from './pod-resources';
import { annotations } from './well-known';

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** What of a pod's spec may change: images, a shorter deadline, more tolerations, fewer gates. */
export function* podChangeRules(spec: PodSpec, before: PodSpec): Errors {
  if (spec === before) return;
  for (const key of ['containers', 'initContainers'] as const) {
    const [containers, old] = [spec[key] ?? [], before[key] ?? []];
    if (containers.length !== old.length) return yield forbiddenField(`spec.${key}`, 'pod updates may not add or remove containers');
    for (const [i, container] of containers.entries()) {
      if (!container.image) yield required(`spec.${key}[${i}].image`);
      yield* imageSpaceRules(container, `spec.${key}[${i}]`);
    }
  }
  const deadline = [...deadlineRules(spec.activeDeadlineSeconds, before.activeDeadlineSeconds)];
  yield* deadline;
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return;
  yield* addedTolerationsRules(spec.tolerations ?? [], before.tolerations ?? []);
  yield* removedGatesRules(spec, before);
  yield* restRules(spec, before);
}

const maxDeadlineSeconds = 2 ** 31 - 1;

function* deadlineRules(deadline: number | undefined, before: number | undefined): Errors {
  const at = 'spec.activeDeadlineSeconds';
  if (deadline === undefined) {
    if (before !== undefined) yield invalidValue(at, null, 'must not update from a positive integer to nil value');
    return;
  }
  const [outOfRange] = inRange(deadline, 0, maxDeadlineSeconds);
  if (outOfRange) yield invalidValue(at, deadline, outOfRange);
  else if (before !== undefined && before < deadline) yield invalidValue(at, deadline, 'must be less than or equal to previous value');
}

function* addedTolerationsRules(tolerations: readonly Toleration[], before: readonly Toleration[]): Errors {
  if (tolerations === before) return;
  const withoutSeconds = (toleration: Toleration): Toleration => set(toleration, 'tolerationSeconds', undefined);
  const kept = before.every((old) => tolerations.some((each) => semanticallyEqual(withoutSeconds(each), withoutSeconds(old))));
  if (!kept) yield forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
  else yield* tolerationsRules(tolerations, 'spec.tolerations');
}

function* removedGatesRules({ schedulingGates = [] }: PodSpec, before: PodSpec): Errors {
  for (const [i, { name }] of schedulingGates.entries())
    if (!before.schedulingGates?.some((gate) => gate.name === name))
      yield forbiddenField(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`);
}

/** All else must be as it was; the message shows the difference of the server's own form of the specs. */
function* restRules(spec: PodSpec, before: PodSpec): Errors {
  const rest = withAllowedAsBefore(spec, before);
  if (semanticallyEqual(rest, before)) return;
  yield forbiddenField('spec', `pod updates may not change fields other than ${changeable}\n${jsonDiff(internalPodSpec(before), internalPodSpec(rest))}`);
}

function withAllowedAsBefore(spec: PodSpec, before: PodSpec): PodSpec {
  const imagesOf = (containers: readonly Container[], old: readonly Container[] = []) =>
    containers.map((container, i) => set(container, 'image', old[i]?.image));
  let rest = set(spec, 'containers', imagesOf(spec.containers, before.containers));
  if (spec.initContainers) rest = set(rest, 'initContainers', imagesOf(spec.initContainers, before.initContainers));
  for (const key of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) rest = set(rest, key, before[key]);
  if ((before.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    rest = set(rest, 'terminationGracePeriodSeconds', before.terminationGracePeriodSeconds);
  return before.schedulingGates?.length ? gatedAsBefore(rest, before) : rest;
}

/** A pod that is held back may still be given a narrower choice of nodes. */
function gatedAsBefore(spec: PodSpec, before: PodSpec): PodSpec {
  const narrowed = Object.entries(before.nodeSelector ?? {}).every(([key, value]) => spec.nodeSelector?.[key] === value);
  const rest = narrowed ? set(spec, 'nodeSelector', before.nodeSelector) : spec;
  const others = (affinity: Affinity | undefined): Affinity => set(affinity ?? {}, 'nodeAffinity', undefined);
  return semanticallyEqual(others(spec.affinity), others(before.affinity)) && !before.affinity?.nodeAffinity ? set(rest, 'affinity', before.affinity) : rest;
}

/** Ephemeral containers come, and stay as they came. */
export function* ephemeralChangeRules({ ephemeralContainers = [] }: PodSpec, before: PodSpec): Errors {
  const at = 'spec.ephemeralContainers';
  for (const old of before.ephemeralContainers ?? []) {
    const now = ephemeralContainers.find(({ name }) => name === old.name);
    if (!now) yield forbiddenField(at, `existing ephemeral containers ${JSON.stringify(old.name)} may not be removed\n`);
    else if (!semanticallyEqual(now, old)) {
      const difference = jsonDiff(internalForm('EphemeralContainer', old), internalForm('EphemeralContainer', now));
      yield forbiddenField(at, `existing ephemeral containers ${JSON.stringify(old.name)} may not be changed\n${difference}`);
    }
  }
}

/** Resizing changes cpu and memory of containers, and not the pod's class of service. */
export function* resizeRules(pod: Pod, before: Pod): Errors {
  const { spec, status } = pod;
  if (before.metadata.annotations?.[annotations.mirrorPod] !== undefined) return yield forbiddenField('', 'static pods cannot be resized');
  if (before.spec.os?.name === 'windows') return yield forbiddenField('', 'windows pods cannot be resized');
  if ((before.status?.qosClass ?? qosClass(before.spec)) !== qosClass(spec))
    yield invalidValue('spec', status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing');
  for (const [i, container] of (spec.initContainers ?? []).entries()) yield* initResizeRules(container, before.spec.initContainers?.[i] ?? container, `spec.initContainers[${i}]`);
  for (const [i, container] of spec.containers.entries()) {
    const old = before.spec.containers[i] ?? container;
    yield* removedRules(container, old, `spec.containers[${i}].resources`);
    if (!semanticallyEqual(withoutComputeResources(container), withoutComputeResources(old))) yield forbiddenField('spec', 'only cpu and memory resources are mutable');
  }
  const others = ({ containers: _containers, initContainers: _initContainers, ...rest }: PodSpec) => rest;
  if (!semanticallyEqual(others(spec), others(before.spec))) yield forbiddenField('spec', 'only cpu and memory resources are mutable');
}

function* initResizeRules(container: Container, before: Container, at: string): Errors {
  yield* removedRules(container, before, `${at}.resources`);
  if (!semanticallyEqual(withoutComputeResources(container), withoutComputeResources(before)))
    yield forbiddenField(at, 'only cpu and memory resources for init or sidecar containers are mutable');
  const restarts = container.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer');
  if (restarts && container.restartPolicy !== 'Always' && !semanticallyEqual(container, before))
    yield forbiddenField(at, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized');
}

const withoutComputeResources = (container: Container): Container => {
  const { requests, limits, ...rest } = container.resources ?? {};
  const others = (list: Readonly<Record<string, Quantity>> = {}) =>
    Object.fromEntries(Object.entries(list).filter(([name]) => name !== 'cpu' && name !== 'memory'));
  return { ...container, resources: { ...rest, requests: others(requests), limits: others(limits) } };
};

function* removedRules({ resources = {} }: Container, { resources: before = {} }: Container, at: string): Errors {
  for (const key of ['requests', 'limits'] as const)
    if (Object.keys(before[key] ?? {}).some((name) => resources[key]?.[name] === undefined))
      yield forbiddenField(`${at}.${key}`, `resource ${key} cannot be removed`);
}
