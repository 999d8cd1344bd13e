import { FileError } from './files';
import type { Dialect } from './process';

/** How a shell was started: it decides what stands before its error texts. */
export type Mode = 'interactive' | 'command' | 'file';

/** `sh: `, `sh: 1: `, `bash: line 1: `. */
export const errorPrefix = (dialect: Dialect, mode: Mode, name: string, line: number): string => {
  if (mode === 'interactive') return dialect === 'dash' ? `${name}: ${line}: ` : `${name}: `;
  if (dialect === 'dash') return `${name}: ${line}: `;
  return dialect === 'bash' || mode === 'file' ? `${name}: line ${line}: ` : `${name}: `;
};

export const notFoundText = (dialect: Dialect, command: string): string => {
  if (command.includes('/')) return dialect === 'bash' ? `${command}: No such file or directory` : `${command}: not found`;
  return dialect === 'bash' ? `${command}: command not found` : `${command}: not found`;
};

/** Why a redirect's file could not be opened. */
export const cannotOpenText = (dialect: Dialect, path: string, error: FileError, creating: boolean): string => {
  if (dialect === 'bash') return `${path}: ${error.message}`;
  if (dialect === 'dash') return `cannot ${creating ? 'create' : 'open'} ${path}: ${error.code === 'ENOENT' ? (creating ? 'Directory nonexistent' : 'No such file') : error.message}`;
  return `can't ${creating ? 'create' : 'open'} ${path}: ${error.code === 'ENOENT' ? (creating ? 'nonexistent directory' : 'no such file') : error.message}`;
};

export const unsetText = (dialect: Dialect, name: string): string => (dialect === 'bash' ? `${name}: unbound variable` : `${name}: parameter not set`);
