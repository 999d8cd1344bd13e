import type { Observable } from 'rxjs';
import type { ConnectFrame, User, WatchEvent } from '../../api/types';
import type { Status } from '../../schema/types';

/** A request as HTTP has it, without HTTP: the hosts and the tests translate from and to their own. */
export type HttpCall = {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Protobuf comes as bytes; anything may. */
  readonly body: string | Uint8Array;
  readonly user: User;
};
/** One whose user may still be unknown. */
export type HttpRequest = Omit<HttpCall, 'user'> & { readonly user?: User };

export type HttpAnswer = {
  readonly code: number;
  readonly contentType: string;
  /** JSON or text to be sent as it is. */
  readonly body: string;
  readonly warnings: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
};
/** One line of a watch; an error is the last. */
export type WatchLine = WatchEvent | { readonly type: 'ERROR'; readonly object: Status };
/** A watch: events one by one, as JSON lines. */
export type HttpStream = {
  readonly code: 200;
  readonly contentType: string;
  readonly events: Observable<WatchLine>;
  /** How long the client wants to watch; the host decides when it does not say. */
  readonly timeoutSeconds?: number;
};

/** A log: text as it comes. It may end with a StatusError before the first of it. */
export type HttpText = { readonly code: 200; readonly contentType: string; readonly text: Observable<string> };
/** An answer that somebody behind the server gives, when it has travelled. */
export type HttpLater = { readonly later: Observable<HttpAnswer> };
/** exec and attach, once the connection is upgraded. What the kubelet refuses comes as an InternalError; other StatusErrors are answers to the request. */
export type HttpSession = {
  readonly session: (stdin: Observable<string>) => Observable<ConnectFrame>;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
};
/** port-forward, once the connection is upgraded: the bytes of one connection to a port, as text. `ports` are those a client names beforehand. */
export type HttpForward = { readonly forward: (port: number, input: Observable<string>) => Observable<string>; readonly ports: readonly number[] };
export type HttpConversation = HttpText | HttpLater | HttpSession | HttpForward;
