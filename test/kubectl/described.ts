import type { KubeObject, User } from '../../src/api/types';
import { parseYamlDocuments } from '../../src/lib/yaml';
import { stockResources, type Mapping } from '../../src/kubectl/resources';
import type { World } from './world';

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** When the real texts were recorded: ages in them are counted from here. */
export const recordedAt = Date.UTC(2026, 10, 21, 16);

/** Creates the documents of a manifest with their status; in all but the first `$uid` is the first one's. Gives the command that describes the first. */
export function prepare(world: World, manifest: string): string {
  world.clock.advanceTo(recordedAt);
  let first: KubeObject | undefined;
  let command = '';
  for (const { value } of parseYamlDocuments(manifest)) {
    const object = JSON.parse(JSON.stringify(value).replaceAll('$uid', first?.metadata.uid ?? '')) as KubeObject;   // a manifest of ours
    const mapping = stockResources.ofKind(object.apiVersion, object.kind);
    if (!mapping) throw new Error(`no resource for ${object.kind}`);
    const created = put(world, mapping, object);
    if (first) continue;
    first = created;
    command = `describe ${mapping.singular} ${created.metadata.name}${mapping.namespaced ? ` -n ${created.metadata.namespace}` : ''}`;
  }
  return command;
}

function put({ server }: World, { resource, version, namespaced, subresources }: Mapping, object: KubeObject): KubeObject {
  const where = { resource, version, ...(namespaced && { namespace: object.metadata.namespace ?? 'default' }), user: admin };
  const status = 'status' in object ? object.status : undefined;
  let now = server.call({ verb: 'create', ...where, body: object }).body as KubeObject;
  for (const subresource of status === undefined ? [] : ['approval', 'status'].filter((name) => subresources.some((each) => each.name === name)))
    now = server.call({ verb: 'update', ...where, name: now.metadata.name, subresource, body: { ...now, status } }).body as KubeObject;
  return now;
}
