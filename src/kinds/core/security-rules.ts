import { duplicate, forbiddenField, invalidValue, required } from '../../api/status';
import type { AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, Sysctl } from '../../schema/types';
import { internalForm } from '../internal-form';
import { descendingPath, oneOf, oneOfIfSet, within, type Errors } from '../rule-parts';

const maxId = 2 ** 31 - 1;
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const maxProfileLength = 4095;

/** A container's security context. */
export function* securityContextRules(context: SecurityContext, hostUsers: boolean, at: string): Errors {
  yield* within(`${at}.runAsUser`, context.runAsUser, 0, maxId);
  yield* within(`${at}.runAsGroup`, context.runAsGroup, 0, maxId);
  yield* oneOfIfSet(`${at}.procMount`, context.procMount, ['Default', 'Unmasked']);
  if (hostUsers && context.procMount === 'Unmasked') yield invalidValue(`${at}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`');
  yield* seccompRules(context.seccompProfile, `${at}.seccompProfile`);
  if (context.allowPrivilegeEscalation === false) yield* escalationRules(context, at);
  yield* appArmorRules(context.appArmorProfile, `${at}.appArmorProfile`);
}

function* escalationRules(context: SecurityContext, at: string): Errors {
  if (context.privileged)
    yield invalidValue(at, internalForm('SecurityContext', context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN'))
    yield invalidValue(at, internalForm('SecurityContext', context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
}

/** A pod's security context, with what of the spec belongs to it. */
export function* podSecurityRules(spec: PodSpec, context: PodSecurityContext, at: string): Errors {
  yield* within(`${at}.fsGroup`, context.fsGroup, 0, maxId);
  yield* within(`${at}.runAsUser`, context.runAsUser, 0, maxId);
  yield* within(`${at}.runAsGroup`, context.runAsGroup, 0, maxId);
  for (const [i, group] of (context.supplementalGroups ?? []).entries()) yield* within(`${at}.supplementalGroups[${i}]`, group, 0, maxId);
  if (spec.shareProcessNamespace && spec.hostPID)
    yield invalidValue(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  yield* sysctlRules(context.sysctls ?? [], `${at}.sysctls`);
  yield* oneOfIfSet(`${at}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  yield* seccompRules(context.seccompProfile, `${at}.seccompProfile`);
  yield* appArmorRules(context.appArmorProfile, `${at}.appArmorProfile`);
  yield* oneOfIfSet(`${at}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict']);
  yield* oneOfIfSet(`${at}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['MountOption', 'Recursive']);
}

const sysctlForm = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlName = new RegExp(`^${sysctlForm}$`);
const maxSysctlLength = 253;

function* sysctlRules(sysctls: readonly Sysctl[], at: string): Errors {
  const names = new Set<string>();
  for (const [i, { name }] of sysctls.entries()) {
    if (!name) yield required(`${at}[${i}].name`);
    else if (name.length > maxSysctlLength || !sysctlName.test(name))
      yield invalidValue(`${at}[${i}].name`, name, `must have at most ${maxSysctlLength} characters and match regex ^${sysctlForm}$`);
    else if (names.has(name)) yield duplicate(`${at}[${i}].name`, name);
    names.add(name);
  }
}

function* seccompRules(profile: SeccompProfile | undefined, at: string): Errors {
  if (!profile) return;
  if (!profile.type) yield required(`${at}.type`, 'type is required when seccompProfile is set');
  else yield* oneOf(`${at}.type`, profile.type, profileTypes);
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined) yield required(`${at}.localhostProfile`, 'must be set when seccomp type is Localhost');
    else yield* descendingPath(`${at}.localhostProfile`, profile.localhostProfile);
  } else if (profile.localhostProfile !== undefined)
    yield invalidValue(`${at}.localhostProfile`, internalForm('SeccompProfile', profile), 'can only be set when seccomp type is Localhost');
}

function* appArmorRules(profile: AppArmorProfile | undefined, at: string): Errors {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (type === 'Localhost') {
    if (localhostProfile !== undefined && localhostProfile.trim() !== localhostProfile)
      yield invalidValue(`${at}.localhostProfile`, localhostProfile, 'must not be padded with whitespace');
    else if (!localhostProfile) yield required(`${at}.localhostProfile`, 'must be set when AppArmor type is Localhost');
    if (localhostProfile && localhostProfile.length > maxProfileLength)
      yield { type: 'Too long', field: `${at}.localhostProfile`, detail: `may not be more than ${maxProfileLength} bytes` };
  } else if (!type) yield required(`${at}.type`, 'type is required when appArmorProfile is set');
  else if (profileTypes.includes(type)) {
    if (localhostProfile !== undefined) yield invalidValue(`${at}.localhostProfile`, localhostProfile, 'can only be set when AppArmor type is Localhost');
  } else yield* oneOfIfSet(`${at}.type`, type, profileTypes);
}

/** A pod with its own user namespace shares no other namespace with the host. */
export function* hostUsersRules(spec: PodSpec, at: string): Errors {
  if (spec.hostUsers !== false) return;
  const reason = 'when `hostUsers` is false';
  if (spec.hostNetwork) yield forbiddenField(`${at}.hostNetwork`, reason);
  if (spec.hostPID) yield forbiddenField(`${at}.hostPID`, reason);
  if (spec.hostIPC) yield forbiddenField(`${at}.hostIPC`, reason);
}
