import type { Rejection } from './framework';

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.` Reasons are sorted as texts, so by the leading digit. */
export function availability(nodes: number, rejections: Iterable<Rejection>): string {
  const byRejection = new Map<Rejection, number>();
  let [previous, inARow]: [Rejection | undefined, number] = [undefined, 0];
  const count = () => { if (previous) byRejection.set(previous, (byRejection.get(previous) ?? 0) + inARow); };
  for (const each of rejections) {
    if (each === previous) { inARow++; continue; }
    count();
    [previous, inARow] = [each, 1];
  }
  count();
  const counts = new Map<string, number>();
  for (const [{ reasons }, nodesWithIt] of byRejection) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + nodesWithIt);
  return closed(nodes, [...counts].map(([reason, nodesWithIt]) => `${nodesWithIt} ${reason}`).sort());
}

/** When a plugin turned the pod away before any node was asked, its message stands in place of the counts. */
export const refusedBeforehand = (nodes: number, { reasons }: Rejection): string => closed(nodes, reasons);

const closed = (nodes: number, reasons: readonly string[]): string => `0/${nodes} nodes are available: ${reasons.join(', ')}.`;

const maxBytes = 1024;
/** Events and conditions hold at most 1 kB. */
export const truncated = (message: string): string => (message.length > maxBytes ? `${message.slice(0, maxBytes - 4)} ...` : message);

export const noNodes = 'no nodes available to schedule pods';
