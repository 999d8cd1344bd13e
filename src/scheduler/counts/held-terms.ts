import type { Pod } from '../../schema/types';
import type { NodeInfo } from '../node-info';
import { termMatches, termsOf, type Term } from './affinity-terms';
import type { Domains } from './domains';
import { MatcherIndex, type NamespaceLabels, type PodMatcher } from './pod-matcher';
import { Tally } from './tally';
import type { Topology } from './topology';

/** What a term of a pod that runs already means for one to come. */
export type Stance = 'affinity' | 'antiAffinity' | 'preferred';
/** A term that pods hold, and on how many of them by the value of its topology. */
export type HeldTerm = { readonly term: Term; readonly stance: Stance; readonly tally: Tally; readonly domains: Domains };

const maxUnheld = 32;
const stances: readonly Stance[] = ['affinity', 'antiAffinity', 'preferred'];

/** The affinity terms of the pods that have a node, each counted once for all pods that hold it. */
export class HeldTerms {
  readonly #index = new MatcherIndex<HeldTerm>();
  /** Terms that nobody holds any more. They are kept for a while: what was asked about them may be asked again with their pods put back. */
  readonly #unheld = new Set<string>();
  constructor(private readonly topology: (key: string) => Topology, private readonly labelsOf: NamespaceLabels) {}

  get isEmpty(): boolean { return this.#index.size === 0; }

  /** One pod more or less that holds its terms, on `node`. */
  count(pod: Pod, { slot }: NodeInfo, by: 1 | -1): void {
    const { affinity } = pod.spec;
    if (!affinity || (!affinity.podAffinity && !affinity.podAntiAffinity)) return;
    const terms = termsOf(pod);
    for (const stance of stances) {
      for (const term of terms[stance]) {
        const held = this.#held(term, stance);
        held.tally.add(slot, by);
        if (held.tally.total === 0) this.#unheld.add(nameOf(term, stance)); else if (by === 1 && held.tally.total === 1) this.#unheld.delete(nameOf(term, stance));
      }
    }
  }

  /** Lets go of what nobody holds. Between two pods, never while one is being placed. */
  tidy(): void {
    if (this.#unheld.size <= maxUnheld) return;
    for (const name of this.#unheld) this.#index.delete(name);
    this.#unheld.clear();
  }

  /** Terms held by others that are about this pod. */
  about(pod: Pod): readonly HeldTerm[] {
    const found: HeldTerm[] = [];
    this.#index.forEachMatch(pod, (held) => { if (held.tally.total > 0) found.push(held); });
    return found;
  }

  enter(node: NodeInfo): void { for (const { tally } of this.#index.values) tally.enter(node); }
  leave(node: NodeInfo): void { for (const { tally } of this.#index.values) tally.leave(node); }

  #held(term: Term, stance: Stance): HeldTerm {
    const name = nameOf(term, stance);
    const known = this.#index.get(name);
    if (known) return known;
    const tally = new Tally();
    const made: HeldTerm = { term, stance, tally, domains: tally.by(this.topology(term.topologyKey)) };
    const { exact } = term.selector;
    const matcher: PodMatcher = {
      name, ...(exact && { exact }), ...(!term.namespaceSelector && { namespaces: term.namespaces }), matches: (pod) => termMatches(term, pod, this.labelsOf),
    };
    this.#index.add(matcher, made);
    return made;
  }
}

const nameOf = ({ name, topologyKey, weight }: Term, stance: Stance): string => `${stance} ${weight} ${topologyKey} ${name}`;
