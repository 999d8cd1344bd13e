import { timestamp as format } from '../lib/timestamp';

let last = { second: -1, text: '' };

/** A moment of virtual time as Kubernetes writes it, whole seconds in UTC. The same text for all that happens within a second. */
export function timestamp(atMs: number): string {
  const second = Math.floor(atMs / 1_000);
  if (second !== last.second) last = { second, text: format(atMs) };
  return last.text;
}

/** With microseconds, as leases have it. */
export const microTimestamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 23)}000Z`;

/** With nanoseconds and no trailing zeros, as logs and `config.seen` have it. */
export const nanoTimestamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 23)}000000Z`;

/** A duration as Go prints it: `1m20s`, `1.5s`, `250ms`. */
export function goDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  if (durationMs < 1_000) return `${durationMs}ms`;
  const seconds = durationMs / 1_000;
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = `${Math.round((seconds % 60) * 1_000) / 1_000}s`;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}`;
}
