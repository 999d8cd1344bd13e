import { CelBudgetError, CelCompileError, CelRuntimeError, type Issue } from './errors';
import { SyntaxProblem } from './lexer';
import { compileExpression } from './expression';
import { parse } from './parser';
import { Scope, type Run } from './scope';
import { formatType, type CelType } from './types';
import { fromJson, type Value } from './values';
import { toNative } from './native';

export type CompileOptions = {
  /** What the expression may speak of, by name. */
  readonly variables: Readonly<Record<string, CelType>>;
  /** Types that the expression may make: `Object{…}`, `JSONPatch{…}`; by the name written before the brace. */
  readonly structs?: (name: string) => CelType | undefined;
};

/** What an evaluation may cost; shared by all that count against one limit. One unit is about one of upstream's. */
export class Budget {
  constructor(public left: number) {}
  /** @throws CelBudgetError when nothing is left. */
  charge(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new CelBudgetError();
  }
}

/** Upstream's limit for a single expression. */
export const perCallBudget = 1_000_000;

/** An expression ready to run. */
export type CelProgram = {
  readonly source: string;
  readonly type: CelType;
  /** The names of the variables it reads. */
  readonly reads: ReadonlySet<string>;
  /**
   * Runs it over plain JSON values (or values of another evaluation), a function for one that is made when it is first read.
   * @throws CelRuntimeError, CelBudgetError
   */
  evaluate(values: Variables, budget?: Budget): Value;
  /** As evaluate, with the result as plain JSON: a bigint as a number, a map as an object, an absent optional as undefined. */
  evaluateToJson(values: Variables, budget?: Budget): unknown;
};

export type Variables = Readonly<Record<string, unknown>>;
/** A variable that is made when it is first read. */
export class Lazy {
  #value: { readonly made: unknown } | undefined;
  constructor(private readonly make: () => unknown) {}
  get value(): unknown { return (this.#value ??= { made: this.make() }).made; }
}

/** Parses and checks an expression. @throws CelCompileError with all that is wrong, in upstream's form. */
export function compileCel(source: string, { variables, structs = () => undefined }: CompileOptions): CelProgram {
  const issues: Issue[] = [];
  const scope = new Scope(variables, structs, issues);
  const compiled = compileExpression(parsed(source), scope);
  if (issues.length > 0) throw new CelCompileError(source, issues.sort((a, b) => a.offset - b.offset));
  const evaluate = (values: Variables, budget?: Budget): Value => {
    const run: Run = {
      locals: [],
      budget: new CallBudget(budget),
      read: (name) => {
        const given = values[name];
        const value = given instanceof Lazy ? given.value : given;
        if (value === undefined) throw new CelRuntimeError(`no such attribute(s): ${name}`);
        return fromJson(value, variables[name] ?? compiled.type);
      },
    };
    return compiled.run(run);
  };
  return { source, type: compiled.type, reads: scope.reads, evaluate, evaluateToJson: (values, budget) => toNative(evaluate(values, budget)) };
}

/** One call's own limit, within the budget it shares. */
class CallBudget extends Budget {
  constructor(private readonly shared: Budget | undefined) { super(perCallBudget); }
  override charge(cost: number): void {
    super.charge(cost);
    this.shared?.charge(cost);
  }
}

function parsed(source: string) {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof SyntaxProblem) throw new CelCompileError(source, [{ offset: error.offset, message: error.message }]);
    throw error;
  }
}

/** The type's name as upstream's messages write it: `bool`, `list(string)`. */
export const typeText = (type: CelType): string => formatType(type);
