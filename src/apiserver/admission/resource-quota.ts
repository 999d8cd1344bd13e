import { forbidden, StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { ResourceQuotas } from '../../kinds/core/resourcequota';
import { added, exceeding, excess, formatAmounts, isEmpty, masked, withoutZeros, type Amounts } from '../../kinds/quota/amounts';
import { counts, evaluatorOf } from '../../kinds/quota/evaluators';
import { scopesOf } from '../../kinds/quota/scopes';
import type { Evaluator } from '../../kinds/quota/types';
import { byText } from '../../lib/json';
import { parseQuantity } from '../../lib/quantity';
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../../schema/types';
import { Ownership, ownershipOf } from '../ownership/record';
import { prefixOf } from '../storage';
import type { Admission, Afterwards, Attributes } from './types';

/** What may be used only where a quota covers it: an entry of the plugin's configuration upstream. */
export type LimitedResource = {
  /** The resource, as RBAC writes it: `pods`, `deployments.apps`. */
  readonly resource: string;
  /** Uses whose name contains one of these need a quota that limits them. */
  readonly matchContains?: readonly string[];
  /** Objects in one of these scopes need a quota of that scope. */
  readonly matchScopes?: readonly ScopedResourceSelectorRequirement[];
};

type Delta = { readonly quota: ResourceQuota; readonly used: Amounts };

const isQuota = (object: KubeObject): object is ResourceQuota => object.kind === ResourceQuotas.kind;

/** Refuses what a namespace's quotas leave no room for, and notes what was taken as soon as it is stored. */
export const resourceQuota = (limited: readonly LimitedResource[] = []): Admission => ({
  name: 'ResourceQuota',

  validate(attributes) {
    const { operation, kind, namespace, storage, object, previous, subresource } = attributes;
    if (operation === 'delete' || operation === 'connect' || namespace === undefined || !object) return undefined;
    const limits = limited.length > 0 ? limited.filter(({ resource }) => resource === kind.resource) : limited;
    if (limits.length === 0 && storage.store.count(prefixOf(ResourceQuotas, namespace)) === 0) return undefined;   // nearly always
    const evaluator = evaluatorOf(kind);
    if (!evaluator?.handles({ operation, subresource, object, previous })) return undefined;
    return charge(attributes, object, evaluator, storage.list(ResourceQuotas, namespace).filter(isQuota), limits);
  },
});

/** Throws Forbidden in upstream's words; gives back how the quotas are to be changed once the object is stored. */
function charge(attributes: Attributes, object: KubeObject, evaluator: Evaluator, quotas: readonly ResourceQuota[], limits: readonly LimitedResource[]): Afterwards | undefined {
  const { previous, now, dryRun } = attributes;
  const refuse = (why: string): StatusError => forbidden(attributes.kind, attributes.name, why);
  const interested = quotas.filter((quota) => counts(quota, hardNames(quota), evaluator, object));
  for (const quota of interested) checkMeasurable(quota, evaluator, object, refuse);

  const usage = evaluator.usage(object, now);
  const negative = Object.keys(usage).filter((name) => parseQuantity(usage[name] ?? '0').unscaled < 0n);
  if (negative.length > 0) throw refuse(`quota usage is negative for resource(s): ${negative.sort(byText).join(',')}`);
  const before = previous && attributes.operation === 'update' ? evaluator.usage(previous, now) : undefined;
  const more = before ? excess(usage, before) : usage;
  if (limits.length > 0 && !isEmpty(withoutZeros(more))) checkCovered(object, usage, evaluator, quotas, interested, limits, refuse);

  const deltas: Delta[] = [];
  for (const quota of interested) {
    const counted = previous && before && counts(quota, hardNames(quota), evaluator, previous);
    const requested = masked(withoutZeros(counted ? more : usage), quota.status?.hard ?? {});
    if (!isEmpty(requested)) deltas.push({ quota, used: takenFrom(quota, requested, refuse) });
  }
  if (deltas.length === 0 || dryRun) return undefined;
  return () => { for (const delta of deltas) note(delta, attributes); };
}

const hardNames = ({ status }: ResourceQuota): string[] => Object.keys(status?.hard ?? {});

/** The object must say what it uses, and the quota's controller must have said what is used. */
function checkMeasurable(quota: ResourceQuota, evaluator: Evaluator, object: KubeObject, refuse: (why: string) => StatusError): void {
  const restricted = evaluator.matching(hardNames(quota));
  const missing = evaluator.missing?.(restricted, object);
  if (missing !== undefined) throw refuse(`failed quota: ${quota.metadata.name}: ${missing}`);
  if (!restricted.every((name) => quota.status?.used?.[name] !== undefined))
    throw refuse(`status unknown for quota: ${quota.metadata.name}, resources: ${restricted.sort(byText).join(',')}`);
}

/** Uses and scopes that are limited by configuration need a quota that covers them. */
function checkCovered(
  object: KubeObject, usage: Amounts, evaluator: Evaluator, quotas: readonly ResourceQuota[], interested: readonly ResourceQuota[],
  limits: readonly LimitedResource[], refuse: (why: string) => StatusError,
): void {
  const restricted = new Set(interested.flatMap((quota) => evaluator.matching(hardNames(quota))));
  const needed = Object.keys(withoutZeros(usage)).filter((name) => limits.some(({ matchContains = [] }) => matchContains.some((part) => name.includes(part))));
  const uncovered = needed.filter((name) => !restricted.has(name)).sort(byText);
  if (uncovered.length > 0) throw refuse(`insufficient quota to consume: ${uncovered.join(',')}`);
  const holding = (scopes: readonly ScopedResourceSelectorRequirement[]) => scopes.filter((scope) => evaluator.inScope?.(object, scope) ?? false);
  const covered = new Set(quotas.flatMap((quota) => holding(scopesOf(quota))).map(({ scopeName }) => scopeName));
  const open = limits.flatMap(({ matchScopes = [] }) => holding(matchScopes)).filter(({ scopeName }) => !covered.has(scopeName));
  if (open.length > 0)
    throw refuse(`insufficient quota to match these scopes: [${open.map(({ scopeName, operator, values = [] }) => `{${scopeName} ${operator} [${values.join(' ')}]}`).join(' ')}]`);
}

/** What is used with the request; throws when that is more than there is of anything requested. */
function takenFrom({ metadata, status }: ResourceQuota, requested: Amounts, refuse: (why: string) => StatusError): Amounts {
  const { hard = {}, used = {} } = status ?? {};
  const total = added(used, requested);
  const over = exceeding(masked(total, requested), hard);
  if (over.size === 0) return total;
  const [asked, taken, most] = [requested, used, hard].map((amounts) => formatAmounts(masked(amounts, over)));
  throw refuse(`exceeded quota: ${metadata.name}, requested: ${asked}, used: ${taken}, limited: ${most}`);
}

const writer = { manager: 'kube-apiserver', kind: ResourceQuotas, subresource: 'status' };

function note({ quota, used }: Delta, { storage, cause, now }: Attributes): void {
  const next: ResourceQuota = { ...quota, status: { ...quota.status, used } };
  storage.replace(ResourceQuotas, next, quota, cause, Ownership.written(writer, now, next, quota, ownershipOf(quota)));
}
