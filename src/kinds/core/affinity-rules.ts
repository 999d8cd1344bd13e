import { forbiddenField, invalidValue, required } from '../../api/status';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../../lib/names';
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PreferredSchedulingTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../schema/types';
import { labelSelectorRules } from '../label-selector-rules';
import { named, oneOfIfSet, type Errors } from '../rule-parts';

const requiredKey = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredKey = 'preferredDuringSchedulingIgnoredDuringExecution';

export function* affinityRules({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, at: string): Errors {
  if (nodeAffinity) yield* nodeAffinityRules(nodeAffinity, `${at}.nodeAffinity`);
  if (podAffinity) yield* podAffinityRules(podAffinity, `${at}.podAffinity`);
  if (podAntiAffinity) yield* podAffinityRules(podAntiAffinity, `${at}.podAntiAffinity`);
}

function* nodeAffinityRules(affinity: NodeAffinity, at: string): Errors {
  const needed = affinity[requiredKey];
  if (needed) yield* nodeSelectorRules(needed, `${at}.${requiredKey}`);
  for (const [i, { weight, preference }] of (affinity[preferredKey] ?? []).entries())
    yield* preferredRules({ weight, preference }, `${at}.${preferredKey}[${i}]`);
}

/** Nodes by terms of which one must hold. */
export function* nodeSelectorRules({ nodeSelectorTerms: terms }: NodeSelector, at: string): Errors {
  const field = `${at}.nodeSelectorTerms`;
  if (!terms?.length) yield required(field, 'must have at least one node selector term');
  else for (const [i, term] of terms.entries()) yield* nodeSelectorTermRules(term, true, `${field}[${i}]`);
}

function* preferredRules({ weight, preference }: PreferredSchedulingTerm, at: string): Errors {
  yield* weightRules(weight, `${at}.weight`);
  yield* nodeSelectorTermRules(preference, false, `${at}.preference`);
}

function* weightRules(weight: number, at: string): Errors {
  if (weight <= 0 || weight > 100) yield invalidValue(at, weight, 'must be in the range 1-100');
}

function* nodeSelectorTermRules({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, checkValues: boolean, at: string): Errors {
  for (const [i, requirement] of matchExpressions.entries()) yield* nodeRequirementRules(requirement, checkValues, `${at}.matchExpressions[${i}]`);
  for (const [i, requirement] of matchFields.entries()) yield* nodeFieldRules(requirement, `${at}.matchFields[${i}]`);
}

function* nodeRequirementRules({ key, operator, values = [] }: NodeSelectorRequirement, checkValues: boolean, at: string): Errors {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) yield required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) yield forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) yield required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      break;
    default:
      yield invalidValue(`${at}.operator`, operator, 'not a valid selector operator');
  }
  yield* named(isQualifiedName, `${at}.key`, key);
  // Preferences may hold odd values: they only ever match nothing.
  if (checkValues) for (const [i, value] of values.entries()) yield* named(isValidLabelValue, `${at}.values[${i}]`, value);
}

function* nodeFieldRules({ key, operator, values = [] }: NodeSelectorRequirement, at: string): Errors {
  if (operator !== 'In' && operator !== 'NotIn') yield invalidValue(`${at}.operator`, operator, 'not a valid selector operator');
  else if (values.length !== 1) yield required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  if (key !== 'metadata.name') yield invalidValue(`${at}.key`, key, 'not a valid field selector key');
  else for (const [i, value] of values.entries()) yield* named(isDNS1123Subdomain, `${at}.values[${i}]`, value);
}

function* podAffinityRules(affinity: PodAffinity, at: string): Errors {
  for (const [i, term] of (affinity[requiredKey] ?? []).entries()) yield* podAffinityTermRules(term, `${at}.${requiredKey}[${i}]`);
  for (const [i, { weight, podAffinityTerm }] of (affinity[preferredKey] ?? []).entries()) {
    yield* weightRules(weight, `${at}.${preferredKey}[${i}].weight`);
    yield* podAffinityTermRules(podAffinityTerm, `${at}.${preferredKey}[${i}].podAffinityTerm`);
  }
}

