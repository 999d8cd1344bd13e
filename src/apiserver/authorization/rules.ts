import { quoteGo } from '../../lib/go-format';
import type { PolicyRule } from '../../schema/types';
import type { Attributes } from './types';

const none: readonly string[] = [];
const any = '*';

const holds = (allowed: readonly string[], asked: string): boolean => allowed.includes(any) || allowed.includes(asked);
const matchesPath = (pattern: string, path: string): boolean =>
  pattern === any || pattern === path || (pattern.endsWith(any) && path.startsWith(pattern.slice(0, -1)));

/** `pods/log`, `*` and every resource's `*` + `/log` stand for a subresource; the resource alone does not. */
const matchesResource = (allowed: readonly string[], resource: string, subresource: string | undefined): boolean =>
  holds(allowed, subresource ? `${resource}/${subresource}` : resource) || (subresource !== undefined && allowed.includes(`*/${subresource}`));

/** Whether one rule allows what is asked. Namespaces are the binding's business. */
export function ruleAllows({ verbs, apiGroups = none, resources = none, resourceNames = none, nonResourceURLs = none }: PolicyRule, asked: Attributes): boolean {
  if (!holds(verbs, asked.verb)) return false;
  if ('path' in asked) return nonResourceURLs.some((pattern) => matchesPath(pattern, asked.path));
  return holds(apiGroups, asked.group) && matchesResource(resources, asked.resource, asked.subresource || undefined)
    && (resourceNames.length === 0 || (asked.name !== undefined && resourceNames.includes(asked.name)));
}

/** A rule of one verb on one thing. */
type Atom =
  | { readonly verb: string; readonly group: string; readonly resource: string; readonly name: string | undefined }
  | { readonly verb: string; readonly url: string };

function* atoms({ verbs, apiGroups = none, resources = none, resourceNames = none, nonResourceURLs = none }: PolicyRule): Generator<Atom> {
  for (const group of apiGroups) for (const resource of resources) for (const verb of verbs) {
    if (resourceNames.length === 0) yield { verb, group, resource, name: undefined };
    for (const name of resourceNames) yield { verb, group, resource, name };
  }
  for (const url of nonResourceURLs) for (const verb of verbs) yield { verb, url };
}

function covers({ verbs, apiGroups = none, resources = none, resourceNames = none, nonResourceURLs = none }: PolicyRule, atom: Atom): boolean {
  if (!holds(verbs, atom.verb)) return false;
  if ('url' in atom) return nonResourceURLs.some((pattern) => matchesPath(pattern, atom.url));
  const [resource = '', subresource] = atom.resource.split('/', 2);
  return holds(apiGroups, atom.group) && matchesResource(resources, resource, subresource)
    && (resourceNames.length === 0 || (atom.name !== undefined && resourceNames.includes(atom.name)));
}

/** What `rules` would give beyond what the owner of `owned` has: as upstream words it, one text for each resource, sorted. */
export function missingRights(owned: readonly PolicyRule[], rules: readonly PolicyRule[]): readonly string[] {
  const byThing = new Map<string, { readonly atom: Atom; readonly verbs: string[] }>();
  for (const rule of rules) for (const atom of atoms(rule)) {
    if (owned.some((each) => covers(each, atom))) continue;
    // Paths are not gathered upstream: each verb has a line of its own.
    const thing = JSON.stringify('url' in atom ? [atom.url, atom.verb] : [atom.group, atom.resource, atom.name ?? null, '']);
    const known = byThing.get(thing);
    if (known) known.verbs.push(atom.verb); else byThing.set(thing, { atom, verbs: [atom.verb] });
  }
  return [...new Set([...byThing.values()].map(({ atom, verbs }) => described(atom, verbs)))].sort();
}

const listed = (texts: readonly string[]): string => `[${texts.map(quoteGo).join(' ')}]`;

function described(atom: Atom, verbs: readonly string[]): string {
  if ('url' in atom) return `{NonResourceURLs:${listed([atom.url])}, Verbs:${listed(verbs)}}`;
  const names = atom.name === undefined ? '' : `, ResourceNames:${listed([atom.name])}`;
  return `{APIGroups:${listed([atom.group])}, Resources:${listed([atom.resource])}${names}, Verbs:${listed(verbs)}}`;
}
