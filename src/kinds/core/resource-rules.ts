import { forbiddenField, invalidValue, required } from '../../api/status';
import { isQualifiedName } from '../../lib/names';
import { compareQuantities, formatQuantity, parseQuantity, scaled } from '../../lib/quantity';
import type { ContainerResizePolicy, Quantity, ResourceRequirements } from '../../schema/types';
import { named, notFound, oneOf, type Errors } from '../rule-parts';

const containerResources: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
/** What containers use, and its sums over a namespace. */
export const computeResources: readonly string[] = ['', 'requests.', 'limits.'].flatMap((sum) => containerResources.map((name) => `${sum}${name}`));
/** Counted in whole pieces. */
export const countedResources: readonly string[] = [
  'pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims',
  'services.nodeports', 'services.loadbalancers',
];
/** Names without a domain that mean something somewhere: for containers, quotas and limits. */
const standardResources: ReadonlySet<string> = new Set([...computeResources, ...countedResources, 'storage', 'requests.storage']);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean => !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
/** Whether a container may use more than it requests. */
const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);
const isCounted = (name: string): boolean => countedResources.includes(name) || isExtended(name);

/** A resource's name, for quotas and limits. */
export function* resourceNameRules(name: string, at: string): Errors {
  const wrong = isQualifiedName(name);
  if (wrong.length > 0) return yield* named(isQualifiedName, at, name);
  if (!name.includes('/') && !standardResources.has(name) && !isHugePages(name) && !name.startsWith('requests.hugepages-'))
    yield invalidValue(at, name, 'must be a standard resource type or fully qualified');
}

function* containerResourceNameRules(name: string, at: string): Errors {
  yield* resourceNameRules(name, at);
  if (!name.includes('/')) {
    if (!containerResources.includes(name) && !isHugePages(name)) yield invalidValue(at, name, 'must be a standard resource for containers');
  } else if (!isNative(name) && !isExtended(name)) yield invalidValue(at, name, "doesn't follow extended resource name standard");
}

/** An amount of a resource: not negative, and whole where pieces are counted. */
export function* quantityRules(name: string, quantity: Quantity, at: string): Errors {
  const parsed = parseQuantity(quantity);
  if (parsed.unscaled < 0n) yield invalidValue(at, formatQuantity(parsed), 'must be greater than or equal to 0');
  if (isCounted(name) && scaled(parsed, -3) % 1000 !== 0) yield invalidValue(at, quantity, 'must be an integer');
}

/** Requests and limits of a container (or of a pod, or its overhead). */
export function* resourcesRules(resources: ResourceRequirements, claims: ReadonlySet<string>, at: string): Errors {
  const { limits = {}, requests = {} } = resources;
  for (const [name, quantity] of Object.entries(limits)) {
    yield* containerResourceNameRules(name, `${at}.limits[${name}]`);
    yield* quantityRules(name, quantity, `${at}.limits[${name}]`);
  }
  for (const [name, quantity] of Object.entries(requests)) {
    yield* containerResourceNameRules(name, `${at}.requests[${name}]`);
    yield* quantityRules(name, quantity, `${at}.requests[${name}]`);
    yield* requestRules(name, quantity, limits[name], at);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) yield forbiddenField(at, 'HugePages require cpu or memory');
  yield* claimRules(resources, claims, `${at}.claims`);
}

function* requestRules(name: string, request: Quantity, limit: Quantity | undefined, at: string): Errors {
  if (limit === undefined) {
    if (!mayOvercommit(name)) yield required(`${at}.limits`, 'Limit must be set for non overcommitable resources');
    return;
  }
  const difference = compareQuantities(request, limit);
  if (difference !== 0 && !mayOvercommit(name)) yield invalidValue(`${at}.requests`, request, `must be equal to ${name} limit of ${limit}`);
  else if (difference > 0) yield invalidValue(`${at}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`);
}

function* claimRules({ claims = [] }: ResourceRequirements, known: ReadonlySet<string>, at: string): Errors {
  for (const [i, { name }] of claims.entries()) {
    if (!name) yield required(`${at}[${i}].name`);
    else if (!known.has(name)) yield notFound(`${at}[${i}].name`, name);
  }
}

export function* resizePolicyRules(policies: readonly ContainerResizePolicy[], podRestartPolicy: string | undefined, at: string): Errors {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of policies.entries()) {
    if (seen.has(resourceName)) yield { type: 'Duplicate value', field: `${at}[${i}]`, value: resourceName, detail: '' };
    seen.add(resourceName);
    yield* oneOf(at, resourceName, ['cpu', 'memory']);
    yield* oneOf(at, restartPolicy, ['NotRequired', 'RestartContainer']);
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      yield invalidValue(at, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
  }
}
