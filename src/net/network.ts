import { defer, mergeMap, Observable, of, Subject, Subscription, type SchedulerLike } from 'rxjs';
import { Fifo } from '../sim/fifo';
import type { Random } from '../sim/random';
import { resolved, unresolved } from './hops';
import { resolveName } from './resolver';
import { RouteTable, type NodeRoutes } from './routes';
import { indexRules } from './service-rules';
import { SessionAffinity } from './session-affinity';
import { travel, type Way, type World } from './way';
import type { Connected, ConnectOptions, Endpoint, Exchange, Handler, Hop, NetError, Network, Payload, Reply, Resolver, ServiceRule, Source } from './types';

export type NetworkOptions = {
  readonly scheduler: SchedulerLike;
  readonly random: Random;
  /** How many exchanges are kept. */
  readonly remembered?: number;
};

/** As the kernel and Go's dialer have it: how long silence is waited for when the caller names no time. */
const dialTimeoutMs = 30_000;

type NodeState = { rules?: ReadonlyMap<string, ServiceRule>; readonly affinity: SessionAffinity };
type Question = {
  readonly from: Source;
  readonly dialed: string;
  readonly host: string;
  readonly port: number;
  readonly payload: Payload;
  readonly options: ConnectOptions;
  /** What happened before: the look-up of the name. */
  readonly before: readonly Hop[];
};
type Requested = Connected | { readonly error: 'no such host' };
type Reached = Extract<Way, { endpoint: Endpoint }>;
type Ending = { readonly reply: Reply } | { readonly error: NonNullable<Exchange['error']> };

/** The fabric between nodes and pods. It knows nothing of the API: endpoints, routes and rules are told to it. */
export class Fabric implements Network {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #routes = new RouteTable();
  readonly #nodes = new Map<string, NodeState>();
  readonly #cut = new Set<string>();
  readonly #exchanges = new Subject<Exchange>();
  readonly #recent = new Fifo<Exchange>();
  readonly #scheduler: SchedulerLike;
  readonly #random: Random;
  readonly #remembered: number;
  readonly #world: World;
  #count = 0;

  constructor({ scheduler, random, remembered = 1_000 }: NetworkOptions) {
    this.#scheduler = scheduler;
    this.#random = random.stream('kube-proxy');
    this.#remembered = remembered;
    this.#world = {
      routes: this.#routes,
      rules: (node) => { const rules = this.#nodes.get(node)?.rules; return rules && indexRules(rules); },
      endpoint: (ip) => this.#endpoints.get(ip),
      isCut: (node) => this.#cut.has(node),
      choose: (rule, endpoints, node, client) => {
        const affinity = rule.affinitySeconds === undefined ? undefined : this.#node(node).affinity;
        const known = affinity?.find(rule, client, endpoints, scheduler.now());
        const endpoint = known ?? this.#random.pick(endpoints);
        affinity?.remember(rule, client, endpoint, scheduler.now());
        return { endpoint, stuck: known !== undefined };
      },
    };
  }

