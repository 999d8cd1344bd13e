import { Fifo } from '../sim/fifo';
import { ClusterHost } from './host';
import type { FromHost, ToHost } from './protocol';

/** Work for the next turn goes by a message to ourselves: browsers make timers of timers wait four milliseconds, a fifth of the time of a cluster that is busy. */
const turns = new MessageChannel();
const waiting = new Fifo<() => void>();
turns.port1.addEventListener('message', () => waiting.shift()?.());
turns.port1.start();

function later(work: () => void, delayMs: number): void {
  if (delayMs > 0) { setTimeout(work, delayMs); return; }
  waiting.push(work);
  turns.port2.postMessage(undefined);
}

const host = new ClusterHost({ now: () => performance.now(), later, post: (message: FromHost) => self.postMessage(message) });

self.addEventListener('message', ({ data }: MessageEvent<ToHost>) => host.receive(data));
self.addEventListener('error', (event) => host.defect(event.error ?? event.message));
self.addEventListener('unhandledrejection', ({ reason }) => host.defect(reason));
