import { ClusterHost } from './host';
import type { FromHost, ToHost } from './protocol';

const host = new ClusterHost({
  now: () => performance.now(),
  later: (work, delayMs) => void setTimeout(work, delayMs),
  post: (message: FromHost) => self.postMessage(message),
});

self.addEventListener('message', ({ data }: MessageEvent<ToHost>) => host.receive(data));
self.addEventListener('error', (event) => host.defect(event.error ?? event.message));
self.addEventListener('unhandledrejection', ({ reason }) => host.defect(reason));
