import { Observable, type SchedulerLike, defer, delay, isObservable, map, of } from 'rxjs';
import type { Connected, Endpoint, Network, Payload, Reply, Resolver, Source } from '../../src/net/types';

/** A network of named endpoints: every request takes a millisecond, a name is looked up in `names`. */
export class FakeNetwork implements Network {
  readonly names = new Map<string, string>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly exchanges = new Observable<never>();

  constructor(private readonly scheduler: SchedulerLike) {}

  attach(endpoint: Endpoint): void { this.#endpoints.set(endpoint.ip, endpoint); }
  detach(ip: string): void { this.#endpoints.delete(ip); }
  program(): void {}
  partition(): void {}
  recent(): readonly never[] { return []; }

  connect(from: Source, host: string, port: number, payload: Payload): Observable<Connected> {
    return defer((): Observable<Connected> => {
      const endpoint = this.#endpoints.get(host);
      if (!endpoint) return of<Connected>({ error: 'no route to host' });
      const handler = endpoint.accept(port, 'TCP');
      if (!handler) return of<Connected>({ error: 'connection refused' });
      const answer = handler(payload, from);
      const replies: Observable<Reply> = isObservable(answer) ? answer : of(answer);
      return new Observable<Connected>((subscriber) => {
        let answered = false;
        return replies.subscribe({
          next: (reply) => { answered = true; subscriber.next({ reply }); subscriber.complete(); },
          complete: () => { if (!answered) subscriber.next({ error: 'connection reset by peer' }); subscriber.complete(); },
        });
      });
    }).pipe(delay(1, this.scheduler));
  }

  request(from: Source, _resolver: Resolver, name: string, port: number, payload: Payload): Observable<Connected | { readonly error: 'no such host' }> {
    const address = /^[\d.]+$/.test(name) ? name : this.names.get(name);
    return address === undefined ? of({ error: 'no such host' } as const).pipe(delay(1, this.scheduler)) : this.connect(from, address, port, payload).pipe(map((outcome) => outcome));
  }
}
