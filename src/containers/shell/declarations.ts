import type { Assignment } from 'unbash';
import { assign } from './commands';
import { ShellError } from './control';
import type { Running } from './running';
import type { Shell } from './shell';
import type { ShellState } from './shell-state';

/** A builtin whose arguments may be assignments: `export x=1`. */
export type Declaration = (shell: Shell, args: readonly string[], assignments: readonly Assignment[]) => Running<number>;

/** Applies `prepare` to each name and assigns what was given. `prepare` may refuse with a ShellError. */
const declaring = (prepare: (state: ShellState, name: string, flags: string) => void, show?: (shell: Shell) => Running<void>): Declaration =>
  function* (shell, args, assignments) {
    const flags = args.filter((arg) => arg.startsWith('-')).join('');
    const names = args.filter((arg) => !arg.startsWith('-'));
    if (names.length === 0 && assignments.length === 0 && show) yield* show(shell);
    for (const arg of names) {
      const equals = arg.indexOf('=');
      const name = equals > 0 ? arg.slice(0, equals) : arg;
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        yield* shell.complain(shell.process.dialect === 'bash' ? `export: \`${arg}': not a valid identifier` : `export: ${name}: bad variable name`);
        return 1;
      }
      if (equals > 0) shell.state.set(name, arg.slice(equals + 1));
      prepare(shell.state, name, flags);
    }
    for (const assignment of assignments) {
      // The value is worked out before the name is hidden: `local x=$x`. A readonly mark comes after the value.
      if (assignment.value.type === 'Word') {
        const text = yield* shell.expander.text(assignment.value);
        const before = assignment.append ? (shell.state.get(assignment.name) ?? '') : '';
        prepareUnless(flags, shell.state, assignment.name, prepare);
        shell.state.set(assignment.name, before + text);
      } else {
        prepareUnless(flags, shell.state, assignment.name, prepare);
        yield* assign(shell, assignment);
      }
      prepare(shell.state, assignment.name, flags);
    }
    return 0;
  };

const prepareUnless = (flags: string, state: ShellState, name: string, prepare: (state: ShellState, name: string, flags: string) => void): void => {
  if (prepare !== markReadonly && !flags.includes('r')) prepare(state, name, flags);
};

const markReadonly = (state: ShellState, name: string): void => state.declare(name, { readonly: true });

const markDeclared = (state: ShellState, name: string, flags: string): void => {
  if (state.insideFunction && !flags.includes('g')) state.localize(name);
  state.declare(name, {
    associative: flags.includes('A'),
    array: flags.includes('a'),
    ...(flags.includes('x') && { exported: true }),
    ...(flags.includes('r') && { readonly: true }),
  });
};

function* showExports({ state, process }: Shell): Running<void> {
  for (const [name, value] of [...state.exported()].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    yield * process.print(process.dialect === 'bash' ? `declare -x ${name}="${value}"\n` : `export ${name}='${value}'\n`);
}

const declareLocal = declaring(markDeclared);
/** bash goes on after a `local` outside a function, the others end. */
function* localBuiltin(shell: Shell, args: readonly string[], assignments: readonly Assignment[]): Running<number> {
  if (shell.state.insideFunction) return yield* declareLocal(shell, args, assignments);
  const { dialect } = shell.process;
  if (dialect !== 'bash') throw new ShellError('local: not in a function', 2);
  yield* shell.complain('local: can only be used in a function');
  return 1;
}

export const declarations: ReadonlyMap<string, Declaration> = new Map<string, Declaration>([
  ['export', declaring((state, name, flags) => state.declare(name, { exported: !flags.includes('n') }), showExports)],
  ['readonly', declaring(markReadonly)],
  ['local', localBuiltin],
  ['declare', declaring(markDeclared)],
  ['typeset', declaring(markDeclared)],
]);
