/** Signals by number, as `kill -l` names them. */
const names: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  6: 'ABRT',
  8: 'FPE',
  9: 'KILL',
  10: 'USR1',
  11: 'SEGV',
  12: 'USR2',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
  17: 'CHLD',
  18: 'CONT',
  19: 'STOP',
  20: 'TSTP',
  28: 'WINCH',
};
const numbers = new Map(Object.entries(names).map(([number, name]) => [name, Number(number)]));

export const signalName = (signal: number): string => names[signal] ?? String(signal);

/** `TERM`, `SIGTERM`, `term` or `15`; undefined for anything else. */
export const signalNumber = (text: string): number | undefined =>
  /^\d+$/.test(text) ? Number(text) : numbers.get(text.toUpperCase().replace(/^SIG/, ''));

export const allSignals: readonly number[] = Object.keys(names).map(Number);

/** Signals that do nothing to a process that does not ask for them. */
export const harmlessSignals: ReadonlySet<number> = new Set([17, 18, 28]);
