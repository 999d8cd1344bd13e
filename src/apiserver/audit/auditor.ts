import { Observable, type SchedulerLike } from 'rxjs';
import { StatusError } from '../../api/status';
import type { ApiResponse, User } from '../../api/types';
import { isObject } from '../../lib/json';
import { microTimestamp } from '../../lib/timestamp';

import type { Status } from '../../schema/types';
import type { Random } from '../../sim/random';
import type { Attributes, Decision } from '../authorization/types';
import { metadataPolicy, ruleFor, type AuditLevel, type AuditPolicy, type AuditRule, type AuditStage } from './policy';

/** An event of audit.k8s.io/v1. */
export type AuditEvent = {
  readonly kind: 'Event';
  readonly apiVersion: 'audit.k8s.io/v1';
  readonly level: AuditLevel;
  readonly auditID: string;
  readonly stage: AuditStage;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: UserInfo;
  readonly impersonatedUser?: UserInfo;
  readonly sourceIPs: readonly string[];
  readonly userAgent?: string;
  readonly objectRef?: ObjectRef;
  readonly responseStatus?: Partial<Status>;
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
};
type UserInfo = { readonly username: string; readonly uid?: string; readonly groups: readonly string[]; readonly extra?: User['extra'] };
type ObjectRef = {
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly apiGroup?: string;
  readonly apiVersion: string;
  readonly subresource?: string;
};

/** How a request came. */
export type Transport = { readonly uri: string; readonly userAgent?: string; readonly sourceIPs?: readonly string[] };

type Listener = { readonly policy: AuditPolicy; tell(event: AuditEvent): void };

/** Tells who asked what and how it ended. It costs nothing as long as nobody listens. */
export class Auditor {
  readonly #listeners = new Set<Listener>();
  /** The request that is being answered at the moment. */
  #current: AuditRecord | undefined;
  /** The same, while it is still with the transport that brought it. */
  #brought: AuditRecord | undefined;

  constructor(private readonly clock: SchedulerLike, private readonly ids: Random) {}

