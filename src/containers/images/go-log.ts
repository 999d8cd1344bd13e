import type { ServerProcess } from '../server';
import { two } from './web-files';

/** `2026/11/21 09:00:00`, as Go's log package begins its lines. */
export const goTime = (at: number): string => {
  const date = new Date(at);
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${date.toISOString().slice(11, 19)}`;
};

/** A line as Go's log package writes it: to stderr, with the time before it. */
export const goLog = (process: ServerProcess, text: string, at = process.now()): void => process.print(`${goTime(at)} ${text}\n`, 'stderr');
