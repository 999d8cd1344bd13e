// Writes src/schema/types.ts from the structural facts: one readonly TypeScript type per definition.
// Run after the facts change: node src/tools/generate-types.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const data = (name) => JSON.parse(readFileSync(new URL(`../schema/data/kubernetes-1.36-${name}.json`, import.meta.url), 'utf8'));
const { definitions } = data('schema');
const { resources } = data('resources');
/** Times that are written as null when there is none. */
const { times } = data('empty-values');

const shortName = (definition) => definition.split('.').at(-1);
const groupVersion = (definition) => definition.split('.').slice(-3, -1);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

const counts = new Map();
for (const name of Object.keys(definitions)) counts.set(shortName(name), (counts.get(shortName(name)) ?? 0) + 1);

/** Pod, or AppsV1Foo where two groups use one name. */
const typeName = (definition) => {
  const short = shortName(definition);
  return counts.get(short) === 1 ? short : groupVersion(definition).map(capital).join('') + short;
};

const scope = new Map(resources.map((row) => [`${row.group}/${row.version}/${row.kind}`, row.namespaced ? 'NamespacedMeta' : 'ObjectMeta']));
const special = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'number | string',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'string',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'unknown',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'unknown',
};

const type = (schema) => {
  if (schema.$ref) {
    const name = schema.$ref.slice('#/definitions/'.length);
    return special[name] ? typeName(name) : name.endsWith('.meta.v1.ObjectMeta') ? 'TemplateMeta' : typeName(name);
  }
  if (schema.type === 'array') return `readonly ${wrap(type(schema.items))}[]`;
  if (schema.additionalProperties) return `Readonly<Record<string, ${type(schema.additionalProperties)}>>`;
  if (schema.type === 'object') return schema.properties ? fields(schema) : 'Readonly<Record<string, unknown>>';
  return { string: 'string', integer: 'number', number: 'number', boolean: 'boolean' }[schema.type] ?? 'unknown';
};
const wrap = (text) => (/[ |]/.test(text) ? `(${text})` : text);
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

const fields = (schema, override = {}) => {
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties).map(([name, property]) => override[name] ?? `  readonly ${key(name)}${required.has(name) ? '' : '?'}: ${type(property)};`);
  return `{\n${lines.join('\n')}\n}`;
};

/** Stored objects of a kind always have their metadata and, where the kind has one, a spec. */
const kindOverride = (schema, gvk) => {
  const meta = scope.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
  if (!meta) return {};
  return {
    kind: `  readonly kind: '${gvk.kind}';`,
    apiVersion: `  readonly apiVersion: '${gvk.group ? `${gvk.group}/` : ''}${gvk.version}';`,
    ...(schema.properties.metadata && { metadata: `  readonly metadata: ${meta};` }),
    ...(schema.properties.spec && { spec: `  readonly spec: ${type(schema.properties.spec)};` }),
  };
};

const meta = definitions['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'];
const out = [
  '// Generated from the structural facts by src/tools/generate-types.mjs: do not edit.',
  '',
  '/** Metadata of a stored object: the API server has filled what it must. */',
  `export type ObjectMeta = ${fields(meta, Object.fromEntries(['name', 'uid', 'resourceVersion', 'creationTimestamp'].map((name) => [name, `  readonly ${name}: string;`])))};`,
  '/** Metadata of a stored object of a namespaced kind. */',
  'export type NamespacedMeta = ObjectMeta & { readonly namespace: string };',
  '/** Metadata in a template: nothing is filled in yet. */',
  'export type TemplateMeta = Partial<ObjectMeta>;',
  '',
];
for (const [name, schema] of Object.entries(definitions).sort(([a], [b]) => (typeName(a) < typeName(b) ? -1 : 1))) {
  if (name.endsWith('.meta.v1.ObjectMeta')) continue;
  const [gvk, ...others] = schema['x-kubernetes-group-version-kind'] ?? [];
  const nullable = (times[name] ?? []).filter((field) => !schema.required?.includes(field)).map((field) => [field, `  readonly ${field}?: ${type(schema.properties[field])} | null;`]);
  const text = special[name] ?? (schema.properties ? fields(schema, { ...Object.fromEntries(nullable), ...(gvk && others.length === 0 && kindOverride(schema, gvk)) }) : type(schema));
  out.push(`export type ${typeName(name)} = ${text};`);
}
writeFileSync(new URL('../schema/types.ts', import.meta.url), `${out.join('\n')}\n`);
