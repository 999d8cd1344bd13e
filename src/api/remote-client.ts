import { Observable } from 'rxjs';
import type { Port, RemoteConnect, RemoteRequest, RemoteWatch, ToClient, ToServer } from './port';
import { StatusError } from './status';
import type { ApiResponse, ConnectFrame, WatchEvent } from './types';

type Awaited = { message(message: ToClient): void };

/** The door from far away: the same requests, answered by promises and streams of StatusErrors. One listener serves the port. */
export class RemoteClient {
  readonly #awaited = new Map<number, Awaited>();
  #lastId = 0;

  constructor(private readonly port: Port) {
    port.addEventListener('message', ({ data }) => {
      const message = data as ToClient;   // the other end of our own channel
      this.#awaited.get(message.id)?.message(message);
    });
    port.start();
  }

  /** Rejects with StatusError. */
  call(call: RemoteRequest): Promise<ApiResponse> {
    return new Promise((resolve, reject) => {
      const id = this.#open((message) => {
        this.#awaited.delete(id);
        if ('response' in message) resolve(message.response);
        else if ('failure' in message) reject(StatusError.from(message.failure));
      });
      this.#send({ id, call });
    });
  }

  watch(watch: RemoteWatch): Observable<WatchEvent> {
    return this.#stream((id) => ({ id, watch }), (message, next: (event: WatchEvent) => void) => { if ('events' in message) message.events.forEach(next); });
  }

  connect(connect: RemoteConnect): Observable<ConnectFrame> {
    return this.#stream((id) => ({ id, connect }), (message, next: (frame: ConnectFrame) => void) => { if ('frame' in message) next(message.frame); });
  }

  #stream<T>(request: (id: number) => ToServer, read: (message: ToClient, next: (value: T) => void) => void): Observable<T> {
    return new Observable<T>((subscriber) => {
      const id = this.#open((message) => {
        if ('failure' in message) subscriber.error(StatusError.from(message.failure));
        else if ('end' in message) subscriber.complete();
        else read(message, (value) => subscriber.next(value));
      });
      this.#send(request(id));
      return () => { this.#awaited.delete(id); this.#send({ id, cancel: true }); };
    });
  }

  #open(message: Awaited['message']): number {
    const id = ++this.#lastId;
    this.#awaited.set(id, { message });
    return id;
  }

  #send(message: ToServer): void { this.port.postMessage(message); }
}
