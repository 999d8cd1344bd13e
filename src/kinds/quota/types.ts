import type { KubeObject } from '../../api/types';
import type { ScopedResourceSelectorRequirement } from '../../schema/types';
import type { Amounts } from './amounts';

/** What is asked when objects of a kind are written or counted. */
export type Write = {
  readonly operation: 'create' | 'update' | 'delete';
  readonly subresource?: string | undefined;
  readonly object: KubeObject;
  readonly previous?: KubeObject | undefined;
};

/** How objects of one kind are counted against quotas. */
export type Evaluator = {
  /** Whether such a write can change what is used. */
  handles(write: Write): boolean;
  /** Those of the names that objects of this kind can use. */
  matching(names: Iterable<string>): string[];
  /** What is missing before the object can be counted, in upstream's words: `must specify limits.cpu for: web`. */
  missing?(required: readonly string[], object: KubeObject): string | undefined;
  /** What the object uses. The same result for all objects that differ in nothing that counts, where that is cheap to tell. */
  usage(object: KubeObject, now: number): Amounts;
  /** Whether a scope holds for the object; kinds without scopes match none. */
  inScope?(object: KubeObject, scope: ScopedResourceSelectorRequirement): boolean;
  /** Whether a change of an object frees something: what the quota controller waits for beside deletions. */
  frees?(previous: KubeObject, next: KubeObject, now: number): boolean;
};
