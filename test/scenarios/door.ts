import { delay, type Observable } from 'rxjs';
import type { ApiRequest, ApiResponse, ApiServer, ConnectFrame, ConnectRequest, WatchEvent, WatchRequest } from '../../src/api/types';
import type { VirtualClock } from '../../src/sim/clock';

/** The process of a controller ends at this very moment, in the middle of what it does. */
export class Died extends Error {}

/** What happens to the requests of one controller; writes are counted from 1. */
export type Interference = {
  /** How late its cache of a resource is. */
  latencyMs?(resource: string): number;
  /** Before the n-th write is carried out; what it throws comes back instead. */
  before?(request: ApiRequest, nth: number): void;
  /** After the n-th write was carried out; what it throws comes back instead of the answer. */
  after?(request: ApiRequest, nth: number): void;
};

const reading: ReadonlySet<string> = new Set(['get', 'list']);

/** The door as one controller finds it: the real one, with somebody in the way. */
export class Door implements ApiServer {
  /** Writes so far, failed ones too. */
  writes = 0;
  constructor(private readonly server: ApiServer, private readonly clock: VirtualClock, private readonly interference: Interference) {}

  call(request: ApiRequest): ApiResponse {
    if (reading.has(request.verb)) return this.server.call(request);
    const nth = ++this.writes;
    this.interference.before?.(request, nth);
    const answer = this.server.call(request);
    this.interference.after?.(request, nth);
    return answer;
  }

  watch(request: WatchRequest): Observable<WatchEvent> {
    const latencyMs = this.interference.latencyMs?.(request.resource);
    const events = this.server.watch(request);
    return latencyMs ? events.pipe(delay(latencyMs, this.clock)) : events;
  }

  connect(request: ConnectRequest): Observable<ConnectFrame> { return this.server.connect(request); }
}
