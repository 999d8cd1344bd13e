import { duplicate, invalidValue, required, type FieldError } from '../../api/status';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../lib/names';
import type { HostAlias, PodDNSConfig, PodResourceClaim, PodSpec, Volume } from '../../schema/types';
import { isValidIP } from '../addresses';
import { labelsRules } from '../object-meta';
import { named, oneOf, oneOfIfSet, within, type Errors } from '../rule-parts';
import { affinityRules, spreadRules, tolerationsRules } from './affinity-rules';
import { containersRules, ephemeralContainersRules, imageSpaceRules, initContainersRules, type ContainerScope } from './container-rules';
import { resourcesRules } from './resource-rules';
import { hostUsersRules, podSecurityRules } from './security-rules';
import { volumesRules } from './volume-rules';

const known = new WeakMap<PodSpec, Map<string, readonly FieldError[]>>();

/**
 * What is wrong with a pod spec, in upstream's order. `isPod`: in a pod rather than in a template, where a little more is asked.
 * Remembered by identity, so that the pods of a template are checked once.
 */
export function podSpecRules(spec: PodSpec, at: string, isPod: boolean): readonly FieldError[] {
  const checked = known.get(spec) ?? new Map<string, readonly FieldError[]>();
  const key = `${at} ${isPod}`;
  const before = checked.get(key);
  if (before) return before;
  const errors = [...specRules(spec, at, isPod)];
  known.set(spec, checked.set(key, errors));
  return errors;
}

