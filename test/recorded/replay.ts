import { createApiServer, type PodariumApiServer } from '../../src/apiserver/create';
import { bootstrap } from '../../src/apiserver/bootstrap';
import { tendOwnStatuses } from '../../src/apiserver/own-statuses';
import { handle } from '../../src/apiserver/http/handle';
import type { HttpRequest, HttpStream } from '../../src/apiserver/http/types';
import { warningPrefix } from '../../src/apiserver/not-emulated';
import { LocalClient } from '../../src/api/local-client';
import { StatusError } from '../../src/api/status';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { extractDescriptions } from '../../src/tools/extract-descriptions.mjs';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';
import { CarriedValues } from './carried';
import type { Recording } from './files';
import { parsed, type Json, type RecordedRequest, type RecordedResponse, type Step } from './recording';
import { stable } from './stable';
import { recordedUsers } from './users';

/** What a server answered to one step, without what no two servers have in common; `body` of a watch is the list of its lines. */
export type Answer = {
  readonly code: number;
  readonly body: Json;
  readonly warnings: readonly string[];
  readonly retryAfter: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
};
export type Outcome = { readonly index: number; readonly title: string; readonly request: RecordedRequest; readonly ours: Answer; readonly theirs: Answer };

/** A server being asked what was recorded, with the clock it lives by. */
export class Replayer {
  readonly #carried = new CarriedValues();
  /** How long ago the record was made, by our clock. */
  #behindMs: number | undefined;

  constructor(readonly server: PodariumApiServer, readonly clock: VirtualClock) {}

  /** Asks as `step` does, and gives both answers as they can be compared. */
  play({ title, request, response }: Step, index: number, trimmed: (body: Json) => Json = (body) => body): Outcome {
    this.clock.advanceBy(0);   // what the step before has set going inside the server
    this.#keepUp(response.body ?? '');
    const asked = this.#carried.request(request);
    const ours = this.#ask(asked);
    const theirBody = response.stream ?? response.body ?? '';
    this.#carried.note(theirBody, ours.body);
    const given = new Set(JSON.stringify(request.body ?? null).match(/[\d.]+/g));
    const headerNames = Object.keys(response.headers ?? {});
    return {
      index, title, request,
      ours: { ...ours, body: stable(trimmed(linesOf(ours.body, response)), given), headers: chosen(ours.headers, headerNames) },
      theirs: {
        code: response.code, body: stable(trimmed(theirBody), given), retryAfter: response.retryAfter,
        warnings: (response.warnings ?? []).map(warningText), headers: chosen(response.headers ?? {}, headerNames),
      },
    };
  }

  /** As much time passes as did between the recorded writes: owners of fields are listed by the second of their last write. */
  #keepUp(body: Json): void {
    const times = [...JSON.stringify(body).matchAll(/"time":"([^"]+)"/g)].map(([, time = '']) => Date.parse(time));
    if (times.length === 0) return;
    const latest = Math.max(...times);
    this.#behindMs ??= latest - this.clock.now();
    this.clock.advanceBy(Math.max(0, latest - this.#behindMs - this.clock.now()));
  }

  /** Sends a request that is no step. */
  prepare(request: RecordedRequest): void { this.#ask(this.#carried.request(request)); }

  #ask(request: RecordedRequest): Answer {
    const answer = handle(this.server, this.#callOf(request));
    if ('events' in answer) return { code: 200, body: this.#watched(answer, request.query ?? ''), warnings: [], retryAfter: undefined, headers: { 'content-type': answer.contentType } };
    if (!('body' in answer)) throw new Error(`${request.method} ${request.path}: a conversation where an answer was expected`);
    const headers = { 'content-type': answer.contentType, ...answer.headers };
    return {
      code: answer.code, body: parsed(answer.body), retryAfter: answer.headers?.['retry-after'], headers,
      warnings: answer.warnings.filter((warning: string) => !warning.startsWith(warningPrefix)).map(warningText),
    };
  }

  #callOf({ method, path, query = '', contentType, accept, headers = {}, body, user = 'admin' }: RecordedRequest): HttpRequest {
    const known = recordedUsers[user];
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    return {
      method, path, query, body: bodyText(body), ...(known && { user: known }),
      headers: {
        'user-agent': 'recorder', ...lowerCase, ...(contentType && { 'content-type': contentType }), ...(accept && { accept }),
        ...(!known && { authorization: `Bearer ${this.#carried.token ?? 'nonsense'}` }),
      },
    };
  }

  /** The lines of a watch until its time is over. */
  #watched({ events }: HttpStream, query: string): Json {
    const lines: Json[] = [];
    const subscription = events.subscribe({
      next: (event) => { lines.push(parsed(JSON.stringify(event))); },
      error: (error: unknown) => { lines.push(error instanceof StatusError ? parsed(JSON.stringify(error.toStatus())) : String(error)); },
    });
    this.clock.advanceBy(Number(new URLSearchParams(query).get('timeoutSeconds') ?? 1) * 1000);
    subscription.unsubscribe();
    return lines;
  }
}

const descriptions = extractDescriptions();

/** Plays the steps of a recording in order against a fresh API server without controllers, in its namespace, as they were recorded. */
export function replay({ steps, namespace, server: options, trimmed, alwaysTrimmed, before }: Recording): readonly Outcome[] {
  const clock = new VirtualClock(Date.UTC(2026, 10, 20));
  const store = new Store();
  const server = createApiServer({ store, scheduler: clock, random: new Random(1), ...options });
  server.describeWith(descriptions);
  const client = new LocalClient(server, recordedUsers['admin'] ?? { name: 'admin', groups: [] });
  bootstrap(client, '172.18.0.2', clock.now());
  tendOwnStatuses(client, store, clock);
  clock.advanceBy(0);
  const replayer = new Replayer(server, clock);
  if (namespace !== undefined) {
    replayer.prepare({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
    client.create(ServiceAccounts, { metadata: { name: 'default', namespace } });
  }
  return steps.map((step, index) => {
    for (const request of before?.[index] ?? []) replayer.prepare(request);
    if (before?.[index]) clock.advanceBy(0);
    return replayer.play(step, index, trimmed?.[index] ?? alwaysTrimmed);
  });
}

/** Where a stream was recorded but one answer came, it is the only line of it. */
const linesOf = (body: Json, { stream }: RecordedResponse): Json => (stream && !Array.isArray(body) ? [body] : body);
const bodyText = (body: Json | undefined): string => (body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
const warningText = (warning: string): string => /^299 - "(.*)"$/.exec(warning)?.[1]?.replaceAll('\\"', '"') ?? warning;

/** The headers that were recorded; validators differ from server to server, and only their form can be compared. */
function chosen(headers: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  const found = names.map((name) => [name, String(stable(headers[name] ?? '<none>', new Set()))] as const);
  return Object.fromEntries(found);
}
