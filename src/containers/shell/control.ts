/** How control leaves the place where it is: thrown by a command, caught by the loop, function or shell it means. */
export class BreakLoop { constructor(readonly levels: number) {} }
export class ContinueLoop { constructor(readonly levels: number) {} }
export class ReturnFromFunction { constructor(readonly status: number) {} }
export class ExitShell { constructor(readonly status: number) {} }
/** Ctrl+C: what was typed is given up, the shell goes on. */
export class Interrupted {}
/** A fault in what was written: it ends the command (a script: the shell) with an error text. */
export class ShellError extends Error {
  constructor(message: string, readonly status = 2) { super(message); }
}
