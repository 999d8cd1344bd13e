import type { Observable } from 'rxjs';
import type { User, WatchEvent } from '../../api/types';

/** A request as HTTP has it, without HTTP: the hosts and the tests translate from and to their own. */
export type HttpCall = {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly user: User;
};

export type HttpAnswer = {
  readonly code: number;
  readonly contentType: string;
  /** JSON or text to be sent as it is. */
  readonly body: string;
  readonly warnings: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
};
/** A watch: events one by one, as JSON lines. */
export type HttpStream = { readonly code: 200; readonly contentType: string; readonly events: Observable<WatchEvent> };
