import type { Observable, Subscription } from 'rxjs';
import type { Status } from '../schema/types';
import { StatusError } from './status';
import type { ApiRequest, ApiResponse, ApiServer, ConnectFrame, ConnectRequest, User, WatchEvent, WatchRequest } from './types';

/** What both ends of a MessageChannel have. */
export type Port = {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start(): void;
};

/** Requests as they travel: who asks is not among what is sent. */
export type RemoteRequest = Omit<ApiRequest, 'user' | 'cause'>;
export type RemoteWatch = Omit<WatchRequest, 'user'>;
export type RemoteConnect = Omit<ConnectRequest, 'user' | 'stdin'>;

export type ToServer =
  | { readonly id: number; readonly call: RemoteRequest }
  | { readonly id: number; readonly watch: RemoteWatch }
  | { readonly id: number; readonly connect: RemoteConnect }
  | { readonly id: number; readonly cancel: true };
export type ToClient =
  | { readonly id: number; readonly response: ApiResponse }
  | { readonly id: number; readonly events: readonly WatchEvent[] }
  | { readonly id: number; readonly frame: ConnectFrame }
  | { readonly id: number; readonly failure: Status }
  | { readonly id: number; readonly end: true };

/**
 * The server's side: answers what arrives on `port` from the one door, as `user`. Who asks is decided here, never by the asker.
 * Watch events that come in one go travel as one message: `flush` is called when there are some, and calls back when they shall go.
 * `awaited` says what a call waits for, when it is not to be answered at once.
 */
export function serve(server: ApiServer, port: Port, user: User, flush: (send: () => void) => void, awaited: (call: RemoteRequest) => Observable<unknown> | undefined = () => undefined): void {
  const open = new Map<number, Subscription>();
  const send = (message: ToClient) => port.postMessage(message);
  const fail = (id: number, error: unknown) => {
    if (!(error instanceof StatusError)) throw error;
    open.delete(id);
    send({ id, failure: error.toStatus() });
  };
  const answer = ({ id, call }: Extract<ToServer, { call: unknown }>) => {
    try { send({ id, response: server.call({ ...call, user }) }); } catch (error) { fail(id, error); }
  };
  port.addEventListener('message', ({ data }) => {
    const message = data as ToServer;   // the other end of our own channel
    const { id } = message;
    if ('call' in message) {
      const before = awaited(message.call);
      if (before) before.subscribe(() => answer(message)); else answer(message);
    } else if ('watch' in message) {
      const gathered = gather((events) => send({ id, events }), flush);
      open.set(id, server.watch({ ...message.watch, user }).subscribe({ next: gathered, error: (error: unknown) => fail(id, error) }));
    } else if ('connect' in message) {
      open.set(id, server.connect({ ...message.connect, user }).subscribe({
        next: (frame) => send({ id, frame }),
        error: (error: unknown) => fail(id, error),
        complete: () => { open.delete(id); send({ id, end: true }); },
      }));
    } else {
      open.get(id)?.unsubscribe();
      open.delete(id);
    }
  });
  port.start();
}

function gather(send: (events: readonly WatchEvent[]) => void, flush: (send: () => void) => void): (event: WatchEvent) => void {
  let waiting: WatchEvent[] = [];
  return (event) => {
    waiting.push(event);
    if (waiting.length > 1) return;
    flush(() => { const events = waiting; waiting = []; send(events); });
  };
}
