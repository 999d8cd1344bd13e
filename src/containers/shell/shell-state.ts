import type { Function as FunctionNode } from 'unbash';

/** A variable: text, or the elements of an array by index or key. */
export type Variable = { readonly value: string | ReadonlyMap<string, string>; readonly exported: boolean; readonly readonly: boolean; readonly associative?: true };

/** What `set` switches, by its letter or name. */
export type Options = { errexit: boolean; nounset: boolean; xtrace: boolean; pipefail: boolean; noglob: boolean; noexec: boolean; allexport: boolean; verbose: boolean };
export type OptionName = keyof Options;
export const optionLetters: Readonly<Record<string, OptionName>> = { e: 'errexit', u: 'nounset', x: 'xtrace', f: 'noglob', n: 'noexec', a: 'allexport', v: 'verbose' };

export const isOption = (options: Options, name: string): name is OptionName => Object.hasOwn(options, name);

/** A function and the text it was defined in, which positions refer to. */
export type ShellFunction = { readonly node: FunctionNode; readonly source: string };

/** A variable was not to be written. */
export class ReadonlyVariable extends Error {
  constructor(readonly variable: string) { super(`${variable}: is read only`); }
}

/** Everything a shell remembers from one command to the next. A subshell works on a copy. */
export class ShellState {
  readonly functions: Map<string, ShellFunction>;
  readonly aliases: Map<string, string>;
  readonly options: Options;
  /** Signal name or EXIT → command; '' to ignore. */
  readonly traps = new Map<string, string>();
  readonly #variables: Map<string, Variable>;
  /** What `local` has hidden, innermost function last. */
  readonly #hidden: Map<string, Variable | undefined>[] = [];
  /** $? of the last command, $! of the last background job. */
  status = 0;
  lastBackground: number | undefined;

  constructor(
    /** $0, as it appears before error texts. */
    public name: string,
    /** $1 and so on. */
    public positional: readonly string[],
    from?: ShellState,
  ) {
    this.functions = new Map(from?.functions);
    this.aliases = new Map(from?.aliases);
    this.#variables = new Map(from ? from.#variables : []);
    this.options = from ? { ...from.options } : { errexit: false, nounset: false, xtrace: false, pipefail: false, noglob: false, noexec: false, allexport: false, verbose: false };
    this.status = from?.status ?? 0;
    this.lastBackground = from?.lastBackground;
  }

  /** For a subshell: traps are the parent's own, everything else is copied. */
  fork(): ShellState { return new ShellState(this.name, this.positional, this); }

  get(name: string): string | undefined {
    const value = this.#variables.get(name)?.value;
    return typeof value === 'object' ? value.get('0') : value;
  }
  variable(name: string): Variable | undefined { return this.#variables.get(name); }
  names(): readonly string[] { return [...this.#variables.keys()].toSorted(); }

  set(name: string, value: string): void {
    const known = this.#variables.get(name);
    const next = typeof known?.value === 'object' ? new Map(known.value).set('0', value) : value;
    this.#put(name, { ...(known ?? plain), value: next, exported: known?.exported === true || this.options.allexport });
  }
  setElement(name: string, index: string, value: string): void {
    const known = this.#variables.get(name);
    this.#put(name, { ...(known ?? plain), value: new Map(elementsOf(known)).set(index, value) });
  }
  setArray(name: string, elements: ReadonlyMap<string, string>): void { this.#put(name, { ...(this.#variables.get(name) ?? plain), value: elements }); }
  declare(name: string, attributes: { readonly exported?: boolean; readonly readonly?: boolean; readonly associative?: boolean; readonly array?: boolean }): void {
    const known = this.#variables.get(name) ?? plain;
    const { exported = known.exported, readonly = known.readonly, associative, array } = attributes;
    const value = (associative || array) && typeof known.value === 'string' ? new Map<string, string>() : known.value;
    this.#variables.set(name, { ...known, value, exported, readonly, ...(associative && { associative: true }) });
  }
  unset(name: string, index?: string): void {
    const known = this.#variables.get(name);
    if (known?.readonly) throw new ReadonlyVariable(name);
    if (index === undefined) this.#variables.delete(name);
    else if (known) {
      const rest = new Map(elementsOf(known));
      rest.delete(index);
      this.#variables.set(name, { ...known, value: rest });
    }
  }

  /** The elements of an array in order; a plain variable is an array of one. */
  elements(name: string): ReadonlyMap<string, string> { return elementsOf(this.#variables.get(name)); }

  /** What programs get. */
  exported(): Map<string, string> {
    const environment = new Map<string, string>();
    for (const [name, { exported, value }] of this.#variables) if (exported && typeof value === 'string') environment.set(name, value);
    return environment;
  }
  importEnvironment(environment: ReadonlyMap<string, string>): void {
    for (const [name, value] of environment) this.#variables.set(name, { value, exported: true, readonly: false });
  }

  enterFunction(): void { this.#hidden.push(new Map()); }
  leaveFunction(): void {
    for (const [name, variable] of this.#hidden.pop() ?? []) {
      if (variable) this.#variables.set(name, variable);
      else this.#variables.delete(name);
    }
  }
  get insideFunction(): boolean { return this.#hidden.length > 0; }
  /** Hides a variable until the function returns. */
  localize(name: string): void {
    const scope = this.#hidden.at(-1);
    if (!scope || scope.has(name)) return;
    scope.set(name, this.#variables.get(name));
    this.#variables.delete(name);
  }

  #put(name: string, variable: Variable): void {
    if (this.#variables.get(name)?.readonly) throw new ReadonlyVariable(name);
    this.#variables.set(name, variable);
  }
}

const plain: Variable = { value: '', exported: false, readonly: false };

const elementsOf = (variable: Variable | undefined): ReadonlyMap<string, string> => {
  if (!variable) return new Map();
  const { value, associative } = variable;
  if (typeof value === 'string') return new Map([['0', value]]);
  return associative ? value : new Map([...value].sort(([a], [b]) => Number(a) - Number(b)));
};
