import { noSuchResource } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { sha256 } from '../../lib/sha256';
import type { SubresourceFacts } from '../../schema/resources';
import { aggregatedAnswer, isAggregatedWanted } from './aggregated-discovery';
import type { NonResource } from './types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Aggregator } from '../aggregation/aggregator';
import { groupsOf, isBuiltInGroup, type ServedGroup, type ServedVersion } from './groups';
import { ofCatalog } from './of-catalog';
import { withRemoteGroups, type GroupEntry } from './remote';

/** `/api`, `/apis` and all below them that is no resource. */
export const discovery: NonResource = ({ kinds, aggregator }, { path, accept }) => {
  const [root, ...names] = path.split('/').filter(Boolean);
  if (root !== 'api' && root !== 'apis') return undefined;
  const groups = groupsOf(kinds);
  const [name, version, ...rest] = root === 'api' ? ['', ...names] : names;
  if (name === undefined || (root === 'api' && version === undefined)) return isAggregatedWanted(accept) ? aggregatedAnswer(kinds, root, aggregator)
    : { code: 200, body: root === 'api' ? versions : groupList(kinds, aggregator) };
  const group = groups.find((each) => each.group === name);
  if (!group) return remoteGroup(aggregator, name, version);
  const served = group.versions.find((each) => each.version === version);
  if (version === undefined) return { code: 200, body: { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) } };
  if (served && rest.length === 0) return { code: 200, body: resourceList(served) };
  if (isBuiltInGroup(name)) throw noSuchResource();
  return undefined;
};

const versions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }] };

const ownGroups = ofCatalog((kinds): readonly GroupEntry[] => groupsOf(kinds).filter(({ group }) => group !== '').map(groupEntry));

const groupList = (kinds: KindCatalog, aggregator: Aggregator): ApiResponse['body'] =>
  ({ kind: 'APIGroupList', apiVersion: 'v1', groups: withRemoteGroups(ownGroups(kinds), aggregator.remoteVersions()) });

/** A group that other API servers serve alone. What is in its versions they tell themselves. */
function remoteGroup(aggregator: Aggregator, name: string, version: string | undefined): ApiResponse | undefined {
  const [entry] = version === undefined ? withRemoteGroups([], aggregator.remoteVersions().filter(({ group }) => group === name)) : [];
  return entry && { code: 200, body: { kind: 'APIGroup', apiVersion: 'v1', ...entry } };
}

function groupEntry({ group, versions: served }: ServedGroup) {
  const entries = served.map(({ groupVersion, version }) => ({ groupVersion, version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

/** The old form of what a group version serves. The core group's answer has always lacked its apiVersion. */
const resourceList = ({ group, groupVersion, kinds }: ServedVersion) =>
  ({ kind: 'APIResourceList', ...(group && { apiVersion: 'v1' }), groupVersion, resources: kinds.flatMap((kind) => [resourceEntry(kind), ...kind.facts.subresources.map(subresourceEntry(kind))]) });

function resourceEntry(kind: Kind<KubeObject>) {
  const { plural, singular, namespaced, kind: name, verbs, shortNames, categories } = kind.facts;
  return {
    name: plural, singularName: singular, namespaced, kind: name, verbs,
    ...(shortNames.length > 0 && { shortNames }), ...(categories.length > 0 && { categories }), ...(isStored(kind) && { storageVersionHash: storageVersionHash(kind) }),
  };
}

const subresourceEntry = ({ facts }: Kind<KubeObject>) => ({ name, group, version, kind, verbs }: SubresourceFacts) =>
  ({ name: `${facts.plural}/${name}`, singularName: '', namespaced: facts.namespaced, ...(group && { group }), ...(version && { version }), kind, verbs });

/** Reviews and bindings are answered, not kept; component statuses are made up when they are read. */
const isStored = ({ facts: { verbs } }: Kind<KubeObject>): boolean => verbs.includes('create') && verbs.includes('get');

/** Kinds that upstream still stores in an older version than the one it prefers to serve. */
const olderStorage: ReadonlySet<string> = new Set([
  'customresourcedefinitions.apiextensions.k8s.io', 'mutatingadmissionpolicies.admissionregistration.k8s.io', 'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
]);

/** Which form a kind is stored in, as a short hash; equal for all views of one storage. */
function storageVersionHash(kind: Kind<KubeObject>): string {
  const { resource, group, version, kind: name } = kind.stored?.kind ?? kind;
  const digest = sha256(`${group}/${olderStorage.has(resource) ? 'v1beta1' : version}/${name}`);
  return btoa(String.fromCharCode(...digest.slice(0, 8)));
}
