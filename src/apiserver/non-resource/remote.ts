import { isList, type JsonObject } from '../../lib/json';
import { groupBy } from '../../lib/group-by';
import type { RemoteVersion } from '../aggregation/aggregator';

type VersionEntry = { readonly groupVersion: string; readonly version: string };
/** A group as `/apis` lists it. */
export type GroupEntry = { readonly name: string; readonly versions: readonly VersionEntry[]; readonly preferredVersion: VersionEntry | undefined };

/** Groups of other API servers beside this server's own; those that both serve have the versions of both. */
export function withRemoteGroups(own: readonly GroupEntry[], remote: readonly RemoteVersion[]): readonly GroupEntry[] {
  if (remote.length === 0) return own;
  const added = groupBy(remote, ({ group }) => group);
  const both = own.map((entry) => {
    const more = added.get(entry.name);
    added.delete(entry.name);
    return more ? { ...entry, versions: [...entry.versions, ...more.map(versionEntry)] } : entry;
  });
  return [...both, ...[...added].map(([name, versions]) => ({ name, versions: versions.map(versionEntry), preferredVersion: versions.map(versionEntry)[0] }))];
}

const versionEntry = ({ group, version }: RemoteVersion): VersionEntry => ({ groupVersion: `${group}/${version}`, version });

/** The same for the aggregated document. An API server that does not answer leaves its version empty and stale. */
export const remoteDiscovery = (remote: readonly RemoteVersion[]): readonly JsonObject[] =>
  [...groupBy(remote, ({ group }) => group)].map(([name, versions]) => ({
    metadata: { name },
    versions: versions.map(({ group, version, resources }) => ({ version, resources: aggregatedResources(group, version, resources ?? []), freshness: resources ? 'Current' : 'Stale' })),
  }));

/** From the list that discovery was before: subresources stand among the resources there. */
function aggregatedResources(group: string, version: string, entries: readonly JsonObject[]): readonly JsonObject[] {
  const kindOf = (entry: JsonObject): JsonObject => ({ group: text(entry['group']) || group, version: text(entry['version']) || version, kind: text(entry['kind']) });
  const nameOf = (entry: JsonObject): string => text(entry['name']);
  return entries.filter((entry) => !nameOf(entry).includes('/')).map((entry) => {
    const name = nameOf(entry);
    const subresources = entries.filter((each) => nameOf(each).startsWith(`${name}/`))
      .map((each) => ({ subresource: nameOf(each).slice(name.length + 1), responseKind: kindOf(each), verbs: each['verbs'] }));
    return {
      resource: name, responseKind: kindOf(entry), scope: entry['namespaced'] === true ? 'Namespaced' : 'Cluster', singularResource: text(entry['singularName']), verbs: entry['verbs'],
      ...shared(entry, 'shortNames'), ...shared(entry, 'categories'), ...(subresources.length > 0 && { subresources }),
    };
  });
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const shared = (entry: JsonObject, key: string): JsonObject => (isList(entry[key]) ? { [key]: entry[key] } : {});
