import { Subject } from 'rxjs';
import { RemoteClient } from '../../src/api/remote-client';
import type { ClockState, Flown, FromHost, Start, ToHost } from '../../src/worker/protocol';
import type { Door } from './door';
import { startWorker } from './cluster-worker';

/** One cluster, from its start to its end: a worker, the way to its API server, and its time. A reset makes a new session. */
export class Session {
  readonly door: Door;
  /** Requests through the simulated network, as they end. `skipped` counts those that were too many to tell one by one. */
  readonly exchanges = new Subject<{ readonly exchanges: readonly Flown[]; readonly skipped: number }>();
  readonly messages = new Subject<FromHost>();
  clock = $state.raw<ClockState>({ now: 0, running: true, speed: 1, revision: 0 });
  started = $state(false);
  defect = $state<string>();
  /** When the first manifests run and the console takes lines. */
  readonly whenStarted: Promise<void>;
  #tellStarted: () => void = () => {};
  readonly #worker: Worker;

  constructor(readonly start: Start) {
    this.whenStarted = new Promise((resolve) => { this.#tellStarted = resolve; });
    this.#worker = startWorker();
    const { port1, port2 } = new MessageChannel();
    this.door = new RemoteClient(port1);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromHost>) => this.#receive(data));
    this.#worker.addEventListener('error', (event) => { this.defect = event.message || 'the worker could not be started'; });
    this.#worker.postMessage({ type: 'start', start, api: port2 } satisfies ToHost, [port2]);
  }

  post = (message: ToHost): void => this.#worker.postMessage(message);
  end(): void { this.#worker.terminate(); }

  #receive(message: FromHost): void {
    if (message.type === 'clock') this.clock = message.clock;
    else if (message.type === 'started') { this.started = true; this.#tellStarted(); }
    else if (message.type === 'defect') this.defect = message.message;
    else if (message.type === 'exchanges') this.exchanges.next(message);
    this.messages.next(message);
  }
}
