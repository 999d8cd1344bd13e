import type { KubeObject } from '../../../api/types';
import type { Kind } from '../../../kinds/define';
import { definitionOf } from '../../../schema/facts';
import type { OpenApiSchema } from '../../../schema/openapi';
import type { SubresourceFacts } from '../../../schema/resources';
import type { ServedVersion } from '../groups';
import { capital, connectOperation, discoveryOperation, operationOf, type OperationVerb, type Subject } from './operations';
import { pathParameters } from './parameters';

type PathItem = { [part: string]: unknown };
type Paths = Record<string, PathItem>;

/** `RbacAuthorizationV1` and `rbacAuthorization_v1`: how operations of a group version are named. */
export function namesOf(group: string, version: string): { readonly idGroup: string; readonly tag: string } {
  const words = (group || 'core').replace(/\.k8s\.io$/, '').split(/[.-]/).map(capital).join('');
  return { idGroup: `${words}${capital(version)}`, tag: `${words.charAt(0).toLowerCase()}${words.slice(1)}_${version}` };
}

/** Every path of a group version, by the alphabet. Custom resources have neither the path of discovery nor the old watch prefix. */
export function pathsOf({ group, version, groupVersion, kinds }: ServedVersion, builtIn: boolean): Readonly<Record<string, OpenApiSchema>> {
  const root = group ? `/apis/${groupVersion}` : `/api/${version}`;
  const { idGroup, tag } = namesOf(group, version);
  const paths: Paths = builtIn ? { [`${root}/`]: discoveryOperation(tag, `get${idGroup}APIResources`, 'APIResourceList') } : {};
  for (const kind of kinds) addKind(paths, root, kind, builtIn);
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addKind(paths: Paths, root: string, kind: Kind<KubeObject>, builtIn: boolean): void {
  const { plural, namespaced, verbs, subresources } = kind.facts;
  const scope = namespaced ? 'Namespaced' : '';
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const one = `${collection}/{name}`;
  const subject = subjectOf(kind, `${scope}${kind.kind}`);
  add(paths, collection, subject, (['list', 'create', 'deletecollection'] as const).filter((verb) => verbs.includes(verb)));
  add(paths, one, subject, (['get', 'update', 'patch', 'delete'] as const).filter((verb) => verbs.includes(verb)));
  if (namespaced) add(paths, `${root}/${plural}`, { ...subject, idPlace: `${kind.kind}ForAllNamespaces` }, verbs.includes('list') ? ['list'] : verbs.includes('get') ? [] : ['create']);
  if (builtIn && verbs.includes('watch')) {
    const under = (path: string) => path.replace(root, `${root}/watch`);
    add(paths, under(collection), { ...subject, idPlace: `${subject.idPlace}List` }, ['watchlist']);
    add(paths, under(one), subject, ['watch']);
    if (namespaced) add(paths, under(`${root}/${plural}`), { ...subject, idPlace: `${kind.kind}ListForAllNamespaces` }, ['watchlist']);
  }
  for (const subresource of subresources) addSubresource(paths, one, kind, subresource, subject);
}

function addSubresource(paths: Paths, one: string, kind: Kind<KubeObject>, { name, group, version, kind: of, verbs }: SubresourceFacts, subject: Subject): void {
  const gvk = { group: group ?? kind.group, version: version ?? kind.version, kind: of };
  const definition = of === kind.kind ? subject.definition : definitionOf(gvk);
  const own: Subject = { ...subject, gvk, definition: definition ?? '', idPlace: `${subject.idPlace}${capital(name)}` };
  if (definition !== undefined && name !== 'log') add(paths, `${one}/${name}`, own, (['get', 'create', 'update', 'patch'] as const).filter((verb) => verbs.includes(verb)));
  else if (name === 'log') paths[`${one}/log`] = { ...Object.fromEntries([connectOperation('get', own)]), parameters: pathParameters(`${one}/log`, of) };
  else for (const path of name === 'proxy' ? [`${one}/proxy`, `${one}/proxy/{path}`] : [`${one}/${name}`]) {
    const methods = name === 'proxy' ? ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'] : ['get', 'post'];
    paths[path] = { ...Object.fromEntries(methods.map((method) => connectOperation(method, own))), parameters: pathParameters(path, of) };
  }
}

function add(paths: Paths, path: string, subject: Subject, verbs: readonly OperationVerb[]): void {
  if (verbs.length > 0) paths[path] = { parameters: pathParameters(path, subject.gvk.kind), ...Object.fromEntries(verbs.map((verb) => operationOf(verb, subject))) };
}

function subjectOf(kind: Kind<KubeObject>, idPlace: string): Subject {
  const { group, version, kind: name, definition = '', openApi } = kind;
  return { gvk: { group, version, kind: name }, definition: openApi?.definition ?? definition, ...namesOf(group, version), idPlace };
}
