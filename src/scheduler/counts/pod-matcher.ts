import type { Labels, Selector } from '../../lib/selectors';
import { nothing } from '../../lib/selectors';
import type { Pod } from '../../schema/types';

/** A question about pods. Equal names are equal questions. */
export type PodMatcher = {
  readonly name: string;
  /** Only pods of these namespaces; of all when absent. */
  readonly namespaces?: ReadonlySet<string>;
  /** A label and value that all of them have: lets an index answer. */
  readonly exact?: { readonly key: string; readonly value: string };
  matches(pod: Pod): boolean;
};

/** The labels of a namespace; without any when it is not known. */
export type NamespaceLabels = (namespace: string) => Labels | undefined;

const noLabels: Labels = {};
export const labelsOf = ({ metadata: { labels } }: Pod): Labels => labels ?? noLabels;
export const selectorText = (selector: Selector): string => (selector === nothing ? '<none>' : selector.toString());

/** Pods of one namespace that a topology spread constraint counts: those being deleted have left already. */
export function spreadMatcher(namespace: string, selector: Selector): PodMatcher {
  const { exact } = selector;
  return {
    name: `spread ${namespace}/${selectorText(selector)}`, namespaces: new Set([namespace]), ...(exact && { exact }),
    matches: (pod) => pod.metadata.deletionTimestamp === undefined && pod.metadata.namespace === namespace && selector.matches(pod.metadata.labels),
  };
}

type Entry<T> = { readonly matcher: PodMatcher; readonly value: T };
type Bucket<T> = { readonly byLabel: Map<string, Set<Entry<T>>>; readonly rest: Set<Entry<T>> };
const anywhere = '*';

/** Questions about pods, arranged so that a pod is shown only to those that it may concern. */
export class MatcherIndex<T> {
  readonly #buckets = new Map<string, Bucket<T>>();
  readonly #entries = new Map<string, Entry<T>>();
  #latest: string | undefined;

  get size(): number { return this.#entries.size; }
  get values(): readonly T[] { return [...this.#entries.values()].map(({ value }) => value); }

  /** Questions about all namespaces: which pods they are about hangs on the namespaces' labels. */
  get unbounded(): readonly string[] { return [...this.#entries.values()].flatMap(({ matcher: { name, namespaces } }) => (namespaces ? [] : [name])); }

  get(name: string): T | undefined { return this.#entries.get(name)?.value; }

  /** The entry again, as the one used last. */
  touch(name: string): void {
    if (name === this.#latest) return;
    const entry = this.#entries.get(name);
    if (!entry || !this.#entries.delete(name)) return;
    this.#entries.set(name, entry);
    this.#latest = name;
  }

  add(matcher: PodMatcher, value: T): void {
    const entry = { matcher, value };
    this.#entries.set(matcher.name, entry);
    this.#latest = matcher.name;
    const bucket = this.#bucketOf(matcher);
    if (!matcher.exact) return void bucket.rest.add(entry);
    const label = pair(matcher.exact.key, matcher.exact.value);
    const known = bucket.byLabel.get(label);
    if (known) known.add(entry); else bucket.byLabel.set(label, new Set([entry]));
  }

  delete(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    if (name === this.#latest) this.#latest = undefined;
    const bucket = this.#bucketOf(entry.matcher);
    const { exact } = entry.matcher;
    if (exact) {
      const known = bucket.byLabel.get(pair(exact.key, exact.value));
      known?.delete(entry);
      if (known?.size === 0) bucket.byLabel.delete(pair(exact.key, exact.value));
    } else bucket.rest.delete(entry);
    if (bucket.byLabel.size + bucket.rest.size === 0) this.#buckets.delete(bucketName(entry.matcher));
  }

  /** The one that was used longest ago. */
  get oldest(): string | undefined { const first = this.#entries.keys().next(); return first.done ? undefined : first.value; }

  forEachMatch(pod: Pod, work: (value: T) => void): void {
    if (this.#entries.size === 0) return;
    const own = this.#buckets.get(pod.metadata.namespace);
    if (own) ask(own, pod, work);
    const all = this.#buckets.get(anywhere);
    if (all) ask(all, pod, work);
  }

  #bucketOf(matcher: PodMatcher): Bucket<T> {
    const name = bucketName(matcher);
    const known = this.#buckets.get(name);
    if (known) return known;
    const made: Bucket<T> = { byLabel: new Map(), rest: new Set() };
    this.#buckets.set(name, made);
    return made;
  }
}

function bucketName({ namespaces }: PodMatcher): string {
  if (namespaces?.size !== 1) return anywhere;
  const [only = anywhere] = namespaces;
  return only;
}

function ask<T>({ byLabel, rest }: Bucket<T>, pod: Pod, work: (value: T) => void): void {
  if (byLabel.size > 0) {
    const labels = labelsOf(pod);
    for (const key in labels) {
      const entries = byLabel.get(pair(key, labels[key] ?? ''));
      if (entries) for (const { matcher, value } of entries) if (matcher.matches(pod)) work(value);
    }
  }
  for (const { matcher, value } of rest) if (matcher.matches(pod)) work(value);
}

const pair = (key: string, value: string): string => `${key}=${value}`;
