import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../schema/types';
import { annotations, labels, type Description } from './writer';

/** What a role allows: one line for each resource, or for each verb on a path. */
export function describeRole(out: Description, { metadata, rules }: Role | ClusterRole): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'PolicyRule:');
  out.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  out.line(1, '---------\t-----------------\t--------------\t-----');
  for (const { group, resource, url, name, verbs } of compacted(rules ?? []))
    out.line(1, [combined(resource, group), ...[url, name, verbs].map(listText)].join('\t'));
}

type Allowed = {
  readonly group: readonly string[]; readonly resource: readonly string[]; readonly name: readonly string[]; readonly url: readonly string[]; readonly verbs: readonly string[];
};
const listText = (texts: readonly string[]): string => `[${texts.join(' ')}]`;

/** `deployments.apps/scale`: the group stands before the subresource. */
function combined([resource]: readonly string[], [group]: readonly string[]): string {
  if (resource === undefined) return '';
  const [name = '', ...sub] = resource.split('/');
  return [`${name}${group ? `.${group}` : ''}`, ...(sub.length > 0 ? [sub.join('/')] : [])].join('/');
}

/** Rules in their smallest parts; verbs on the same resource and name come together. */
function compacted(rules: readonly PolicyRule[]): readonly Allowed[] {
  const onResources = new Map<string, Allowed>();
  const onPaths: Allowed[] = [];
  for (const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } of rules) {
    for (const group of apiGroups) for (const resource of resources) for (const verb of verbs) for (const name of resourceNames.length > 0 ? resourceNames : [undefined]) {
      const key = JSON.stringify([group, resource, name]);
      const known = onResources.get(key);
      onResources.set(key, { group: [group], resource: [resource], name: name === undefined ? [] : [name], url: [], verbs: [...new Set([...known?.verbs ?? [], verb])] });
    }
    for (const url of nonResourceURLs) for (const verb of verbs) onPaths.push({ group: [], resource: [], name: [], url: [url], verbs: [verb] });
  }
  return [...onPaths, ...onResources.values()].map((rule) => ({ rule, key: sortKey(rule) })).sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ rule }) => rule);
}

/** The order of rules is that of Go's text for them: by verbs first. */
const sortKey = ({ verbs, group, resource, name, url }: Allowed): string =>
  `Verbs:${listText(verbs)},APIGroups:${listText(group)},Resources:${listText(resource)},ResourceNames:${listText(name)},NonResourceURLs:${listText(url)},`;

/** Who has a role. */
export function describeRoleBinding(out: Description, { metadata, roleRef, subjects = [] }: RoleBinding | ClusterRoleBinding): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'Role:');
  out.line(1, `Kind:\t${roleRef.kind}`);
  out.line(1, `Name:\t${roleRef.name}`);
  out.line(0, 'Subjects:');
  out.line(1, 'Kind\tName\tNamespace');
  out.line(1, '----\t----\t---------');
  for (const { kind, name, namespace = '' } of subjects) out.line(1, `${kind}\t${name}\t${namespace}`);
}
