import type { KubeObject } from '../../../api/types';
import { Namespaces } from '../../../kinds/core/namespace';
import type { Kind } from '../../../kinds/define';
import type { OperationRule } from '../../../kinds/admissionregistration/resource-rules';
import { matches, type Labels, type LabelSelector } from '../../../lib/selectors';
import type { Attributes } from '../types';

/** What a policy or a webhook looks at. */
export type Constraints = {
  readonly rules: readonly OperationRule[];
  readonly excluded?: readonly OperationRule[];
  readonly matchPolicy?: string | undefined;
  readonly namespaceSelector?: LabelSelector | undefined;
  readonly objectSelector?: LabelSelector | undefined;
};

/** The version in which it wants to see the objects; undefined when the request does not concern it. */
export function matchedKind(constraints: Constraints, attributes: Attributes): Kind | undefined {
  if (!selectsNamespace(constraints.namespaceSelector, attributes) || !selectsObject(constraints.objectSelector, attributes)) return undefined;
  if (versionMatched(constraints.excluded ?? [], constraints.matchPolicy, attributes)) return undefined;
  return versionMatched(constraints.rules, constraints.matchPolicy, attributes);
}

/** With Equivalent, a rule for another version of the resource does as well. */
function versionMatched(rules: readonly OperationRule[], matchPolicy: string | undefined, attributes: Attributes): Kind | undefined {
  const { kind } = attributes;
  if (rules.some((rule) => fits(rule, kind, attributes))) return kind;
  if (matchPolicy === 'Exact') return undefined;
  for (const rule of rules) {
    const other = equivalents(attributes).find((each) => fits(rule, each, attributes));
    if (other) return other;
  }
  return undefined;
}

function equivalents({ kinds, kind }: Attributes): readonly Kind[] {
  const home = kind.stored?.kind.resource ?? kind.resource;
  return [...kinds.all()].filter((each) => each !== kind && (each.stored?.kind.resource ?? each.resource) === home);
}

const has = (list: readonly string[] | undefined, value: string): boolean => list?.includes('*') === true || list?.includes(value) === true;

function fits(rule: OperationRule, kind: Kind, { operation, subresource, name }: Attributes): boolean {
  return has(rule.operations, operation.toUpperCase()) && has(rule.apiGroups, kind.group) && has(rule.apiVersions, kind.version)
    && inScope(rule.scope, kind) && (rule.resources ?? []).some((text) => isResource(text, kind.facts.plural, subresource ?? ''))
    && (!rule.resourceNames?.length || rule.resourceNames.includes(name));
}

/** Objects of the cluster have the scope Cluster; namespaces themselves count as such. */
const inScope = (scope: string | undefined, kind: Kind): boolean => scope === undefined || scope === '*' || (scope === 'Namespaced') === kind.namespaced;

/** `pods`, `pods/status`, `pods/*`, `*`, `*` + `/scale`. */
function isResource(text: string, plural: string, subresource: string): boolean {
  const [resource = '', part = ''] = text.split('/');
  return (resource === '*' || resource === plural) && (part === subresource || (part === '*' && (resource === '*' || subresource !== '' || text.includes('/'))));
}

/** Objects of the cluster are always selected, except that namespaces are judged by their own labels. */
function selectsNamespace(selector: LabelSelector | undefined, { kind, namespace, object, previous, storage, name }: Attributes): boolean {
  if (isEmpty(selector)) return true;
  if (kind.resource === Namespaces.resource) return matches(selector, (object ?? previous ?? storage.find(Namespaces, undefined, name))?.metadata.labels);
  if (!kind.namespaced || namespace === undefined) return true;
  return matches(selector, storage.find(Namespaces, undefined, namespace)?.metadata.labels);
}

const isEmpty = (selector: LabelSelector | undefined): boolean =>
  selector === undefined || (Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length);

function selectsObject(selector: LabelSelector | undefined, { object, previous }: Attributes): boolean {
  if (isEmpty(selector)) return true;
  return [object, previous].some((each) => each !== undefined && matches(selector, labelsOf(each)));
}
const labelsOf = ({ metadata }: KubeObject): Labels => metadata.labels ?? {};
