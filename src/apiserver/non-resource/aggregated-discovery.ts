import type { ApiResponse, KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import type { JsonObject } from '../../lib/json';
import type { Aggregator } from '../aggregation/aggregator';
import { formatOf, mediaRanges, notAcceptable } from '../http/accept';
import { entityTag } from './entity-tag';
import { groupsOf, type ServedGroup } from './groups';
import { ofCatalog } from './of-catalog';
import { remoteDiscovery } from './remote';

const contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Whether the first form accepted that can be given is the aggregated one. Its beta version is no longer served. Throws NotAcceptable. */
export function isAggregatedWanted(accept: string | undefined): boolean {
  for (const range of mediaRanges(accept)) {
    const as = range.parameters.get('as');
    if (as === undefined && (formatOf(range) !== undefined || range.type === 'application/vnd.kubernetes.protobuf')) return false;
    if (range.type === 'application/json' && as === 'APIGroupDiscoveryList' && range.parameters.get('g') === 'apidiscovery.k8s.io' && range.parameters.get('v') === 'v2') return true;
  }
  throw notAcceptable(accept ?? '');
}

type Document = { readonly body: string; readonly tag: string };

const documents = ofCatalog((kinds: KindCatalog): Readonly<Record<'api' | 'apis', Document>> => {
  const groups = groupsOf(kinds);
  return { api: documentOf(groups.filter(({ group }) => group === '')), apis: documentOf(groups.filter(({ group }) => group !== '')) };
});

/** Everything below `/api` or `/apis` in one document. */
export function aggregatedAnswer(kinds: KindCatalog, root: 'api' | 'apis', aggregator: Aggregator): ApiResponse {
  const remote = root === 'apis' ? aggregator.remoteVersions() : [];
  const { body, tag } = remote.length === 0 ? documents(kinds)[root] : documentOf(groupsOf(kinds).filter(({ group }) => group !== ''), remoteDiscovery(remote));
  return { code: 200, contentType, body, headers: { etag: tag, vary: 'Accept' } };
}

function documentOf(groups: readonly ServedGroup[], others: readonly JsonObject[] = []): Document {
  const body = JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items: [...groups.map(groupEntry), ...others] });
  return { body, tag: entityTag(body) };
}

const groupEntry = ({ group, builtIn, versions }: ServedGroup) => ({
  metadata: group ? { name: group } : {},
  versions: versions.map(({ version, kinds }) => ({ version, resources: kinds.map((kind) => resourceEntry(kind, builtIn)), freshness: 'Current' })),
});

/** Built-in kinds do not repeat the group version they stand under; custom resources do. */
function resourceEntry({ group, version, facts }: Kind<KubeObject>, builtIn: boolean) {
  const own = builtIn ? { group: '', version: '' } : { group, version };
  const { plural, singular, kind, namespaced, verbs, shortNames, categories, subresources } = facts;
  return {
    resource: plural, responseKind: { ...own, kind }, scope: namespaced ? 'Namespaced' : 'Cluster', singularResource: singular, verbs,
    ...(shortNames.length > 0 && { shortNames }), ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((each) => ({
        subresource: each.name, responseKind: { group: each.group ?? own.group, version: each.version ?? own.version, kind: each.kind }, verbs: each.verbs,
      })),
    }),
  };
}
