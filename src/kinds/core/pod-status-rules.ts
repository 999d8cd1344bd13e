import { forbiddenField, invalidValue } from '../../api/status';
import { isDNS1123Subdomain } from '../../lib/names';
import type { ContainerStatus, Pod } from '../../schema/types';
import { isValidIP } from '../addresses';
import { named, type Errors } from '../rule-parts';

/** A change of a pod's status: what is over does not begin again. */
export function* podStatusRules({ spec, status = {} }: Pod, { spec: specBefore, status: before = {} }: Pod): Errors {
  if (spec.nodeName !== specBefore.nodeName) yield forbiddenField('status.nodeName', 'may not be changed directly');
  if (status.nominatedNodeName && status.nominatedNodeName !== before.nominatedNodeName)
    yield* named(isDNS1123Subdomain, 'status.nominatedNodeName', status.nominatedNodeName);
  if (status.qosClass !== before.qosClass) yield invalidValue('status.qosClass', status.qosClass ?? '', 'field is immutable');
  if (specBefore.restartPolicy !== 'Always') {
    const sidecars = new Set((spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
    yield* endedRules(status.containerStatuses, before.containerStatuses, specBefore.restartPolicy, 'status.containerStatuses', noneExempt);
    yield* endedRules(status.initContainerStatuses, before.initContainerStatuses, specBefore.restartPolicy, 'status.initContainerStatuses', sidecars);
  }
  if (before.ephemeralContainerStatuses) yield* endedRules(status.ephemeralContainerStatuses, before.ephemeralContainerStatuses, 'Never', 'status.ephemeralContainerStatuses', noneExempt);
  if (status.podIPs && status.podIPs !== before.podIPs) for (const [i, { ip }] of status.podIPs.entries()) yield* named(isValidIP, `status.podIPs[${i}]`, ip);
  const [hostIP] = status.hostIPs ?? [];
  if (hostIP && hostIP.ip !== status.hostIP) yield invalidValue('status.hostIPs[0].ip', hostIP.ip, 'must be equal to `hostIP`');
}

const noneExempt: ReadonlySet<string> = new Set();

/** Containers that ended stay ended, unless the pod's restart policy lets them start again. */
function* endedRules(
  statuses: readonly ContainerStatus[] | undefined, before: readonly ContainerStatus[] | undefined, restartPolicy: string | undefined, at: string,
  exempt: ReadonlySet<string>,
): Errors {
  if (!before || statuses === before) return;
  for (const [i, { name, state }] of before.entries()) {
    if (!state?.terminated || exempt.has(name) || (state.terminated.exitCode !== 0 && restartPolicy === 'OnFailure')) continue;
    const now = statuses?.find((status) => status.name === name);
    if (now && !now.state?.terminated) yield forbiddenField(`${at}[${i}].state`, 'may not be transitioned to non-terminated state');
  }
}
