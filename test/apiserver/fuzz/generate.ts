import type { KindCatalog } from '../../../src/kinds/catalog';
import type { Kind } from '../../../src/kinds/define';
import { definitions, referenced, resolved, shortName, type Schema } from '../../../src/schema/facts';
import type { Random } from '../../../src/sim/random';
import { namespace, type Call } from './call';

const mostDepth = 7;
const names = ['x', 'web', 'c', 'd', 'default', 'e1', 'e2'];
const strings: Readonly<Record<string, readonly string[]>> = {
  name: names, image: ['nginx:1.27', 'busybox'], operator: ['In', 'Exists', 'DoesNotExist'], mountPath: ['/x', '/y'], protocol: ['TCP', 'UDP'], key: ['a', 'b'],
    namespace: [namespace], path: ['/', 'a/b'], kind: ['Deployment', 'Role', 'ConfigMap'], apiGroup: ['', 'rbac.authorization.k8s.io'],
  expression: ['object.metadata.name != "x"', 'true', 'size(object.metadata.name) < 50'], rule: ['self == self', 'size(self) < 9'], schedule: ['*/5 * * * *', '@hourly'], verb: ['get', '*'],
};

/** A value as the schema has it: everything required, and now and then the rest. Whether it is valid besides is for the server to say. */
function valueOf(random: Random, schema: Schema, field: string, depth: number): unknown {
  const definition = referenced(schema);
  if (definition !== undefined) {
    switch (shortName(definition)) {
      case 'Quantity': return random.pick(['1', '100m', '1Gi']);
      case 'IntOrString': return random.pick<unknown>([1, 80, '25%', 'http']);
      case 'Time': return '2026-01-01T00:00:00Z';
      case 'MicroTime': return '2026-01-01T00:00:00.000000Z';
      default: return objectOf(random, resolved(schema), depth + 1, field);
    }
  }
  if (schema.enum) return random.pick(schema.enum);
  switch (schema.type) {
    case 'boolean': return random.below(2) === 0;
    case 'integer': case 'number': return random.pick([0, 1, 1, 2, 5, 80, 443]);
    case 'array': return Array.from({ length: random.below(3) }, () => valueOf(random, schema.items ?? {}, field, depth + 1));
    case 'string': return schema.format === 'byte' ? 'YQ==' : random.pick(strings[field] ?? names);
    default: return objectOf(random, schema, depth, field);
  }
}

function objectOf(random: Random, schema: Schema, depth: number, field: string): unknown {
  if (schema.additionalProperties) return Object
    .fromEntries(Array.from({ length: random.below(3) }, () => [random.pick(names), valueOf(random, schema.additionalProperties ?? {}, field, depth + 1)] as const));
  const wanted = depth <= 1 ? 0.6 : depth >= mostDepth ? 0 : 0.25;
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name) || random.next() < wanted);
  return Object.fromEntries(fields.map(([name, each]) => [name, valueOf(random, each, name, depth)] as const));
}

/** The built-in kinds of which objects can be made. */
export const generatedKinds = (catalog: KindCatalog): readonly Kind[] => [...catalog.all()].filter(({ definition, facts }) => definition !== undefined && facts.verbs.includes('create'));

/** A request that creates, replaces or applies an object of any kind, or asks for one. */
export function generated(random: Random, kinds: readonly Kind[]): Call {
  const kind = random.pick(kinds);
  const { group, version, facts: { plural }, namespaced, apiVersion, definition = '' } = kind;
  const collection = `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}`;
  const name = random.pick(names);
  const value = { ...objectOf(random, definitions[definition] ?? {}, 0, '') as object, kind: kind.kind, apiVersion, metadata: { name, labels: { a: 'b' } } };
  const call = { query: [], headers: { 'content-type': 'application/json' } };
  switch (random.below(6)) {
    case 0: return { ...call, method: 'PUT', path: `${collection}/${name}`, body: { value } };
    case 1: return { ...call, method: 'PATCH', path: `${collection}/${name}`, query: [['fieldManager', random.pick(['one', 'two'])]],
      headers: { 'content-type': 'application/apply-patch+yaml' }, body: { value } };
    case 2: return { ...call, method: random.pick(['GET', 'DELETE']), path: random.pick([collection, `${collection}/${name}`]), body: { text: '' } };
    default: return { ...call, method: 'POST', path: collection, body: { value } };
  }
}
