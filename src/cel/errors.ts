/** One thing wrong with an expression; `offset` counts code points from its start. */
export type Issue = { readonly offset: number; readonly message: string };

/** An expression that cannot be used. The message lists all issues in upstream's form, each with its place in the source. */
export class CelCompileError extends Error {
  override readonly name = 'CelCompileError';
  constructor(source: string, readonly issues: readonly Issue[]) { super(issues.map((issue) => placed(source, issue)).join('\n')); }
}

/** `ERROR: <input>:1:5: message`, the line, and a caret below the place. */
function placed(source: string, { offset, message }: Issue): string {
  const before = source.slice(0, offset).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

/** An expression that failed while it ran: `no such key: x`, `division by zero`. */
export class CelRuntimeError extends Error {
  override readonly name: string = 'CelRuntimeError';
}

/** An expression that did more than its budget allows. */
export class CelBudgetError extends CelRuntimeError {
  override readonly name = 'CelBudgetError';
  constructor() { super('operation cancelled: actual cost limit exceeded'); }
}

export const noSuchOverload = (): CelRuntimeError => new CelRuntimeError('no such overload');
export const noSuchKey = (key: string): CelRuntimeError => new CelRuntimeError(`no such key: ${key}`);
