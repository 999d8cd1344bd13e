import type { ServerResponse } from 'node:http';
import type { Subscription } from 'rxjs';
import { StatusError } from '../api/status';
import { statusAnswer } from '../apiserver/http/handle';
import type { HttpAnswer, HttpLater, HttpStream, HttpText } from '../apiserver/http/types';
import { sendAnswer } from './answer';
import { Chunks } from './chunks';
import type { EventLines } from './event-lines';

/** Without a wish of the client's, a watch ends after a random time between this and twice as long: upstream's --min-request-timeout. */
const leastWatchMs = 1_800_000;
const mostTimerMs = 2 ** 31 - 1;

/** A response or a connection: says when it is over. */
export type Closing = { on(event: 'close', listener: () => void): unknown };

/** Whoever counts what is open, and is told of errors that no client caused. */
export type Keeper = {
  /** Ends the subscription when the stream is over, and remembers it until then. */
  keep(subscription: Subscription, stream: Closing): void;
  defect(error: unknown): void;
};

/** One answer for every error: those that are no StatusErrors are our own fault. */
export function errorAnswer(error: unknown, keeper: Pick<Keeper, 'defect'>): HttpAnswer {
  if (error instanceof StatusError) return statusAnswer(error);
  keeper.defect(error);
  return statusAnswer(new StatusError('InternalError', 'This request caused apiserver to panic. Look in the logs for details.'));
}

/** A watch: lines until it ends, its time is over, or the client leaves. */
export function sendEvents(response: ServerResponse, { contentType, events, timeoutSeconds }: HttpStream, lines: EventLines, keeper: Keeper): void {
  const chunks = new Chunks(response);
  const subscription = events.subscribe({
    next: (event) => chunks.write(lines.line(event)),
    error: (error: unknown) => { keeper.defect(error); response.destroy(); },
    complete: () => { begin(response, contentType); chunks.end(); },
  });
  if (subscription.closed) return;
  begin(response, contentType);
  const lengthMs = timeoutSeconds ? timeoutSeconds * 1_000 : leastWatchMs * (1 + Math.random());
  const timer = setTimeout(() => { subscription.unsubscribe(); chunks.end(); }, Math.min(lengthMs, mostTimerMs));
  subscription.add(() => clearTimeout(timer));
  keeper.keep(subscription, response);
}

/** A log, as it is written. What is wrong from the start is an answer. */
export function sendText(response: ServerResponse, { contentType, text }: HttpText, keeper: Keeper): void {
  const chunks = new Chunks(response);
  let failed = false;
  const subscription = text.subscribe({
    next: (part) => chunks.write(part),
    error: (error: unknown) => {
      failed = true;
      const answer = errorAnswer(error, keeper);
      if (response.headersSent) response.destroy(); else sendAnswer(response, answer);
    },
    complete: () => { begin(response, contentType); chunks.end(); },
  });
  if (failed || subscription.closed) return;
  begin(response, contentType);
  keeper.keep(subscription, response);
}

/** An answer that takes the cluster's time. */
export function sendLater(response: ServerResponse, { later }: HttpLater, acceptEncoding: string, keeper: Keeper): void {
  const subscription = later.subscribe({
    next: (answer) => sendAnswer(response, answer, acceptEncoding),
    error: (error: unknown) => sendAnswer(response, errorAnswer(error, keeper), acceptEncoding),
  });
  keeper.keep(subscription, response);
}

function begin(response: ServerResponse, contentType: string): void {
  if (response.headersSent) return;
  response.setHeader('Content-Type', contentType);
  response.statusCode = 200;
  response.flushHeaders();
}
