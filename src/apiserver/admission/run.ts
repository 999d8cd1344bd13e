import type { KubeObject } from '../../api/types';
import { Reinvocation } from './reinvocation';
import type { Admission, Afterwards, Attributes } from './types';

/** The plugins in their order; who looks at which resource is found out once. */
export class AdmissionChain {
  readonly #mutating = new Map<string, readonly Admission[]>();
  readonly #judging = new Map<string, readonly Admission[]>();
  readonly #posts = new Map<string, readonly Admission[]>();
  constructor(private plugins: readonly Admission[]) {}

  /** From now on these look, the ones from before among them: plugins may arrive after the server, before anything is asked that concerns them. */
  complete(plugins: readonly Admission[]): void {
    this.plugins = plugins;
    this.#mutating.clear();
    this.#judging.clear();
    this.#posts.clear();
  }

  /** The changing phase. Returns the object as the plugins want it. */
  mutate(object: KubeObject, attributes: Attributes): KubeObject {
    const reinvocation = new Reinvocation();
    const once = this.#mutateOnce(object, attributes, reinvocation);
    if (!reinvocation.isDue) return once;
    reinvocation.round = 2;
    return this.#mutateOnce(once, attributes, reinvocation);
  }

  #mutateOnce(object: KubeObject, attributes: Attributes, reinvocation: Reinvocation): KubeObject {
    let current = object;
    for (const plugin of this.#concerned(this.#mutating, 'mutate', attributes.kind.resource))
      current = plugin.mutate?.(current, current === attributes.object ? attributes : { ...attributes, object: current }, reinvocation) ?? current;
    return current;
  }

  /** The judging phase. Gives back what is to be done once the object is stored; undefined, as is usual, when that is nothing. */
  judge(attributes: Attributes): Afterwards | undefined {
    let all: Afterwards | undefined;
    for (const plugin of this.#concerned(this.#judging, 'validate', attributes.kind.resource)) all = both(all, plugin.validate?.(attributes));
    return all;
  }

  /** Lets those who look at it judge what is sent to a subresource that is no part of the object: an eviction, or a conversation that is about to begin. */
  judgePosted(resource: string, subresource: string, attributes: () => Attributes): void {
    const path = `${resource}/${subresource}`;
    let known = this.#posts.get(path);
    if (!known) this.#posts.set(path, known = this.plugins.filter(({ posts }) => posts === 'all' || posts?.includes(path)));
    if (known.length === 0) return;
    const seen = attributes();
    for (const plugin of known) plugin.validate?.(seen);
  }

  #concerned(known: Map<string, readonly Admission[]>, phase: 'mutate' | 'validate', resource: string): readonly Admission[] {
    const before = known.get(resource);
    if (before) return before;
    const concerned = this.plugins.filter((plugin) => plugin[phase] && (!plugin.resources || plugin.resources.includes(resource)));
    known.set(resource, concerned);
    return concerned;
  }
}

const both = (first: Afterwards | undefined, second: Afterwards | void): Afterwards | undefined => {
  if (!first || !second) return first ?? (second || undefined);
  return () => { first(); second(); };
};
