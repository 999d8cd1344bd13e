import { EMPTY, type Observable } from 'rxjs';
import { LocalClient } from '../../../src/api/local-client';
import { StatusError } from '../../../src/api/status';
import { bootstrap } from '../../../src/apiserver/bootstrap';
import { handle } from '../../../src/apiserver/http/handle';
import type { HttpAnswer, HttpStream } from '../../../src/apiserver/http/types';
import { tendOwnStatuses } from '../../../src/apiserver/own-statuses';
import { createApiServer, type PodariumApiServer } from '../../../src/apiserver/create';
import type { Kind } from '../../../src/kinds/define';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import { deepFreeze } from '../../../src/lib/freeze';
import { VirtualClock } from '../../../src/sim/clock';
import { Random } from '../../../src/sim/random';
import { Store } from '../../../src/store/store';
import { admin } from '../start';
import { lineOf, namespace, recorded, sentAs, taken, type Call } from './call';
import { generated, generatedKinds } from './generate';
import { mutated } from './mutate';
import { isDryRun, problemsOf } from './well-formed';

/** What went wrong with one request, and how to see it again. */
export type Violation = { readonly what: string; readonly line: string };

/** A request may take this long of the processor's time, milliseconds: many times what the slowest needs. */
const mostWorkMs = 4_000;
const furnishedWith = 90;

/** One server with a little of everything in it, and the requests of one seed. */
export class Fuzzer {
  readonly #random: Random;
  readonly #clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly #store = new Store();
  readonly #server: PodariumApiServer;
  readonly #kinds: readonly Kind[];
  #frozenTo = 0;

  constructor(private readonly seed: number) {
    this.#random = new Random(seed).stream('fuzz');
    this.#server = createApiServer({ store: this.#store, scheduler: this.#clock, random: new Random(seed), authorizationMode: seed % 4 === 0 ? 'RBAC' : 'AlwaysAllow' });
    this.#kinds = generatedKinds(this.#server.kinds);
    const client = new LocalClient(this.#server, admin);
    bootstrap(client, '172.18.0.2', this.#clock.now());
    tendOwnStatuses(client, this.#store, this.#clock);
    this.#settle();
    this.#answer({ method: 'POST', path: '/api/v1/namespaces', query: [], headers: {}, body: { value: { metadata: { name: namespace } } } });
    client.create(ServiceAccounts, { metadata: { name: 'default', namespace } });
    for (const call of taken) if (this.#random.below(taken.length) < furnishedWith) { this.#answer(call); this.#settle(); }
  }

  /** Asks `count` requests, and gives what went wrong. */
  *run(count: number): Generator<Violation> {
    for (let index = 0; index < count; index++) {
      const call = this.#next();
      for (const what of this.#judge(call))
        yield { what, line: `FUZZ_SEED=${this.seed} npx vitest run test/apiserver/fuzz.test.ts  # request ${index}: ${what}: ${lineOf(call)}` };
    }
  }

  #next(): Call {
    const base = this.#random.next() < 0.6 ? this.#random.pick(recorded) : this.#random.next() < 0.2 ? this.#random.pick(taken) : generated(this.#random, this.#kinds);
    return this.#random.next() < 0.08 ? base : mutated(base, this.#random);
  }

  #answer(call: Call) { return handle(this.#server, { ...sentAs(call), user: admin }); }

  /** Lets the server finish what it does by itself; nothing that is stored may be changed later. */
  #settle(): void {
    this.#clock.advanceBy(10);
    for (const { value } of this.#store.history.since(this.#frozenTo)) deepFreeze(value);
    this.#frozenTo = this.#store.revision;
  }

  #judge(call: Call): readonly string[] {
    const before = this.#store.revision;
    const began = performance.now();
    const worked = process.cpuUsage();
    let answer: ReturnType<typeof handle>;
    try { answer = this.#answer(call); } catch (error) { return [`threw ${thrown(error)}`]; }
    const after = this.#store.revision;
    const problems: string[] = [];
    try {
      if ('body' in answer) problems.push(...problemsOf(answer), ...this.#effects(call, answer, after - before));
      else problems.push(...this.#listened(answer), ...(after === before ? [] : ['a conversation wrote']));
      this.#settle();
    } catch (error) { problems.push(`threw later ${thrown(error)}`); }
    if (performance.now() - began > mostWorkMs) {
      const { user, system } = process.cpuUsage(worked);
      if ((user + system) / 1_000 > mostWorkMs) problems.push('took too long');
    }
    return problems;
  }

  *#effects(call: Call, answer: HttpAnswer, written: number): Generator<string> {
    const { code } = answer;
    if (written === 0) return;
    if (code >= 400) yield `wrote although it answered ${code}`;
    if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(call.method)) yield `${call.method} wrote`;
    if (isDryRun(call)) yield 'a dry run wrote';
    yield* this.#seen(call, answer);
  }

  /** What a write answered is what can be read then. */
  *#seen(call: Call, { body, contentType }: HttpAnswer): Generator<string> {
    if (contentType !== 'application/json' || !['POST', 'PUT', 'PATCH'].includes(call.method)) return;
    const written = JSON.parse(body) as { readonly kind?: string;
      readonly metadata?: { readonly name?: string; readonly uid?: string; readonly resourceVersion?: string; readonly deletionTimestamp?: string } };
    const { name, uid, resourceVersion } = written.metadata ?? {};
    if (name === undefined || uid === undefined || written.kind === 'Scale') return;
    const path = call.method === 'POST' ? `${call.path.replace(/\/+$/, '')}/${name}` : call.path;
    const read = this.#answer({ method: 'GET', path, query: [], headers: { accept: 'application/json' }, body: { text: '' } });
    if (!('body' in read)) return;
    const found = JSON.parse(read.body) as typeof written;
    if (read.code === 404 && written.metadata?.deletionTimestamp !== undefined) return;   // the last finalizer went with this write
    if (read.code === 405) return;   // some subresources are written and never read
    if (found.metadata?.uid !== uid || found.metadata.resourceVersion !== resourceVersion) yield `what was written cannot be read: ${read.code}`;
  }

  /** A stream is followed for a second and left. */
  #listened(answer: Exclude<ReturnType<typeof handle>, HttpAnswer>): readonly string[] {
    const problems: string[] = [];
    const stream: Observable<unknown> = 'events' in answer ? answer.events : 'text' in answer ? answer.text : 'later' in answer ? answer.later : EMPTY;
    const subscription = stream.subscribe({
      next: (line) => { if ('events' in answer) problems.push(...eventProblems(line)); },
      error: (error: unknown) => { if (!(error instanceof StatusError)) problems.push(`a stream ended with ${thrown(error)}`); },
    });
    this.#clock.advanceBy(1_000);
    subscription.unsubscribe();
    return problems;
  }
}

function eventProblems(line: unknown): readonly string[] {
  const { type, object } = line as Parameters<Parameters<HttpStream['events']['forEach']>[0]>[0];
  const isFine = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'].includes(type) && typeof object === 'object' && typeof object.kind === 'string';
  return isFine ? [] : [`an event that is none: ${JSON.stringify(line).slice(0, 200)}`];
}

const thrown = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)} ${/\n\s+at .*(?:\n\s+at .*)?/.exec(error.stack ?? '')?.[0].replaceAll(/\s+/g, ' ') ?? ''}` : String(error));
