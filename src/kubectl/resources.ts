import { noMergeFacts, type MergeFacts } from '../lib/patches/merge-facts';
import { definitionOf, mergeFactsOf as schemaMergeFacts } from '../schema/facts';
import { allResources, resourceName, type ResourceFacts } from '../schema/resources';
import { CommandError } from './errors';
import type { KubeObject } from '../api/types';

/** A resource as kubectl knows it, at one version. */
export type Mapping = ResourceFacts & { readonly resource: string; readonly apiVersion: string };

const mappingOf = (facts: ResourceFacts): Mapping =>
  ({ ...facts, resource: resourceName(facts), apiVersion: facts.group ? `${facts.group}/${facts.version}` : facts.version });

/** Every resource a stock server lists in discovery. */
export const mappings: readonly Mapping[] = allResources.map(mappingOf);

const preferredFirst = new Map<string, Mapping>();
for (const mapping of mappings) if (!preferredFirst.has(mapping.resource)) preferredFirst.set(mapping.resource, mapping);
/** One mapping for each resource, at its preferred version. */
export const preferredMappings: readonly Mapping[] = [...preferredFirst.values()];

const byWord = new Map<string, Mapping>();
const learn = (word: string, mapping: Mapping) => { if (!byWord.has(word)) byWord.set(word, mapping); };
for (const mapping of preferredMappings) for (const word of [mapping.plural, mapping.singular]) learn(word, mapping);
for (const mapping of preferredMappings) for (const word of mapping.shortNames) learn(word, mapping);

/** Finds `po`, `Pods`, `deployment`, `deployments.apps`, `deployments.v1.apps`. */
export function findMapping(word: string): Mapping | undefined {
  const lower = word.toLowerCase();
  const known = byWord.get(lower);
  if (known) return known;
  const [name = '', ...rest] = lower.split('.');
  const group = rest.join('.');
  const named = (mapping: Mapping) => [mapping.plural, mapping.singular, ...mapping.shortNames].includes(name);
  return preferredMappings.find((mapping) => named(mapping) && mapping.group !== '' && mapping.group === group)
    ?? preferredMappings.find((mapping) => named(mapping) && rest.length > 0 && mapping.group.startsWith(`${group}.`))
    ?? mappings.find((mapping) => named(mapping) && mapping.version === rest[0] && mapping.group === rest.slice(1).join('.'));
}

/** @throws CommandError with kubectl's words. */
export function mappingFor(word: string): Mapping {
  const mapping = findMapping(word);
  if (!mapping) throw new CommandError(`the server doesn't have a resource type "${word}"`);
  return mapping;
}

/** The mappings of `po,svc` or `all`. Throws CommandError. */
export const mappingsFor = (words: string): readonly Mapping[] =>
  words.split(',').filter(Boolean).flatMap((word) => {
    const category = preferredMappings.filter(({ categories }) => categories.includes(word.toLowerCase()));
    return category.length > 0 ? category : [mappingFor(word)];
  });

/** The mapping of an object's kind and apiVersion; undefined when the server has none. */
export const mappingOfKind = (apiVersion: string, kind: string): Mapping | undefined =>
  mappings.find((mapping) => mapping.kind === kind && mapping.apiVersion === apiVersion);

/** `deployment.apps`, as printed before a slash and a name. */
export const printedKind = ({ kind, group }: Pick<Mapping, 'kind' | 'group'>): string => (group ? `${kind.toLowerCase()}.${group}` : kind.toLowerCase());
/** `deployment.apps/web`. */
export const printedName = (mapping: Pick<Mapping, 'kind' | 'group'>, name: string): string => `${printedKind(mapping)}/${name}`;

/** The mapping of a stored object, which always has one. Throws CommandError for an unknown kind. */
export function mappingOfObject(object: KubeObject): Mapping {
  const found = mappingOfKind(object.apiVersion, object.kind);
  if (!found) throw new CommandError(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
  return found;
}

/** How objects of a kind merge. */
export const mergeFactsOf = ({ group, version, kind }: Mapping): MergeFacts => {
  const definition = definitionOf({ group, version, kind });
  return definition === undefined ? noMergeFacts : schemaMergeFacts(definition);
};
