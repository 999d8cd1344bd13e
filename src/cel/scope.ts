import type { Budget } from './compile';
import type { Issue } from './errors';
import { errorType, type CelType } from './types';
import type { Value } from './values';

/** One evaluation under way. */
export type Run = { readonly locals: Value[]; readonly budget: Budget; read(name: string): Value };

/** An expression checked: its type, and how it runs. */
export type Compiled = { readonly type: CelType; run(run: Run): Value };

export const failed: Compiled = { type: errorType, run: () => null };

type Local = { readonly slot: number; readonly type: CelType };

/** What names mean where an expression stands: the variables of macros around it, then those it was given. */
export class Scope {
  readonly reads: Set<string>;
  constructor(
    readonly variables: Readonly<Record<string, CelType>>,
    readonly structs: (name: string) => CelType | undefined,
    readonly issues: Issue[],
    private readonly locals: ReadonlyMap<string, Local> = new Map(),
    reads: Set<string> = new Set(),
    private readonly depth = 0,
    /** How deep the expression that is compiled right now stands in the others. */
    readonly nesting: { depth: number } = { depth: 0 },
  ) { this.reads = reads; }

  /** Notes what is wrong, and goes on: all issues are told together. */
  report(offset: number, message: string): Compiled {
    if (!this.issues.some((issue) => issue.offset === offset && issue.message === message)) this.issues.push({ offset, message });
    return failed;
  }

  /** The same scope with one more variable, and the slot where it is kept while it runs. */
  with(name: string, type: CelType): { readonly scope: Scope; readonly slot: number } {
    const slot = this.depth;
    const locals = new Map(this.locals).set(name, { slot, type });
    return { slot, scope: new Scope(this.variables, this.structs, this.issues, locals, this.reads, this.depth + 1, this.nesting) };
  }

  /** The variable of this name; undefined when there is none. */
  find(name: string): Compiled | undefined {
    const local = this.locals.get(name);
    if (local) return { type: local.type, run: ({ locals }) => locals[local.slot] ?? null };
    if (!Object.hasOwn(this.variables, name)) return undefined;
    const type = this.variables[name];
    if (type === undefined) return undefined;
    this.reads.add(name);
    return { type, run: (run) => { run.budget.charge(1); return run.read(name); } };
  }
}
