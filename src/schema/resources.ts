import table from './data/kubernetes-1.36-resources.json';

/** A subresource as discovery lists it; group, version and kind are the parent's unless given. */
export type SubresourceFacts = { readonly name: string; readonly kind: string; readonly group?: string; readonly version?: string; readonly verbs: readonly string[] };

/** One row of the resource table: what discovery, routes and RBAC need to know of a resource. */
export type ResourceFacts = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly SubresourceFacts[];
  readonly servedByDefault?: boolean;
  readonly servedBy?: string;
};

type GroupFacts = { readonly group: string; readonly versions: readonly string[]; readonly preferredVersion: string; readonly priority: number };
const { groups, resources } = table as { readonly groups: readonly GroupFacts[]; readonly resources: readonly ResourceFacts[] };

export const resourceName = ({ plural, group }: { readonly plural: string; readonly group: string }): string => (group ? `${plural}.${group}` : plural);

/** Groups in discovery order: higher priority first. */
export const servedGroups: readonly GroupFacts[] = [...groups].sort((a, b) => b.priority - a.priority);

/** Every built-in resource that a stock API server serves, at its preferred version first. */
export const allResources: readonly ResourceFacts[] = resources.filter((row) => row.servedByDefault !== false && row.servedBy === undefined);

/** Built-in resources of versions that are served only when somebody asks for them. */
export const optionalResources: readonly ResourceFacts[] = resources.filter((row) => row.servedByDefault === false && row.servedBy === undefined);

const preferred = (a: ResourceFacts, b: ResourceFacts): ResourceFacts => {
  const version = groups.find(({ group }) => group === a.group)?.preferredVersion;
  return b.version === version ? b : a;
};
const byName = new Map<string, ResourceFacts>();
for (const row of allResources) {
  const known = byName.get(resourceName(row));
  byName.set(resourceName(row), known ? preferred(known, row) : row);
}

/** The row of `plural` or `plural.group`, at the preferred version. */
export const resourceFacts = (resource: string): ResourceFacts | undefined => byName.get(resource);

/** The row of a resource at one of its versions. @throws Error when the table has none. */
export function resourceFactsAt(resource: string, version: string): ResourceFacts {
  const found = allResources.find((row) => resourceName(row) === resource && row.version === version);
  if (!found) throw new Error(`no resource ${resource} at ${version} in the resource table`);
  return found;
}