function* podAffinityTermRules(term: PodAffinityTerm, at: string): Errors {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  if (labelSelector) yield* labelSelectorRules(labelSelector, `${at}.labelSelector`);
  if (namespaceSelector) yield* labelSelectorRules(namespaceSelector, `${at}.namespaceSelector`);
  for (const name of namespaces) yield* named(isDNS1123Label, `${at}.namespace`, name);
  yield* labelKeysRules(term, at);
  if (!topologyKey) yield required(`${at}.topologyKey`, 'can not be empty');
  yield* named(isQualifiedName, `${at}.topologyKey`, topologyKey);
}

/** Of a pod's own keys, after they were put into the selector: one that is there twice was also asked for by hand. */
function* labelKeysRules({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>, at: string): Errors {
  for (const [field, keys] of [['matchLabelKeys', matchLabelKeys], ['mismatchLabelKeys', mismatchLabelKeys]] as const) {
    if (keys.length > 0 && !labelSelector) yield forbiddenField(`${at}.${field}`, 'must not be specified when labelSelector is not set');
    else for (const [i, key] of keys.entries()) yield* named(isQualifiedName, `${at}.${field}[${i}]`, key);
  }
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) yield invalidValue(`${at}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector');
    seen.add(key);
  }
  for (const [i, key] of matchLabelKeys.entries())
    if (mismatchLabelKeys.includes(key)) yield invalidValue(`${at}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys');
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function* tolerationsRules(tolerations: readonly Toleration[], at: string): Errors {
  for (const [i, toleration] of tolerations.entries()) yield* tolerationRules(toleration, `${at}[${i}]`);
}

function* tolerationRules({ key, operator = '', value = '', effect = '', tolerationSeconds }: Toleration, at: string): Errors {
  if (key) yield* named(isQualifiedName, `${at}.key`, key);
  else if (operator !== 'Exists')
    yield invalidValue(`${at}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"');
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    yield invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  if (operator === '' || operator === 'Equal') {
    const wrong = isValidLabelValue(value);
    if (wrong.length > 0) yield invalidValue(`${at}.operator`, value, wrong.join(';'));
  } else if (operator === 'Exists') {
    if (value) yield invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'");
  } else yield* oneOfIfSet(`${at}.operator`, operator, ['Equal', 'Exists']);
  if (effect) yield* oneOfIfSet(`${at}.effect`, effect, effects);
}

const whenUnsatisfiables = ['DoNotSchedule', 'ScheduleAnyway'];

export function* spreadRules(constraints: readonly TopologySpreadConstraint[], at: string): Errors {
  const seen = new Set<string>();
  for (const [i, constraint] of constraints.entries()) {
    yield* constraintRules(constraint, `${at}[${i}]`);
    const pair = `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`;
    if (seen.has(pair)) yield { type: 'Duplicate value', field: `${at}[${i}].{topologyKey, whenUnsatisfiable}`, value: pair, detail: '' };
    seen.add(pair);
  }
}

function* constraintRules(constraint: TopologySpreadConstraint, at: string): Errors {
  const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, nodeAffinityPolicy, nodeTaintsPolicy, labelSelector } = constraint;
  if (maxSkew <= 0) yield invalidValue(`${at}.maxSkew`, maxSkew, 'must be greater than zero');
  if (!topologyKey) yield required(`${at}.topologyKey`, 'can not be empty');
  yield* oneOfIfSet(`${at}.whenUnsatisfiable`, whenUnsatisfiable, whenUnsatisfiables);
  if (minDomains !== undefined) {
    if (minDomains <= 0) yield invalidValue(`${at}.minDomains`, minDomains, 'must be greater than zero');
    if (whenUnsatisfiable !== 'DoNotSchedule')
      yield invalidValue(`${at}.minDomains`, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`);
  }
  yield* oneOfIfSet(`${at}.nodeAffinityPolicy`, nodeAffinityPolicy, ['Honor', 'Ignore']);
  yield* oneOfIfSet(`${at}.nodeTaintsPolicy`, nodeTaintsPolicy, ['Honor', 'Ignore']);
  yield* labelKeysRules({ ...(labelSelector && { labelSelector }), ...(constraint.matchLabelKeys && { matchLabelKeys: constraint.matchLabelKeys }) }, at);
  if (labelSelector) yield* labelSelectorRules(labelSelector, `${at}.labelSelector`);
}
