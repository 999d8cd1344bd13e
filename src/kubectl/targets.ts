import type { KubeObject } from '../api/types';
import type { Place } from './connection';
import { CommandError, UsageError } from './errors';
import { notValid, readManifests, type Manifest } from './manifests';
import type { Mapping, Resources } from './resources';
import { isRecord, textAt, withAt, type JsonRecord } from './values';
import type { Context } from './verb';

/** What the arguments name: objects one by one, or whole kinds. */
export type Targets = { readonly named: readonly Place[]; readonly kinds: readonly Mapping[] };

const mixed =
  'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form '
  + "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/** Reads `TYPE`, `TYPE NAME…`, `TYPE1,TYPE2 NAME…` and `TYPE/NAME…`. Throws CommandError. */
export function targetsOf(resources: Resources, args: readonly string[], namespace: string | undefined): Targets {
  if (args.some((arg) => arg.includes('/'))) return { named: args.map((arg) => slashed(resources, arg, namespace)), kinds: [] };
  const [types = '', ...names] = args;
  const kinds = resources.several(types);
  return names.length === 0 ? { named: [], kinds } : { named: names.flatMap((name) => kinds.map((mapping) => place(mapping, namespace, name))), kinds: [] };
}

function slashed(resources: Resources, arg: string, namespace: string | undefined): Place {
  const parts = arg.split('/');
  if (parts.length === 1) throw new CommandError(mixed);
  const [type = '', name = '', ...more] = parts;
  if (more.length > 0 || !type || !name) throw new CommandError('arguments in resource/name form must have a single resource and name');
  if (type.includes(',')) throw new CommandError(`arguments in resource/name form may not have more than one slash`);
  return place(resources.for(type), namespace, name);
}

export const place = (mapping: Mapping, namespace: string | undefined, name: string): Place => ({ mapping, name, ...(mapping.namespaced && { namespace }) });

/** Where a manifest's object goes: its own namespace, else the command's. */
export type Intended = Place & { readonly source: string; readonly object: JsonRecord };

/** What `-f` names. Objects of unknown kinds are errors beside the others. */
export async function manifestTargets(
  context: Context, filenames: readonly string[], recursive: boolean,
): Promise<{ readonly targets: readonly Intended[]; readonly errors: readonly unknown[] }> {
  const { manifests, errors } = await readManifests(filenames, recursive, context.files, context.stdin);
  const failures = [...errors];
  const targets: Intended[] = [];
  for (const manifest of manifests) {
    try { targets.push(intended(manifest, context)); } catch (error) { failures.push(error); }
  }
  return { targets, errors: failures };
}

function intended({ source, object }: Manifest, { namespace, namespaceGiven, resources }: Context): Intended {
  const [kind, apiVersion, name] = [textAt(object, 'kind'), textAt(object, 'apiVersion'), textAt(object, 'metadata', 'name')];
  const unset = [...(apiVersion ? [] : ['apiVersion not set']), ...(kind ? [] : ['kind not set'])];
  if (unset.length > 0) throw notValid(source, unset.length > 1 ? `[${unset.join(', ')}]` : unset.join(''));
  const mapping = resources.ofKind(apiVersion, kind);
  const own = textAt(object, 'metadata', 'namespace');
  if (!mapping)
    throw new CommandError(`resource mapping not found for name: "${name}" namespace: "${own}" from "${source}": `
      + `no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`);
  if (!mapping.namespaced) return { mapping, name, source, object: own ? withAt(object, ['metadata', 'namespace'], undefined) : object };
  if (own && namespaceGiven && own !== namespace)
    throw new CommandError(`the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`);
  return { mapping, name, namespace: own || namespace, source, object: own ? object : withAt(object, ['metadata', 'namespace'], namespace) };
}

/** An object that was read, and where it is. */
export type Found = Place & { readonly object: KubeObject };
export type Selection = {
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  /** Whole kinds may be meant without a selector: `--all`, or `get`. */
  readonly all?: boolean;
  readonly filenames?: readonly string[];
  readonly recursive?: boolean;
};

/** Reads the objects that arguments, `-f` and selectors name. What is missing becomes an error beside the objects found. */
export async function find(
  context: Context, args: readonly string[], selection: Selection = {},
): Promise<{ readonly found: readonly Found[]; readonly errors: readonly unknown[] }> {
  const { filenames = [], recursive = false, selector = '', fieldSelector = '', allNamespaces = false, all = false } = selection;
  const { named, kinds, errors: failures } = await placesOf(context, args, { filenames, recursive, selector: selector || fieldSelector, allNamespaces, all });
  const found: Found[] = [];
  const errors = [...failures];
  for (const each of named) {
    try { found.push({ ...each, object: await context.connection.get(each) }); } catch (error) { errors.push(error); }
  }
  for (const mapping of kinds) {
    const listed = await context.connection.list(
      mapping, allNamespaces ? undefined : context.namespace, { ...(selector && { labelSelector: selector }), ...(fieldSelector && { fieldSelector }) },
    );
    for (const object of listed.items) found.push({ ...place(mapping, object.metadata.namespace, object.metadata.name), object: withKind(object, mapping) });
  }
  return { found, errors };
}

/** Items of a list may come without their kind. */
export const withKind = (object: KubeObject, { apiVersion, kind }: Mapping): KubeObject => (object.kind ? object : { ...object, apiVersion, kind });

type Asked = {
  readonly filenames: readonly string[]; readonly recursive: boolean; readonly selector: string; readonly allNamespaces: boolean; readonly all: boolean;
};

/** What kubectl says when neither arguments nor files name anything. */
export const nothingNamed = 'You must provide one or more resources by argument or filename.\nExample resource specifications include:\n'
  + "   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/** Checks that enough was said to know what is meant. */
async function placesOf(
  context: Context, args: readonly string[], { filenames, recursive, selector, allNamespaces, all }: Asked,
): Promise<Targets & { readonly errors: readonly unknown[] }> {
  if (filenames.length > 0) {
    if (args.length > 0) throw new CommandError(`when paths, URLs, or stdin is provided as resource input, you may not specify resource arguments as well`);
    const { targets, errors } = await manifestTargets(context, filenames, recursive);
    return { named: targets, kinds: [], errors };
  }
  if (args.length === 0)
    throw new UsageError(nothingNamed);
  const targets = targetsOf(context.resources, args, context.namespace);
  if (targets.named.length > 0 && selector) throw new CommandError('name cannot be provided when a selector is specified');
  if (targets.named.length > 0 && allNamespaces && targets.named.some(({ mapping }) => mapping.namespaced))
    throw new CommandError('a resource cannot be retrieved by name across all namespaces');
  if (targets.kinds.length > 0 && !selector && !all) throw new CommandError('resource(s) were provided, but no name was specified');
  return { ...targets, errors: [] };
}

export const objectOf = (value: unknown): KubeObject | undefined => (isRecord(value) && isRecord(value['metadata']) ? value as KubeObject : undefined);