  get isActive(): boolean { return this.#listeners.size > 0; }

  /** Audit events at the levels of a policy: metadata of everything when there is none. */
  events(policy: AuditPolicy = metadataPolicy): Observable<AuditEvent> {
    return new Observable((subscriber) => {
      const listener: Listener = { policy, tell: (event) => subscriber.next(event) };
      this.#listeners.add(listener);
      return () => { this.#listeners.delete(listener); };
    });
  }

  /** Answers a request that a transport brought: whatever it asks of the door within `run` is told as one. */
  within<T extends object>(transport: Transport, asked: () => Attributes, run: () => T): T {
    if (!this.isActive) return run();
    const record = this.#begin(asked(), transport);
    this.#current = this.#brought = record;
    try {
      const answer = run();
      if (!record.isStreaming) record.complete('code' in answer ? Number(answer.code) : 200, 'body' in answer ? answer.body : undefined);
      return answer;
    } finally { this.#current = this.#brought = undefined; }
  }

  /** The record of one request; undefined when nobody listens. */
  begin(asked: Attributes, body: unknown): AuditRecord | undefined {
    if (!this.isActive) return undefined;
    const record = this.#brought ?? this.#begin(asked, { uri: uriOf(asked) });
    record.body = body;
    return record;
  }

  /** The record of the request that a transport brought, whose answer is a stream: told as complete when that ends. */
  takeOver(): AuditRecord | undefined {
    if (this.#brought) this.#brought.isStreaming = true;
    return this.#brought;
  }

  /** Notes in the record of the current request why it was allowed or not. */
  decided(decision: Decision): void { this.#current?.decided(decision); }
  /** Notes something else about the current request. */
  annotate(key: string, value: string): void { this.#current?.annotate(key, value); }
  /** Notes whom the asker is for this request. */
  impersonated(user: User): void { if (this.#current) this.#current.impersonated = user; }

  /** Runs one request to its end under its record. */
  around(record: AuditRecord | undefined, run: () => ApiResponse): ApiResponse {
    if (!record || record === this.#brought) return run();
    this.#current = record;
    try {
      const response = run();
      record.complete(response.code, response.body);
      return response;
    } catch (error) {
      if (error instanceof StatusError) record.complete(error.code, error.toStatus());
      throw error;
    } finally { this.#current = undefined; }
  }

  /** The same for a stream: it starts to answer with its first word, and is complete when it ends. */
  stream<T>(record: AuditRecord | undefined, open: () => Observable<T>): Observable<T> {
    if (!record) return open();
    return new Observable((subscriber) => {
      this.#current = record;
      let failure: StatusError | undefined;
      subscriber.add(() => record.complete(failure?.code ?? 200, failure?.toStatus()));
      try {
        subscriber.add(open().subscribe({
          next: (value) => { record.started(); subscriber.next(value); },
          error: (error: unknown) => { if (error instanceof StatusError) failure = error; subscriber.error(error); },
          complete: () => subscriber.complete(),
        }));
      } finally { this.#current = undefined; }
    });
  }

  #begin(asked: Attributes, transport: Transport): AuditRecord {
    const listeners = [...this.#listeners].flatMap(({ policy, tell }) => {
      const rule = ruleFor(policy, asked);
      return rule && rule.level !== 'None' ? [{ rule, omitted: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]), tell }] : [];
    });
    return new AuditRecord(asked, transport, listeners, this.ids.uuid(), () => microTimestamp(this.clock.now()));
  }
}

type Interested = { readonly rule: AuditRule; readonly omitted: ReadonlySet<AuditStage>; tell(event: AuditEvent): void };

/** One request on its way through the stages. */
export class AuditRecord {
  body: unknown;
  impersonated: User | undefined;
  /** Its answer goes on after the request is dealt with. */
  isStreaming = false;
  readonly #received: string;
  #annotations: Readonly<Record<string, string>> = { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' };
  #isStarted = false;

  constructor(
    private readonly asked: Attributes, private readonly transport: Transport,
    private readonly listeners: readonly Interested[], private readonly id: string, private readonly moment: () => string,
  ) {
    this.#received = moment();
    this.#tell('RequestReceived', {});
  }

  annotate(key: string, value: string): void { this.#annotations = { ...this.#annotations, [key]: value }; }

  decided({ allowed, reason }: Decision): void {
    this.#annotations = { 'authorization.k8s.io/decision': allowed ? 'allow' : 'forbid', 'authorization.k8s.io/reason': reason };
  }

  started(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#tell('ResponseStarted', { responseStatus: { metadata: {}, code: 200 } });
  }

  complete(code: number, answer: unknown): void {
    const body = typeof answer === 'string' ? parsed(answer) : answer;
    const { status, message, reason, details } = statusOf(body);
    const responseStatus = {
      metadata: {}, ...(status !== undefined && { status }), ...(message !== undefined && { message }), ...(reason !== undefined && { reason }),
      ...(details !== undefined && { details }), code,
    };
    this.#tell('ResponseComplete', { responseStatus, annotations: this.#annotations }, body);
  }

  #tell(stage: AuditStage, more: Pick<AuditEvent, 'responseStatus' | 'annotations'>, response?: unknown): void {
    for (const { rule: { level }, omitted, tell } of this.listeners) if (!omitted.has(stage)) tell(this.#event(level, stage, more, response));
  }

  #event(level: AuditLevel, stage: AuditStage, more: Pick<AuditEvent, 'responseStatus' | 'annotations'>, response: unknown): AuditEvent {
    const { asked, asked: { user }, impersonated, transport: { uri, userAgent, sourceIPs = ['127.0.0.1'] }, body } = this;
    const requested = body !== undefined && level !== 'Metadata' && stage !== 'RequestReceived';
    const answered = response !== undefined && level === 'RequestResponse' && stage === 'ResponseComplete';
    return {
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', level, auditID: this.id, stage, requestURI: uri, verb: asked.verb, user: infoOf(user),
      ...(impersonated && { impersonatedUser: infoOf(impersonated) }), sourceIPs, ...(userAgent !== undefined && { userAgent }),
      ...('resource' in asked && { objectRef: referenceOf(asked) }), ...more, ...(requested && { requestObject: body }), ...(answered && { responseObject: response }),
      requestReceivedTimestamp: this.#received, stageTimestamp: this.moment(),
    };
  }
}

/** What went out as text; kept as it is where it is no JSON. */
function parsed(text: string): unknown {
  try { return JSON.parse(text); } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

const statusOf = (body: unknown): Partial<Status> => (isObject(body) && body['kind'] === 'Status' ? body as Partial<Status> : {});   // a Status is one

const infoOf = ({ name, uid, groups, extra }: User): UserInfo => ({ username: name, ...(uid && { uid }), groups, ...(extra && { extra }) });

const referenceOf = ({ resource, namespace, name, group, version, subresource }: Extract<Attributes, { readonly resource: string }>): ObjectRef => ({
  resource, ...(namespace && { namespace }), ...(name && { name }), ...(group && { apiGroup: group }), apiVersion: version, ...(subresource && { subresource }),
});

/** The path that a request of this process would have had. */
function uriOf(asked: Attributes): string {
  if ('path' in asked) return asked.path;
  const { group, version, namespace, resource, name, subresource, verb } = asked;
  const parts = [group ? `/apis/${group}` : '/api', version, ...(namespace && resource !== 'namespaces' ? ['namespaces', namespace] : []), resource, name, subresource];
  return `${parts.filter(Boolean).join('/')}${verb === 'watch' ? '?watch=true' : ''}`;
}