  attach(endpoint: Endpoint): void { this.#endpoints.set(endpoint.ip, endpoint); }
  detach(ip: string): void { this.#endpoints.delete(ip); }

  /** The pod ranges and addresses of a node; undefined when the node is gone. */
  route(node: string, routes: NodeRoutes | undefined): void { this.#routes.set(node, routes); }

  program(node: string, rules: ReadonlyMap<string, ServiceRule>): void {
    const state = this.#node(node);
    state.rules = rules;
    state.affinity.retain(rules);
  }

  partition(node: string, cut: boolean): void { if (cut) this.#cut.add(node); else this.#cut.delete(node); }

  isCut(node: string): boolean { return this.#cut.has(node); }

  get exchanges(): Observable<Exchange> { return this.#exchanges; }
  recent(): readonly Exchange[] { return [...this.#recent]; }

  /** What answers at an address at this moment, for one who asks it without delay: the API server calls webhooks so. */
  handlerAt(ip: string, port: number): Handler | NetError {
    const endpoint = this.#endpoints.get(ip);
    if (!endpoint) return 'no route to host';
    if (this.#cut.has(endpoint.node)) return 'i/o timeout';
    return endpoint.accept(port, 'TCP') ?? 'connection refused';
  }

  connect(from: Source, host: string, port: number, payload: Payload, options: ConnectOptions = {}): Observable<Connected> {
    return this.#exchange({ from, dialed: `${host}:${port}`, host, port, payload, options, before: [] });
  }

  request(from: Source, resolver: Resolver, name: string, port: number, payload: Payload, options: ConnectOptions = {}): Observable<Requested> {
    const dialed = `${name}:${port}`;
    return defer(() => {
      const startedAt = this.#scheduler.now();
      return resolveName(this, from, resolver, name).pipe(mergeMap((answer): Observable<Requested> => {
        if ('addresses' in answer) {
          const before = answer.server === undefined ? [] : [resolved(from, answer.server, answer.name, answer.addresses)];
          return this.#tryEach(answer.addresses, { from, dialed, host: '', port, payload, options, before });
        }
        const before = [unresolved(from, answer.server, name, answer.error)];
        this.#record({ from, dialed, host: name, port, payload, options, before }, startedAt, before, { error: answer.error });
        return of(answer.error === 'no such host' ? { error: answer.error } : { error: answer.error, lookup: true });
      }));
    });
  }

  /** As Go and glibc callers do: the next address when one fails. */
  #tryEach([host = '', ...others]: readonly string[], question: Question): Observable<Connected> {
    const first = this.#exchange({ ...question, host });
    return others.length === 0 ? first : first.pipe(mergeMap((answer) => ('error' in answer ? this.#tryEach(others, question) : of(answer))));
  }

  #exchange(question: Question): Observable<Connected> {
    const { from, host, port, options: { protocol = 'TCP', timeoutMs = Infinity } } = question;
    return new Observable<Connected>((subscriber) => {
      const startedAt = this.#scheduler.now();
      const way = travel(this.#world, from, host, port, protocol);
      const hops = [...question.before, ...way.hops];
      const work = new Subscription();
      const end = (ending: Connected) => {
        work.unsubscribe();
        this.#record(question, startedAt, hops, ending);
        subscriber.next(ending);
        subscriber.complete();
      };
      const after = (delayMs: number, run: () => void) => work.add(this.#scheduler.schedule(run, delayMs));
      const endAfter = (delayMs: number, ending: Connected) => {
        const remainingMs = startedAt + timeoutMs - this.#scheduler.now();
        if (delayMs <= remainingMs) after(delayMs, () => end(ending)); else after(remainingMs, () => end({ error: 'i/o timeout' }));
      };

      const arrive = (at: Reached) => this.#serve(at, question, work, startedAt + timeoutMs, endAfter, (error) => subscriber.error(error));
      if ('endpoint' in way) after(Math.min(way.latencyMs, timeoutMs), () => arrive(way));
      else endAfter('afterMs' in way ? way.afterMs : Math.min(timeoutMs, dialTimeoutMs), { error: way.error });
      return work;
    });
  }

  /** At the endpoint: whatever listens there at this moment answers, and the answer travels back. */
  #serve(way: Reached, { from, payload, options: { protocol = 'TCP' } }: Question, work: Subscription, deadline: number,
    endAfter: (delayMs: number, ending: Connected) => void, fail: (error: unknown) => void): void {
    const { endpoint, port, seenAs, latencyMs } = way;
    const attached = this.#endpoints.get(endpoint.ip);
    const handler = attached?.accept(port, protocol);
    if (!handler) return endAfter(latencyMs, { error: 'connection refused' });
    const answer = handler(payload, seenAs);
    if (!(answer instanceof Observable)) return endAfter(latencyMs + takenMs(answer), { reply: answer });

    let answered = false;
    const finish = (ending: Connected) => {
      if (answered) return;
      answered = true;
      const cut = [from.node, endpoint.node].some((node) => node !== undefined && this.#cut.has(node));
      if (cut && from.node !== endpoint.node) return endAfter(dialTimeoutMs, { error: 'i/o timeout' });
      const gone = this.#endpoints.get(endpoint.ip) !== attached;
      endAfter(latencyMs + ('reply' in ending ? takenMs(ending.reply) : 0), gone ? { error: 'connection reset by peer' } : ending);
    };
    const giveUp = () => { answered = true; endAfter(0, { error: 'i/o timeout' }); };
    if (deadline < Infinity) work.add(this.#scheduler.schedule(giveUp, deadline - this.#scheduler.now()));
    work.add(answer.subscribe({ next: (reply) => finish({ reply }), error: fail, complete: () => finish({ error: 'connection reset by peer' }) }));
  }

  #record({ from, dialed, payload, options: { protocol = 'TCP' } }: Question, startedAt: number, hops: readonly Hop[], ending: Ending): void {
    const exchange: Exchange = { id: ++this.#count, startedAt, endedAt: this.#scheduler.now(), from, dialed, protocol, payload, hops, ...ending };
    this.#recent.push(exchange);
    if (this.#recent.size > this.#remembered) this.#recent.shift();
    this.#exchanges.next(exchange);
  }

  #node(node: string): NodeState {
    const known = this.#nodes.get(node);
    if (known) return known;
    const state: NodeState = { affinity: new SessionAffinity() };
    this.#nodes.set(node, state);
    return state;
  }
}

const takenMs = (reply: Reply): number => (reply.kind === 'http' ? reply.response.delayMs ?? 0 : 0);

export const createNetwork = (options: NetworkOptions): Fabric => new Fabric(options);
