import { allResources, resourceName, servedGroups } from '../../schema/resources';

/** What a resource path names. */
export type ResourcePath = {
  readonly resource: string;
  readonly version: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** The old `/watch/` prefix. */
  readonly watching: boolean;
};
/** `group` is one we do not serve at all; `resource` is not one of the group. */
export type PathProblem = 'group' | 'resource';

/** Takes `/api/v1/namespaces/x/pods/y/log` apart. Undefined when it is no resource path. */
export function parsePath(path: string): ResourcePath | PathProblem | undefined {
  const parts = path.split('/').filter((part) => part !== '').map(decodeURIComponent);
  const [root] = parts;
  if (root === 'api' && parts.length > 2) return resourcePath('', parts[1] ?? '', parts.slice(2));
  if (root === 'apis' && parts.length > 3) return resourcePath(parts[1] ?? '', parts[2] ?? '', parts.slice(3));
  return undefined;
}

function resourcePath(group: string, version: string, parts: readonly string[]): ResourcePath | PathProblem {
  if (!servedGroups.some((served) => served.group === group && served.versions.includes(version))) return 'group';
  const watching = parts[0] === 'watch';
  const rest = watching ? parts.slice(1) : parts;
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '');
  const namespace = inNamespace ? rest[1] : undefined;
  const [plural = '', name, subresource] = inNamespace ? rest.slice(2) : rest;
  const row = allResources.find((each) => each.group === group && each.version === version && each.plural === plural);
  if (!row) return 'resource';
  return {
    resource: resourceName(row), version, watching,
    ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }), ...(subresource !== undefined && { subresource }),
  };
}

const namespaceSubresources: ReadonlySet<string> = new Set(['status', 'finalize']);
