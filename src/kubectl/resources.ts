import type { PatchType } from '../api/types';
import { noMergeFacts, type MergeFacts } from '../lib/patches/merge-facts';
import { definitionOf, mergeFactsOf as schemaMergeFacts } from '../schema/facts';
import { allResources, resourceName, type ResourceFacts } from '../schema/resources';
import { CommandError } from './errors';

/** A resource as kubectl knows it, at one version. */
export type Mapping = ResourceFacts & { readonly resource: string; readonly apiVersion: string };

export const mappingOf = (facts: ResourceFacts): Mapping =>
  ({ ...facts, resource: resourceName(facts), apiVersion: facts.group ? `${facts.group}/${facts.version}` : facts.version });

/** The resources of a server as the words for them find them; versions of one resource stand together, the preferred one first. */
export class Resources {
  /** One mapping for each resource, at its preferred version. */
  readonly preferred: readonly Mapping[];
  readonly #byWord = new Map<string, Mapping>();

  constructor(readonly all: readonly Mapping[]) {
    const first = new Map<string, Mapping>();
    for (const mapping of all) if (!first.has(mapping.resource)) first.set(mapping.resource, mapping);
    this.preferred = [...first.values()];
    for (const mapping of this.preferred) for (const word of [mapping.plural, mapping.singular]) this.#learn(word, mapping);
    for (const mapping of this.preferred) for (const word of mapping.shortNames) this.#learn(word, mapping);
  }

  #learn(word: string, mapping: Mapping): void { if (!this.#byWord.has(word)) this.#byWord.set(word, mapping); }

  /** Finds `po`, `Pods`, `deployment`, `deployments.apps`, `deployments.v1.apps`. */
  find(word: string): Mapping | undefined {
    const lower = word.toLowerCase();
    const known = this.#byWord.get(lower);
    if (known) return known;
    const [name = '', ...rest] = lower.split('.');
    const group = rest.join('.');
    const named = (mapping: Mapping) => [mapping.plural, mapping.singular, ...mapping.shortNames].includes(name);
    return this.preferred.find((mapping) => named(mapping) && mapping.group !== '' && mapping.group === group)
      ?? this.preferred.find((mapping) => named(mapping) && rest.length > 0 && mapping.group.startsWith(`${group}.`))
      ?? this.all.find((mapping) => named(mapping) && mapping.version === rest[0] && mapping.group === rest.slice(1).join('.'));
  }

  /** @throws CommandError with kubectl's words. */
  for(word: string): Mapping {
    const mapping = this.find(word);
    if (!mapping) throw new CommandError(`the server doesn't have a resource type "${word}"`);
    return mapping;
  }

  /** The mappings of `po,svc` or `all`. Throws CommandError. */
  several(words: string): readonly Mapping[] {
    return words.split(',').filter(Boolean).flatMap((word) => {
      const category = this.preferred.filter(({ categories }) => categories.includes(word.toLowerCase()));
      return category.length > 0 ? category : [this.for(word)];
    });
  }

  /** The mapping of an object's kind and apiVersion; undefined when the server has none. */
  ofKind(apiVersion: string, kind: string): Mapping | undefined {
    return this.all.find((mapping) => mapping.kind === kind && mapping.apiVersion === apiVersion);
  }
}

/** What a stock server has: what kubectl itself is written for, and what is assumed of a server that cannot be asked. */
export const stockResources = new Resources(allResources.map(mappingOf));

/** The mapping of a kind that every server has. */
export const mappingFor = (word: string): Mapping => stockResources.for(word);

/** `deployment.apps`, as printed before a slash and a name. */
export const printedKind = ({ kind, group }: Pick<Mapping, 'kind' | 'group'>): string => (group ? `${kind.toLowerCase()}.${group}` : kind.toLowerCase());
/** `deployment.apps/web`. */
export const printedName = (mapping: Pick<Mapping, 'kind' | 'group'>, name: string): string => `${printedKind(mapping)}/${name}`;

/** How objects of a kind merge. */
export const mergeFactsOf = ({ group, version, kind }: Mapping): MergeFacts => {
  const definition = definitionOf({ group, version, kind });
  return definition === undefined ? noMergeFacts : schemaMergeFacts(definition);
};

/** Whether kubectl itself knows the type. */
export const isBuiltInType = (mapping: Mapping): boolean => definitionOf(mapping) !== undefined;

/** How changes to an object are sent: how lists of an unknown type merge nobody knows. */
export const patchTypeOf = (mapping: Mapping): PatchType => (isBuiltInType(mapping) ? 'strategic' : 'merge');