const maxDeadlineSeconds = 2 ** 31 - 1;
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function* specRules(spec: PodSpec, at: string, isPod: boolean): Errors {
  yield* contentRules(spec, at);
  yield* hostPortMatchRules(spec, isPod, `${at}.containers`);
  yield* oneOf(`${at}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  yield* oneOf(`${at}.dnsPolicy`, spec.dnsPolicy, dnsPolicies);
  yield* labelsRules(spec.nodeSelector, `${at}.nodeSelector`);
  if (spec.securityContext) yield* podSecurityRules(spec, spec.securityContext, `${at}.securityContext`);
  if (spec.affinity) yield* affinityRules(spec.affinity, `${at}.affinity`);
  yield* dnsRules(spec.dnsConfig, spec.dnsPolicy, `${at}.dnsConfig`);
  for (const [i, { conditionType }] of (spec.readinessGates ?? []).entries())
    yield* named(isQualifiedName, `${at}.readinessGates[${i}].conditionType`, conditionType);
  yield* gateRules(spec.schedulingGates ?? [], `${at}.schedulingGates`);
  yield* spreadRules(spec.topologySpreadConstraints ?? [], `${at}.topologySpreadConstraints`);
  yield* hostUsersRules(spec, at);
  yield* nameRules(spec, at);
  if (spec.overhead) yield* resourcesRules({ limits: spec.overhead }, new Set(), `${at}.overhead`);
  if (spec.os) {
    if (!spec.os.name) yield required(`${at}.os.name`, 'cannot be empty');
    else yield* oneOfIfSet(`${at}.os`, spec.os.name, ['linux', 'windows']);
  }
  if (!isPod) return;
  for (const key of ['containers', 'initContainers'] as const)
    for (const [i, container] of (spec[key] ?? []).entries()) yield* imageSpaceRules(container, `${at}.${key}[${i}]`);
}

/** Volumes, claims and containers: what refers to one another. */
function* contentRules(spec: PodSpec, at: string): Errors {
  const volumes = new Map<string, Volume>();
  yield* volumesRules(spec.volumes ?? [], volumes, `${at}.volumes`);
  yield* claimsRules(spec.resourceClaims ?? [], `${at}.resourceClaims`);
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }) => name));
  const scope: ContainerScope = { spec, volumes, claims };
  yield* containersRules(spec.containers, scope, `${at}.containers`);
  yield* initContainersRules(spec.initContainers ?? [], scope, `${at}.initContainers`);
  yield* ephemeralContainersRules(spec.ephemeralContainers ?? [], scope, `${at}.ephemeralContainers`);
  if (spec.resources) yield* resourcesRules(spec.resources, claims, `${at}.resources`);
}

function* claimsRules(claims: readonly PodResourceClaim[], at: string): Errors {
  const names = new Set<string>();
  for (const [i, claim] of claims.entries()) {
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    if (!name) yield required(`${at}[${i}].name`);
    else if (names.has(name)) yield duplicate(`${at}[${i}].name`, name);
    else yield* named(isDNS1123Label, `${at}[${i}].name`, name);
    names.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined)
      yield invalidValue(`${at}[${i}]`, claim, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined)
      yield invalidValue(`${at}[${i}]`, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  }
}

function* hostPortMatchRules({ hostNetwork, containers }: PodSpec, isPod: boolean, at: string): Errors {
  if (!hostNetwork) return;
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, containerPort }] of ports.entries())
      if ((isPod || hostPort !== 0) && hostPort !== containerPort)
        yield invalidValue(`${at}[${i}].ports[${j}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true');
  }
}

const maxNameservers = 3;
const maxSearches = 32;
const maxSearchCharacters = 2048;

function* dnsRules(config: PodDNSConfig | undefined, policy: string | undefined, at: string): Errors {
  if (policy === 'None') {
    if (!config) return yield required(at, 'must provide `dnsConfig` when `dnsPolicy` is None');
    if (!config.nameservers?.length) return yield required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  }
  if (!config) return;
  const { nameservers = [], searches = [], options = [] } = config;
  if (nameservers.length > maxNameservers) yield invalidValue(`${at}.nameservers`, nameservers, `must not have more than ${maxNameservers} nameservers`);
  for (const [i, server] of nameservers.entries()) yield* named(isValidIP, `${at}.nameservers[${i}]`, server);
  if (searches.length > maxSearches) yield invalidValue(`${at}.searches`, searches, `must not have more than ${maxSearches} search paths`);
  if (searches.join(' ').length > maxSearchCharacters)
    yield invalidValue(`${at}.searches`, searches, `must not have more than ${maxSearchCharacters} characters (including spaces) in the search list`);
  // Underscores are allowed in search domains.
  for (const [i, search] of searches.entries())
    if (search !== '.') yield* named(isDNS1123Subdomain, `${at}.searches[${i}]`, search.replace(/\.$/, '').replaceAll('_', 'a'));
  for (const [i, { name }] of options.entries()) if (!name) yield required(`${at}.options[${i}]`, 'must not be empty');
}

function* gateRules(gates: readonly { readonly name: string }[], at: string): Errors {
  const names = new Set<string>();
  for (const [i, { name }] of gates.entries()) {
    yield* named(isQualifiedName, `${at}[${i}]`, name);
    if (names.has(name)) yield duplicate(`${at}[${i}]`, name);
    names.add(name);
  }
}

function* nameRules(spec: PodSpec, at: string): Errors {
  const subdomain = function* (key: 'serviceAccountName' | 'nodeName' | 'priorityClassName' | 'runtimeClassName'): Errors {
    const text = spec[key];
    if (text) yield* named(isDNS1123Subdomain, `${at}.${key}`, text);
  };
  yield* subdomain('serviceAccountName');
  yield* subdomain('nodeName');
  yield* within(`${at}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, maxDeadlineSeconds);
  if (spec.hostname) yield* named(isDNS1123Label, `${at}.hostname`, spec.hostname);
  if (spec.subdomain) yield* named(isDNS1123Label, `${at}.subdomain`, spec.subdomain);
  yield* tolerationsRules(spec.tolerations ?? [], `${at}.tolerations`);
  yield* aliasRules(spec.hostAliases ?? [], `${at}.hostAliases`);
  yield* subdomain('priorityClassName');
  yield* subdomain('runtimeClassName');
  yield* oneOfIfSet(`${at}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
}

function* aliasRules(aliases: readonly HostAlias[], at: string): Errors {
  for (const [i, { ip, hostnames = [] }] of aliases.entries()) {
    yield* named(isValidIP, `${at}[${i}].ip`, ip);
    for (const [j, hostname] of hostnames.entries()) yield* named(isDNS1123Subdomain, `${at}[${i}].hostnames[${j}]`, hostname);
  }
}
