import type { KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import { groupBy } from '../../lib/group-by';
import { compareVersions } from '../../lib/version-priority';
import { servedGroups } from '../../schema/resources';
import { ofCatalog } from './of-catalog';

/** One version of a group, with the kinds it serves by the order of their plurals. */
export type ServedVersion = { readonly group: string; readonly version: string; readonly groupVersion: string; readonly kinds: readonly Kind<KubeObject>[] };
/** A group; the first version is the preferred one. */
export type ServedGroup = { readonly group: string; readonly builtIn: boolean; readonly versions: readonly ServedVersion[] };

const builtIn = new Map(servedGroups.map((facts, index) => [facts.group, { ...facts, index }]));

/** Whether a group is one of a stock server's own. */
export const isBuiltInGroup = (group: string): boolean => builtIn.has(group);

/** Every group that is served at the moment, in discovery order: the built-in ones, then those of custom resources by name. */
export const groupsOf = ofCatalog((kinds: KindCatalog): readonly ServedGroup[] => {
  const groups = [...groupBy(kinds.all(), ({ group }) => group)].map(([group, members]) => ({ group, builtIn: builtIn.has(group), versions: versionsOf(group, members) }));
  return groups.sort((a, b) => positionOf(a) - positionOf(b) || (a.group < b.group ? -1 : 1));
});

/** A server of this release lists it before flow control, whatever the priorities say. */
const raised = 'resource.k8s.io';
const flowControl = builtIn.get('flowcontrol.apiserver.k8s.io')?.index ?? builtIn.size;

const positionOf = ({ group }: ServedGroup): number => (group === raised ? flowControl - 0.5 : builtIn.get(group)?.index ?? builtIn.size);

function versionsOf(group: string, members: readonly Kind<KubeObject>[]): readonly ServedVersion[] {
  const order = builtIn.get(group)?.versions;
  const rank = (version: string) => order?.indexOf(version) ?? 0;
  return [...groupBy(members, ({ version }) => version)]
    .map(([version, kinds]) => ({ group, version, groupVersion: group ? `${group}/${version}` : version, kinds: [...kinds].sort(byPlural) }))
    .sort((a, b) => rank(a.version) - rank(b.version) || compareVersions(a.version, b.version));
}

const byPlural = (a: Kind<KubeObject>, b: Kind<KubeObject>): number => (a.facts.plural < b.facts.plural ? -1 : 1);
