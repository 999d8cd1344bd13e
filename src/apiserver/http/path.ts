import { badRequest } from '../../api/status';
import type { KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';

/** What a resource path names. */
export type ResourcePath = {
  readonly kind: Kind<KubeObject>;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** The old `/watch/` prefix. */
  readonly watching: boolean;
};
/** `group` is one we do not serve at all; `resource` is not one of the group. */
export type PathProblem = 'group' | 'resource';

/** Takes `/api/v1/namespaces/x/pods/y/log` apart. Undefined when it is no resource path. */
export function parsePath(kinds: KindCatalog, path: string): ResourcePath | PathProblem | undefined {
  const parts = path.split('/').filter((part) => part !== '').map(unescaped);
  const [root] = parts;
  if (root === 'api' && parts.length > 2) return resourcePath(kinds, '', parts[1] ?? '', parts.slice(2));
  if (root === 'apis' && parts.length > 3) return resourcePath(kinds, parts[1] ?? '', parts[2] ?? '', parts.slice(3));
  return undefined;
}

/** Go's server refuses such a path before anybody sees it. */
function unescaped(part: string): string {
  try { return decodeURIComponent(part); } catch {
    throw badRequest(`invalid URL escape ${JSON.stringify(/%(?![0-9a-fA-F]{2}).{0,2}/.exec(part)?.[0] ?? part)}`);
  }
}

function resourcePath(kinds: KindCatalog, group: string, version: string, parts: readonly string[]): ResourcePath | PathProblem {
  if (!kinds.serves(group, version)) return 'group';
  const watching = parts[0] === 'watch';
  const rest = watching ? parts.slice(1) : parts;
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '');
  const namespace = inNamespace ? rest[1] : undefined;
  const [plural = '', name, subresource, ...further] = inNamespace ? rest.slice(2) : rest;
  const kind = kinds.at(group, version, plural);
  if (!kind || (further.length > 0 && subresource !== 'proxy')) return 'resource';
  return {
    kind, watching,
    ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }), ...(subresource !== undefined && { subresource }),
  };
}

const namespaceSubresources: ReadonlySet<string> = new Set(['status', 'finalize']);
